"""Two lists and what is said of them."""

from __future__ import annotations

import pytest

from benchmarks.matching_data import customer_lists
from closebook.core.errors import InputError
from closebook.core.matching.ladder import ITEM_RULES
from closebook.core.matching.match import CERTAINTY, Tier, match
from closebook.core.matching.party import Party
from closebook.core.matching.reasons import sentence

ANN = Party("l1", "Ann Hill", emails=("ann@hill.com",), phones=("555 010 0199",))


@pytest.fixture(scope="module")
def clean():
    lists = customer_lists(3, 600, 500, 400)
    return lists, match(lists.left, lists.right)


def said(left: list[Party], right: list[Party]) -> list[str]:
    return [sentence(one.reasons) for one in match(left, right).proposals]


def test_nothing_comes_of_nothing():
    assert match([], []).proposals == ()
    assert match([ANN], []).proposals == ()


def test_the_same_mailbox_and_name_are_the_same_party():
    found = match([ANN], [Party("r1", "HILL, ANN", emails=("Ann@Hill.com",)), Party("r2", "Bob Stone")])
    assert [(one.left, one.right, one.tier) for one in found.proposals] == [("l1", "r1", Tier.SURE)]


def test_a_name_alone_never_decides_unseen():
    (one,) = match([Party("l1", "Ann Hill")], [Party("r1", "Ann Hill")]).proposals
    assert one.tier is not Tier.SURE


@pytest.mark.parametrize(
    ("right", "words"),
    [
        (Party("r1", "Anne Hill", emails=("ann@hill.com",)), "same e-mail, name 0.94"),
        (Party("r1", "Hill, Ann", phones=("5550100199",)), "same phone, same name"),
        (Party("r1", "Ann Hill", emails=("ann@hill.com",), phones=("555 010 0191",)),
         "same e-mail, phone nearly the same, same name"),
        (Party("r1", "Ann Hill", emails=("office@hill.com",)), "e-mail of the same company, same name"),
    ],
)  # fmt: skip
def test_it_says_why(right, words):
    assert said([ANN], [right]) == [words]


def test_members_of_a_household_go_to_their_own():
    home = {"street": "12 Main St", "city": "Reno", "postcode": "89501", "phones": ("775 201 3344",)}
    left = [Party("l1", "Ann Hill", **home), Party("l2", "Bob Hill", **home)]
    right = [Party("r1", "Hill, Bob", **home), Party("r2", "Hill, Ann", **home)]
    assert {(one.left, one.right) for one in match(left, right).proposals} == {("l1", "r2"), ("l2", "r1")}


def test_a_company_meets_its_contact():
    home = {"street": "12 Main St", "postcode": "89501"}
    left = [Party("l1", "Hill Homes LLC", company="Hill Homes LLC", first="Ann", last="Hill", **home)]
    (one,) = match(left, [Party("r1", "Hill, Ann", **home), Party("r2", "Stone Motors")]).proposals
    assert one.right == "r1"


def test_a_stored_link_is_certain_and_takes_both_out():
    (one,) = match([ANN], [Party("r1", "Bob"), Party("r2", "Ann Hill", emails=("ann@hill.com",))],
                   links={"l1": "r1"}).proposals  # fmt: skip
    assert (one.right, one.score, one.rule, one.tier) == ("r1", CERTAINTY, "link", Tier.SURE)


def test_jobs_are_left_out_unless_wanted():
    jobs = [Party("r1", "Ann Hill:Kitchen", emails=("ann@hill.com",)), Party("r2", "Shed", parent_id="r1")]
    assert match([ANN], jobs).proposals == ()
    assert match([ANN], jobs).jobs_right == ("r1", "r2")
    assert match([ANN], jobs, ignore_jobs=False).proposals[0].right == "r1"


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="l1 stands twice"):
        match([ANN, ANN], [])


def test_items_meet_by_their_number():
    left = [Party("l1", "Candle, large", number="C-100"), Party("l2", "Soap", number="S-1")]
    right = [Party("r1", "Big candle", number="c100"), Party("r2", "Soap bar", number="s1")]
    found = match(left, right, rules=ITEM_RULES)
    assert {(one.left, one.right, one.rule) for one in found.proposals} == {
        ("l1", "r1", "number"),
        ("l2", "r2", "number"),
    }


def test_a_shops_own_mailbox_on_many_is_no_evidence():
    left = [Party(f"l{i}", name, emails=("shop@own.com",)) for i, name in enumerate(NAMES)]
    right = [Party(f"r{i}", name, emails=("shop@own.com",)) for i, name in enumerate(reversed(NAMES))]
    assert all("e-mail" not in words for words in said(left, right))


NAMES = ("Ann Hill", "Bob Stone", "Cy Young", "Dora Flint", "Eve Marsh", "Finn Brook", "Gus Field")


def test_most_are_found_and_the_sure_ones_are_right(clean):
    lists, found = clean
    likely = {(one.left, one.right) for one in found.proposals if one.score >= 5000}
    sure = {(one.left, one.right) for one in found.proposals if one.tier is Tier.SURE}
    assert len(likely & lists.truth) >= 0.95 * max(len(likely), len(lists.truth))
    assert len(sure) >= 0.7 * len(lists.truth)
    assert len(sure - lists.truth) <= 2


def test_how_many_are_expected_is_near_the_truth(clean):
    lists, found = clean
    assert abs(found.expected - len(lists.truth)) <= 0.05 * len(lists.truth)


def test_little_overlap_leaves_all_to_a_person():
    lists = customer_lists(4, 900, 800, 30)
    found = match(lists.left, lists.right)
    assert not found.automatic
    assert not [one for one in found.proposals if one.tier is Tier.SURE]


def test_the_closest_are_shown_best_first_for_who_is_not_sure(clean):
    _, found = clean
    sure = {one.left for one in found.proposals if one.tier is Tier.SURE}
    assert found.closest
    for left, partners in found.closest.items():
        assert left not in sure
        assert [one.score for one in partners] == sorted((one.score for one in partners), reverse=True)
