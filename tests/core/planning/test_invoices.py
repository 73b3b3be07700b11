"""Invoices of a till that are paid in parts or later, with their payments."""

from __future__ import annotations

import random
from dataclasses import replace

from closebook.core.commerce.records import MovementKind
from closebook.core.commerce.sales import Sale, Tender, TenderKind
from closebook.core.planning.actions import Action, ActionKind, Link
from closebook.core.planning.desired import Desired
from closebook.core.planning.documents import Document, DocumentKind, ListObject
from closebook.core.planning.plan import make_plan
from closebook.core.planning.posting import documents_of
from closebook.core.planning.remote import RemoteFacts
from closebook.core.planning.standing import Standing
from closebook.core.planning.tieout import month_totals, tie_out
from closebook.core.planning.undo import plan_undo
from tests.core.planning.till import (
    CASH,
    CLEARING,
    GIFT,
    LATER,
    business,
    day,
    line,
    move,
    paid,
    profile,
    sale,
    totals,
)

RECEIVABLE = "ledger-account:accounts receivable (a/r)"
KEY = "order:A1/sale"


def on(tender: Tender, text: str) -> Tender:
    return replace(tender, day=day(text))


def shed(*tenders: Tender, owed: int = 10000) -> Sale:
    lines = [line("Shed", 9250, 750)]
    return sale("A1", "03-04", lines, list(tenders), owed_minor=owed, invoice_day=day("03-01"))


def made(*sales: Sale, standing: Standing | None = None) -> Desired:
    rows = [
        move(MovementKind.SALE, (one.day or each.day).isoformat()[5:], one.amount_minor, each.order_ref)
        for each in sales
        for one in each.tenders
        if one.kind is TenderKind.PLATFORM
    ]
    found = replace(business(sales=list(sales)), movements=rows)
    desired = documents_of(found, profile(), LATER, standing=standing or Standing())
    books = month_totals(desired.documents)
    if not desired.holds:
        assert tie_out(found, profile(), books, LATER, standing or Standing()).ties
    return desired


def linked(actions: list[Action]) -> dict[str, Link]:
    """Return the links that a run of a plan leaves."""
    found = {}
    for number, action in enumerate(actions, 1):
        if action.target is not None and action.kind is ActionKind.CREATE:
            mark = action.target.fingerprint()
            found[action.key] = Link(
                action.key, action.target.kind, str(number), "0", mark, mark, target=action.target
            )
    return found


def standing(links: dict[str, Link]) -> Standing:
    return Standing({key: link.kind for key, link in links.items() if isinstance(link.kind, DocumentKind)})


def test_what_is_open_stands_on_the_receivable() -> None:
    desired = made(shed(on(paid(4000), "03-04")))
    found = totals(desired)
    assert (found[RECEIVABLE], found[CLEARING]) == (6000, 4000)
    invoice, payment = desired.documents
    assert (invoice.day, payment.day) == (day("03-01"), day("03-04"))
    assert payment.settles == invoice.key == KEY
    assert any(one.key == RECEIVABLE for one in desired.list_objects)


def test_each_payment_goes_where_its_tender_went() -> None:
    tenders = [paid(3000), paid(2000, TenderKind.CASH), paid(1000, TenderKind.GIFT_CARD)]
    found = totals(made(shed(*(on(each, f"03-0{place}") for place, each in enumerate(tenders, 4)))))
    assert (found[CLEARING], found[CASH], found[GIFT], found[RECEIVABLE]) == (3000, 2000, 1000, 4000)


def test_an_invoice_whose_lines_are_not_what_is_owed_is_held() -> None:
    assert [hold.code for hold in made(shed(on(paid(4000), "03-04"), owed=9000)).holds] == ["total-differs"]
    assert [hold.code for hold in made(shed(on(paid(10001), "03-04"))).holds] == ["total-differs"]


def test_a_later_payment_is_added_and_the_invoice_stays() -> None:
    first, second = on(paid(4000), "03-04"), on(paid(6000), "04-09")
    desired = made(shed(first))
    before = make_plan(desired, {}, RemoteFacts(), profile())
    links = linked(before.actions)
    payment = next(one for one in before.actions if isinstance(one.target, Document) and one.target.settles)
    assert KEY in payment.depends_on
    whole = made(shed(first, second, owed=0), standing=standing(links))
    after = make_plan(whole, links, RemoteFacts(), profile())
    assert [(one.kind, one.target.kind, one.target.total_minor) for one in after.actions] == [
        (ActionKind.CREATE, DocumentKind.PAYMENT, 6000)
    ]
    assert RECEIVABLE not in totals(whole)


def test_what_was_posted_as_a_receipt_stays_one() -> None:
    whole = shed(on(paid(4000), "03-04"), on(paid(6000), "03-08"), owed=0)
    receipt = made(whole, standing=Standing({KEY: DocumentKind.SALES_RECEIPT})).documents
    assert [one.kind for one in receipt] == [DocumentKind.SALES_RECEIPT]


def test_a_payment_waits_with_an_invoice_that_is_held() -> None:
    desired = made(shed(on(paid(4000), "03-04")))
    plan = make_plan(desired, {}, RemoteFacts(closing_date=day("03-02")), profile())
    assert {(one.key.count("/"), one.code) for one in plan.actions if one.kind is ActionKind.HOLD} == {
        (1, "period-closed"),
        (3, "needs-held"),
    }


def test_undo_takes_the_payment_before_the_invoice() -> None:
    plan = make_plan(made(shed(on(paid(4000), "03-04"))), {}, RemoteFacts(), profile())
    links = linked(plan.actions)
    undo = plan_undo(plan.actions, links, RemoteFacts(), profile())
    deletes = {one.key: one for one in undo.actions if one.kind is ActionKind.DELETE}
    payment = next(key for key in deletes if "/payment/" in key)
    assert payment in deletes[KEY].depends_on
    later = {**links, f"{KEY}/payment/99": replace(links[payment], key=f"{KEY}/payment/99")}
    left = plan_undo(plan.actions, later, RemoteFacts(), profile())
    held = [(one.key, one.code) for one in left.actions if one.kind is ActionKind.HOLD]
    assert held[0] == (
        KEY,
        "left-changed-by-later-run",
    )


def test_payments_and_what_is_open_are_the_invoice_however_they_arrive() -> None:
    """Random invoices paid in random parts over random days, synchronised after each of them."""
    for seed in range(60):
        chance = random.Random(seed)
        total, left, parts = 10000, 10000, []
        while left and chance.random() < 0.8:
            amount = min(left, chance.randrange(1, 6000))
            kind = chance.choice(
                [TenderKind.PLATFORM, TenderKind.PLATFORM, TenderKind.CASH, TenderKind.OTHER]
            )
            parts.append(on(paid(amount, kind), f"0{chance.randrange(3, 7)}-1{chance.randrange(10)}"))
            left -= amount
        links: dict[str, Link] = {}
        for count in range(len(parts) + 1):
            some = parts[:count]
            desired = made(
                shed(*some, owed=total if left or count < len(parts) else 0), standing=standing(links)
            )
            assert not desired.holds, seed
            plan = make_plan(desired, links, RemoteFacts(), profile())
            new = [one for one in plan.actions if not isinstance(one.target, ListObject)]
            assert all(one.kind is ActionKind.CREATE for one in new), seed
            assert len(new) == 1, seed
            links |= linked(plan.actions)
            posted = [link.target for link in links.values() if isinstance(link.target, Document)]
            paid_so_far = sum(one.total_minor for one in posted if one.kind is DocumentKind.PAYMENT)
            open_ = totals(Desired(documents=posted)).get(RECEIVABLE, 0)
            assert paid_so_far + open_ == total, seed
