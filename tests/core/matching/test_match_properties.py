"""What holds for any two lists."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from closebook.core.matching.match import Outcome, Tier, match
from closebook.core.matching.party import Party

FIRST = st.sampled_from(["Ann", "Bob", "Robert", "J.", "José", "小明", "Mary-Lou", ""])
LAST = st.sampled_from(["Hill", "O'Brien", "Stone", "Müller", "王", "Smith", ""])
BOX = st.sampled_from(["ann@hill.com", "bob@gmail.com", "x@marketplace.amazon.com", "bad", "j@hill.com"])
PHONE = st.sampled_from(["555 010 0199", "(555) 010-0198", "0000000", "", "775-201-3344"])


@st.composite
def parties(draw, side: str) -> list[Party]:
    rows = draw(
        st.lists(
            st.builds(
                lambda first, last, boxes, phones, street, code: Party(
                    "", f"{first} {last}".strip(), first=first, last=last, emails=tuple(boxes),
                    phones=tuple(phones), street=street, postcode=code,
                ),
                FIRST, LAST, st.lists(BOX, max_size=2), st.lists(PHONE, max_size=2),
                st.sampled_from(["", "12 Main St", "12 Main Street", "7 Elm Rd"]),
                st.sampled_from(["", "89501"]),
            ),
            max_size=12,
        )
    )  # fmt: skip
    return [replace(row, id=f"{side}{number}") for number, row in enumerate(rows)]


def plain(outcome: Outcome) -> tuple[object, ...]:
    return outcome.proposals, dict(outcome.closest), outcome.expected, outcome.automatic


@settings(max_examples=60, deadline=None)
@given(parties("l"), parties("r"), st.integers(0, 10**6))
def test_the_order_of_the_lists_does_not_matter(left, right, seed):
    rng = random.Random(seed)
    assert plain(match(left, right)) == plain(
        match(rng.sample(left, len(left)), rng.sample(right, len(right)))
    ), f"seed {seed}"


@settings(max_examples=60, deadline=None)
@given(parties("l"), parties("r"))
def test_nobody_has_two_partners_and_scores_are_shares(left, right):
    found = match(left, right).proposals
    assert len({one.left for one in found}) == len({one.right for one in found}) == len(found)
    assert all(0 < one.score <= 10_000 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@settings(max_examples=40, deadline=None)
@given(parties("l"), parties("r"))
def test_what_was_matched_once_is_matched_again(left, right):
    first = match(left, right).proposals
    links = {one.left: one.right for one in first}
    again = match(left, right, links=links).proposals
    assert {(one.left, one.right) for one in first} <= {(one.left, one.right) for one in again}
    assert all(one.tier is Tier.SURE for one in again if one.left in links)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FIRST.filter(bool), LAST.filter(bool)), min_size=1, max_size=8, unique=True))
def test_more_evidence_never_lowers_a_pair(names):
    left = [Party(f"l{i}", f"{first} {last}") for i, (first, last) in enumerate(names)]
    right = [replace(one, id=f"r{one.id[1:]}") for one in left]
    before = {(one.left, one.right): one.score for one in match(left, right).proposals}
    box = {"emails": ("only.one@hill.com",)}
    after = {
        (one.left, one.right): one.score
        for one in match(
            [replace(left[0], **box), *left[1:]], [replace(right[0], **box), *right[1:]]
        ).proposals
    }
    assert after.get(("l0", "r0"), 0) >= before.get(("l0", "r0"), 0)


@settings(max_examples=25, deadline=None)
@given(parties("l"))
def test_a_list_with_plain_mailboxes_finds_itself(left):
    own = [
        replace(one, emails=(f"{one.id}@own{one.id}.com",), display_name=f"{one.id} Unique") for one in left
    ]
    theirs = [replace(one, id=f"r{one.id[1:]}") for one in own]
    pairs = {(one.left, one.right) for one in match(own, theirs).proposals}
    assert pairs == {(one.id, f"r{one.id[1:]}") for one in own}
