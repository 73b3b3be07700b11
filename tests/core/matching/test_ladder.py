"""Each strict rule by itself, and their order."""

from __future__ import annotations

import pytest

from closebook.core.matching.ladder import ITEM_RULES, Hit, Rule, ladder
from closebook.core.matching.party import Party

OTHER = Party("r9", "Somebody Else", emails=("else@other.net",), phones=("555 777 1212",))


def only(left: Party, right: Party, **more: object) -> list[Hit]:
    return ladder([left], [right, OTHER], **more)


@pytest.mark.parametrize(
    ("rule", "left", "right"),
    [
        (Rule.ID, Party("l1", "A", linked_id="r1"), Party("r1", "B")),
        (Rule.ID, Party("l1", "A"), Party("r1", "B", linked_id="l1")),
        (
            Rule.EMAIL,
            Party("l1", "A", emails=("Ann@hill.com",)),
            Party("r1", "B", emails=("x@y.nl", "ann@HILL.com")),
        ),
        (
            Rule.PHONE,
            Party("l1", "A", phones=("+1 555 010 0199",)),
            Party("r1", "B", phones=("(555) 010-0199",)),
        ),
        (Rule.NAME, Party("l1", "Ann  Hill."), Party("r1", "ann hill")),
        (
            Rule.PERSON,
            Party("l1", "A", first="Ann", last="Hill", postcode="90210-1111"),
            Party("r1", "B", first="ANN", last="hill", postcode="90210"),
        ),
        (
            Rule.COMPANY,
            Party("l1", "A", company="Hill Homes LLC"),
            Party("r1", "B", company="Hill Homes, Inc."),
        ),
    ],
)
def test_a_rule_names_its_partner(rule, left, right):
    assert only(left, right) == [Hit("l1", "r1", rule, alone=True)]


def test_a_stored_link_comes_before_everything():
    left = Party("l1", "Ann Hill", emails=("ann@hill.com",))
    rights = [Party("r1", "Bob"), Party("r2", "Ann Hill", emails=("ann@hill.com",))]
    assert ladder([left], rights, {"l1": "r1"}) == [Hit("l1", "r1", Rule.LINK, alone=True)]


def test_a_link_to_somebody_gone_says_nothing():
    assert ladder([Party("l1", "Ann")], [Party("r1", "Bob")], {"l1": "r7"}) == []


def test_more_than_one_hit_is_shown_and_not_decided():
    left = Party("l1", "X", emails=("ann@hill.com",))
    rights = [Party("r1", "A", emails=("ann@hill.com",)), Party("r2", "B", emails=("ann@hill.com",))]
    assert ladder([left], rights) == [
        Hit("l1", "r1", Rule.EMAIL, alone=False),
        Hit("l1", "r2", Rule.EMAIL, alone=False),
    ]


def test_two_of_ours_for_one_of_theirs_are_not_decided():
    lefts = [Party("l1", "A", phones=("555 010 0199",)), Party("l2", "B", phones=("555 010 0199",))]
    hits = ladder(lefts, [Party("r1", "C", phones=("555 010 0199",))])
    assert [hit.alone for hit in hits] == [False, False]


def test_a_later_rule_decides_what_an_earlier_left_open():
    left = Party("l1", "Ann Hill", emails=("office@hill.com",))
    rights = [
        Party("r1", "Ann Hill", emails=("office@hill.com",)),
        Party("r2", "Bob Hill", emails=("office@hill.com",)),
    ]
    assert ladder([left], rights) == [Hit("l1", "r1", Rule.NAME, alone=True)]


def test_the_earlier_rule_wins():
    left = Party("l1", "Bob Hill", emails=("ann@hill.com",))
    rights = [Party("r1", "Ann Hill", emails=("ann@hill.com",)), Party("r2", "Bob Hill")]
    assert ladder([left], rights) == [Hit("l1", "r1", Rule.EMAIL, alone=True)]


def test_items_go_by_number_and_then_by_name():
    lefts = [Party("l1", "Candle", number="SKU-1"), Party("l2", "Soap")]
    rights = [Party("r1", "Soap", number="sku 1"), Party("r2", "SOAP"), Party("r3", "Candle")]
    hits = ladder(lefts, rights, rules=ITEM_RULES)
    assert hits == [Hit("l1", "r1", Rule.NUMBER, alone=True), Hit("l2", "r2", Rule.NAME, alone=True)]
