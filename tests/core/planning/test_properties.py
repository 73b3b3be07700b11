"""What must hold for any shop: made-up movements, both modes."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import hypothesis.strategies as st
from hypothesis import given, settings

from closebook.core.commerce.records import Business, FeeKind, Movement, MovementKind
from closebook.core.planning.naming import group_of_key, key_range
from closebook.core.planning.plan import make_plan
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Mode
from closebook.core.planning.remote import RemoteFacts
from closebook.core.planning.settlement import SettlementState, settlements_of
from closebook.core.planning.tieout import month_totals, tie_out
from tests.core.planning.shop import CLEARING, applied, order, profile

FIRST = dt.date(2026, 1, 20)
AS_OF = dt.date(2026, 12, 31)
REFS = ("", "11", "12", "13")
POSITIVE = {MovementKind.SALE, MovementKind.RETURNED_PAYOUT, MovementKind.CARD_PAYMENT}
NEGATIVE = {MovementKind.REFUND, MovementKind.PAYOUT}
TAXES = {MovementKind.MARKETPLACE_TAX, MovementKind.BUYER_LEVY, MovementKind.FEE}
few = settings(max_examples=50, deadline=None)


@st.composite
def movements(draw) -> list[Movement]:
    rows = []
    for number in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(MovementKind))
        amount = draw(st.integers(1, 300) if kind in TAXES else st.integers(5000, 9000))
        if kind in NEGATIVE or (kind not in POSITIVE and draw(st.booleans())):
            amount = -amount
        fee_kind = draw(st.sampled_from(FeeKind)) if kind is MovementKind.FEE else None
        on = FIRST + dt.timedelta(days=draw(st.integers(0, 70)))
        ref = draw(st.sampled_from(REFS)) if kind is not MovementKind.PAYOUT else ""
        rows.append(Movement(f"row-{number}", kind, fee_kind, on, amount, "USD", ref, "made up"))
    return rows


@st.composite
def shops(draw) -> Business:
    rows = draw(movements())
    known = [order(ref, "02-01", items=2 * draw(st.integers(1, 3000)), tax=0) for ref in ("11", "12")]
    orders = {one.order_ref: one for one in known if draw(st.booleans())}
    return Business(rows, orders, [], [])


def plain(shop: Business) -> Business:
    """Return the shop without orders, so that no order differs from its sale."""
    return Business(shop.movements, {}, [], [])


def rich(mode: Mode):
    """Return a profile with so much held at the start that every payout is explained."""
    return profile(mode, since=FIRST, opening_minor=1_000_000)


def posted(shop: Business, mode: Mode):
    return documents_of(shop, profile(mode), AS_OF)


def posted_whole(shop: Business, mode: Mode, today: dt.date = AS_OF):
    """Return what is posted for a shop of which nothing can be held."""
    desired = documents_of(plain(shop), rich(mode), today)
    assert not desired.holds
    return desired


@few
@given(shops(), st.sampled_from(Mode))
def test_postings_of_every_document_add_up_to_nothing(shop, mode):
    for document in posted(shop, mode).documents:
        assert sum(amount for _, amount in document.postings()) == 0
        assert len(document.number) <= 21


@few
@given(shops(), st.sampled_from(Mode))
def test_keys_and_numbers_are_unique(shop, mode):
    desired = posted(shop, mode)
    keys = [one.key for one in (*desired.documents, *desired.holds, *desired.list_objects)]
    assert len(keys) == len(set(keys))
    numbers = [one.number for one in desired.documents]
    assert len(numbers) == len(set(numbers))


@few
@given(shops(), st.sampled_from(Mode))
def test_the_clearing_ledger_account_holds_what_the_platform_holds(shop, mode):
    desired = posted_whole(shop, mode)
    clearing = sum(amount for one in desired.documents for key, amount in one.postings() if key == CLEARING)
    assert clearing == 1_000_000 + sum(row.amount_minor for row in shop.movements)


@few
@given(shops(), st.sampled_from(Mode), st.integers())
def test_the_order_of_rows_does_not_matter(shop, mode, seed):
    mixed = list(shop.movements)
    random.Random(seed).shuffle(mixed)
    one, other = posted(shop, mode), posted(Business(mixed, shop.orders, [], []), mode)
    prints = [{doc.key: doc.fingerprint() for doc in desired.documents} for desired in (one, other)]
    assert prints[0] == prints[1]
    assert {hold.key: hold.message for hold in one.holds} == {hold.key: hold.message for hold in other.holds}


@few
@given(shops(), st.sampled_from(Mode))
def test_a_plan_after_its_own_application_has_nothing_to_do(shop, mode):
    desired, one = posted(shop, mode), profile(mode)
    first = make_plan(desired, {}, RemoteFacts(), one)
    again = make_plan(desired, applied(first), RemoteFacts(), one)
    assert not [action for action in again.actions if action.kind.value != "hold"]
    assert again.effect == {}


@few
@given(shops())
def test_both_modes_give_the_same_month_ends(shop):
    totals = [Counter(month_totals(posted_whole(shop, mode).documents)) for mode in Mode]
    assert {slot: amount for slot, amount in totals[0].items() if amount} == {
        slot: amount for slot, amount in totals[1].items() if amount
    }


@few
@given(shops(), st.sampled_from(Mode))
def test_the_tie_out_ties_when_nothing_is_held(shop, mode):
    desired = posted_whole(shop, mode)
    assert tie_out(plain(shop), rich(mode), month_totals(desired.documents), AS_OF).ties


@few
@given(shops(), st.sampled_from(Mode), st.dates(FIRST, FIRST + dt.timedelta(days=75)))
def test_the_tie_out_ties_in_the_middle_of_a_month(shop, mode, today):
    shop = Business([row for row in shop.movements if row.day <= today], {}, [], [])
    desired = posted_whole(shop, mode, today)
    proof = tie_out(shop, rich(mode), month_totals(desired.documents), today)
    assert proof.ties
    assert proof.waiting_minor == desired.waiting_minor


@few
@given(shops())
def test_changed_groups_alone_give_the_same_documents(shop):
    whole = posted(shop, Mode.PER_SALE)
    groups = {group_of_key(one.key) for one in whole.documents}
    for group in groups:
        ref = group.removeprefix("order:") if group.startswith("order:") else ""
        rows = [
            row for row in shop.movements
            if (row.order_ref == ref if ref else not row.order_ref and f"day:{row.day}" == group)
        ]  # fmt: skip
        orders = {key: value for key, value in shop.orders.items() if key == ref}
        part = documents_of(
            Business(rows, orders, [], []), profile(), AS_OF,
            whole=False, settlements=settlements_of(shop.movements),
        )  # fmt: skip
        first, behind = key_range(group)
        expected = {one.key: one.fingerprint() for one in whole.documents if first <= one.key < behind}
        assert {one.key: one.fingerprint() for one in part.documents} == expected


@few
@given(movements(), st.integers(0, 5000))
def test_the_identity_of_every_settlement_holds(rows, opening):
    found = settlements_of(rows, opening_minor=opening)
    total = opening
    for one in found.all:
        if one.state is SettlementState.SHORT:
            assert one.balance_minor + one.short_minor == one.payout_minor
            total += one.short_minor
        elif one.payout:
            assert one.balance_minor == one.payout_minor + one.carried_minor
    assert total + sum(row.amount_minor for row in rows) == found.all[-1].balance_minor


@few
@given(shops(), st.integers())
def test_the_basis_of_a_plan_does_not_depend_on_the_order_of_rows(shop, seed):
    mixed = list(shop.movements)
    random.Random(seed).shuffle(mixed)
    plans = [
        make_plan(posted(what, Mode.PER_SALE), {}, RemoteFacts(), profile())
        for what in (shop, Business(mixed, shop.orders, [], []))
    ]
    assert plans[0].basis == plans[1].basis
    assert [action.key for action in plans[0].actions if action.kind.value == "create"] == [
        action.key for action in plans[1].actions if action.kind.value == "create"
    ]
