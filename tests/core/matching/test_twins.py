"""Twins of one list: found by what they share, each pair once, whatever the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from closebook.core.matching.party import Party
from closebook.core.matching.twins import CROWD, Shared, twins


def pairs(*parties: Party) -> dict[tuple[str, str], tuple[Shared, ...]]:
    return {(one.first, one.second): one.shared for one in twins(parties)}


def test_a_mailbox_a_phone_and_a_name_say_so_and_the_most_stands_first():
    found = twins(
        [
            Party("1", "Quill Inc.", phones=("+31 20 555 0101",)),
            Party("2", "Finch", emails=("Ann.Finch+x@gmail.com",)),
            Party("3", "QUILL", phones=("020-5550101",)),
            Party("4", "Anna Finch-Bird", emails=("annfinch@gmail.com",)),
            Party("5", "Wren"),
        ]
    )
    assert [(one.first, one.second, one.shared) for one in found] == [
        ("2", "4", (Shared.EMAIL,)),
        ("1", "3", (Shared.NAME, Shared.PHONE)),
    ]


def test_a_slip_of_the_pen_is_near_and_another_number_is_not():
    assert pairs(Party("1", "Greenfield Traders"), Party("2", "Greenfeild Traders")) == {
        ("1", "2"): (Shared.NEAR_NAME,)
    }
    assert not pairs(Party("1", "Harbour Store 12"), Party("2", "Harbour Store 13"))
    assert not pairs(Party("1", "Acme"), Party("2", "Acne"))
    assert not pairs(Party("1", "Rotterdam"), Party("2", "Amsterdam"))


def test_three_of_one_name_are_two_pairs_and_a_crowd_is_none():
    assert set(pairs(*(Party(key, "Quill") for key in "123"))) == {("1", "2"), ("1", "3")}
    assert not pairs(*(Party(str(n), f"Store {n}", phones=("0205550101",)) for n in range(CROWD + 1)))


@given(
    st.lists(st.sampled_from(["Quill", "Quil Inc", "Finch House", "Finch Huose", "Wren Ltd"]), max_size=12)
)
def test_a_pair_is_found_once_whichever_way_the_list_stands(names):
    parties = [Party(str(n), name) for n, name in enumerate(names)]
    found = [(one.first, one.second) for one in twins(parties)]
    turned = [frozenset((one.first, one.second)) for one in twins(parties[::-1])]
    assert len(found) == len(set(map(frozenset, found))) == len(turned)
    assert all(int(first) < int(second) for first, second in found)
