"""Logins in seeded worlds: never two renewals at once, never locked out unsaid; and the harness sees."""

from __future__ import annotations

import pytest

from tests.simulation.tokens import MUTATIONS, noticed_after, run_seed

SEEDS = 1000


def test_a_thousand_worlds_keep_their_login_or_tell():
    happened: dict[str, int] = {}
    for seed in range(SEEDS):
        for fact, count in run_seed(seed).items():
            happened[fact] = happened.get(fact, 0) + count
    wanted = {"renewed", "reply lost", "rotation lost", "killed", "consent ended", "connected again"}
    assert wanted <= happened.keys()


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_missing_safeguard_is_noticed(name):
    assert noticed_after(MUTATIONS[name], SEEDS)
