"""What a profile lacks, and the moves of a prospect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.errors import InputError
from closebook.core.workforce.offering import OVER, PROSPECT, ProfileText, profile_advice
from closebook.core.workforce.states import Who

ABOUT = "I answered the mail of two shops for three years, and complaints fell by half."
WHOLE = ProfileText("Mail for small shops", ABOUT, 1, 20, "135", 1)


def codes(profile):
    return [one.code for one in profile_advice(profile)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"headline": " "}, "no-headline"),
        ({"services": 0}, "no-service"),
        ({"about": "I work."}, "about-short"),
        ({"about": f"{ABOUT} I do various things asap."}, "vague"),
        ({"hours": None}, "no-hours"),
        ({"weekdays": ""}, "no-hours"),
        ({"references": 0}, "no-reference"),
    ],
)
def test_each_thing_that_is_missing_is_named(change, code):
    assert codes(WHOLE) == []
    assert codes(replace(WHOLE, **change)) == [code]


@given(
    st.builds(
        ProfileText, st.text(max_size=20), st.text(max_size=80), st.integers(0, 3),
        st.none() | st.integers(1, 80), st.sampled_from(["", "12345"]), st.integers(0, 3),
    )
)  # fmt: skip
def test_only_a_headline_and_a_service_are_needed_to_be_shown(profile):
    stops = any(one.stops for one in profile_advice(profile))
    assert stops == (not profile.headline.strip() or not profile.services)


def test_every_prospect_can_be_won_lost_and_taken_up_again():
    reached, at = {"noted"}, ["noted"]
    while at:
        for target in PROSPECT.moves_from(at.pop(), Who.ASSISTANT):
            if target not in reached:
                reached.add(target)
                at.append(target)
    assert reached == PROSPECT.states
    assert not PROSPECT.ends
    for state in OVER:
        assert PROSPECT.moves_from(state, Who.ASSISTANT) == ("talking",)
    with pytest.raises(InputError):
        PROSPECT.check("talking", "lost", Who.ASSISTANT, " ")
