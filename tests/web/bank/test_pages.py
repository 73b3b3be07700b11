"""The bank pages: files in, lines answered, rules, statements; other companies' things are not found."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.bank.models import (
    Answer,
    BankAccount,
    BankFile,
    BankLine,
    BankRuleRow,
    BankUpload,
    LineState,
    StatementClose,
)
from closebook.apps.bank.selectors.bank_accounts import books_balance, ledger_choices
from closebook.apps.companies.models import Role
from closebook.transport import clock
from tests.apps.bank.conftest import Bank, csv_of
from tests.apps.bank.test_answering import payout_rows
from tests.web.sync.conftest import Site, other_company

INK = ("2026-03-04", "INK & PAPER York", "-12.50")


def hand_in(site: Site, data: bytes, name: str = "march.csv") -> str:
    """Send a file; return the address of what was understood of it, within the company."""
    address = site.post("bank/upload/", {"file": SimpleUploadedFile(name, data)})
    return address.removeprefix(site.address(""))


def test_an_empty_company_is_told_what_the_page_is_for(site: Site, bank: Bank):
    BankAccount.objects.all().delete()
    assert "No bank account is here yet" in site.get("bank/")
    ledger = bank.one.ledger_account
    page = site.follow("bank/new/", {"name": "Giro", "ledger_account": ledger, "number": "NL01"})
    assert "No line is here yet" in page
    assert "another bank account" in site.post(
        "bank/new/", {"name": "Giro", "ledger_account": ledger}, code=400
    )


def test_a_file_is_shown_before_it_is_stored(site: Site, bank: Bank):
    address = hand_in(site, csv_of(INK))
    page = site.get(address)
    assert "Nothing is stored yet" in page
    assert "INK &amp; PAPER York" in page
    assert not BankLine.objects.exists()
    answer = site.follow(address, {"import": "", "bank_account-0": str(bank.one.pk)})
    assert "1 new line was imported" in answer
    assert "INK &amp; PAPER York" in answer
    assert not BankUpload.objects.exists()


def test_columns_that_nobody_understands_are_named_by_hand_and_remembered(site: Site, bank: Bank):
    data = b"when,what,how\n14/03/2026,Ink,12.50\n15/03/2026,Paper,3.00\n"
    address = hand_in(site, data)
    page = site.get(address)
    assert "columns of day and amount" in page
    named = {"columns": "3", "column-0": "day", "column-1": "text", "column-2": "amount", "day_order": "dmy",
             "mark": ".", "flipped": "1"}  # fmt: skip
    shown = site.post(address, named, code=200)
    assert "\u221212.50" in shown
    site.follow(address, {**named, "import": "", "bank_account-0": str(bank.one.pk)})
    assert [line.amount_minor for line in bank.lines()] == [-1250, -300]
    again = hand_in(site, b"when,what,how\n16/03/2026,Tea,2.00\n17/03/2026,Tea,2.00\n")
    assert "\u22122.00" in site.get(again)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"Dear customer"])
def test_what_is_no_bank_file_is_answered_with_what_to_do(site: Site, data: bytes):
    if not data:
        assert "No file was chosen" in site.follow("bank/upload/", {})
        return
    page = site.get(hand_in(site, data))
    assert "message error" in page
    assert 'name="import"' not in page


def test_a_file_can_be_dropped(site: Site):
    address = hand_in(site, csv_of(INK))
    site.follow(address, {"drop": ""})
    assert not BankUpload.objects.exists()


def test_a_line_is_written_and_the_message_offers_the_way_back(site: Site, bank: Bank):
    bank.load(INK)
    line = bank.line()
    page = site.get(f"bank/lines/{line.pk}/")
    assert "Say where the money goes" in page
    page = site.follow(
        f"bank/lines/{line.pk}/answer/", {"what": "typed", "account_0": bank.expense_account(), "memo": "Ink"}
    )
    assert "The line is answered" in page
    assert "Undo" in page
    assert books_balance(bank.one) == -1250
    assert "Take the answer back" in site.get(f"bank/lines/{line.pk}/")
    site.follow(f"bank/lines/{line.pk}/undo/")
    assert books_balance(bank.one) == 0
    assert "taken back" in site.get(f"bank/lines/{line.pk}/")


def test_a_split_takes_the_rest_and_refuses_what_does_not_add_up(site: Site, bank: Bank):
    bank.load(INK)
    line = bank.line()
    one = bank.expense_account()
    wrong = {"what": "typed", "account_0": one, "amount_0": "5.00", "account_1": one, "amount_1": "5.00"}
    assert "do not make the line" in site.follow(f"bank/lines/{line.pk}/answer/", wrong)
    right = {"what": "typed", "account_0": one, "amount_0": "5.00", "account_1": one}
    site.follow(f"bank/lines/{line.pk}/answer/", right)
    payload = Answer.objects.get().payload
    assert [each["Amount"] for each in payload["Line"]] == ["5.00", "7.50"]


def test_a_name_that_nobody_has_is_answered_at_its_field(site: Site, bank: Bank):
    bank.load(INK)
    data = {"what": "typed", "account_0": bank.expense_account(), "party": "Nobody"}
    assert "nothing of this name" in site.post(f"bank/lines/{bank.line().pk}/answer/", data, code=400)
    assert "This field is required" in site.post(
        f"bank/lines/{bank.line().pk}/answer/", {"what": "typed"}, code=400
    )


def test_leaving_out_shows_the_reason(site: Site, bank: Bank):
    bank.load(INK)
    page = site.follow(f"bank/lines/{bank.line().pk}/answer/", {"what": "exclude", "reason": "private"})
    assert "private" in page
    assert bank.line().state == LineState.EXCLUDED


def test_a_rule_previews_and_its_certain_lines_are_accepted_together(site: Site, bank: Bank):
    bank.load(INK, ("2026-03-05", "Ink again york", "-3.00"), ("2026-03-06", "Rent", "-900.00"))
    rule = {"name": "Ink", "words": "ink, york", "account_0": bank.expense_account(), "percent": "100"}
    assert "It would have taken 2 lines" in site.post("bank/rules/new/", {**rule, "preview": ""}, code=200)
    assert not BankRuleRow.objects.exists()
    assert "suggests" in site.follow("bank/rules/new/", {**rule, "save": ""})
    page = site.get(f"bank/{bank.one.pk}/")
    assert "Accept the 2 certain answers" in page
    chosen = re.findall(r'name="line" value="(\d+)"', page)
    done = site.follow(f"bank/{bank.one.pk}/accept/", {"line": chosen})
    assert "2 lines were answered" in done
    assert books_balance(bank.one) == -1550
    row = BankRuleRow.objects.get()
    assert "Rent" in site.get(f"bank/{bank.one.pk}/?state=open")
    assert "names no words" in site.post(
        f"bank/rules/{row.pk}/", {**rule, "words": "*", "save": ""}, code=400
    )
    site.follow(f"bank/rules/{row.pk}/", {**rule, "words": "toner", "save": ""})
    assert "toner" in site.get(f"bank/rules/{row.pk}/")
    assert 'value="ink, york"' in site.get(f"bank/rules/{row.pk}/?version=1")
    assert "Use again" in site.follow(f"bank/rules/{row.pk}/use/")


def test_payouts_are_certain_and_unfold_into_sales_and_fees(shop_site: Site, shop_bank: Bank):
    rows = [row for row in payout_rows(shop_bank) if not row[2].startswith("-")]
    shop_bank.load(*rows)
    page = shop_site.get(f"bank/{shop_bank.one.pk}/")
    assert f"Accept the {len(rows)} certain answers" in page
    shop_site.follow(
        f"bank/{shop_bank.one.pk}/accept/", {"line": re.findall(r'name="line" value="(\d+)"', page)}
    )
    assert {line.state for line in shop_bank.lines()} == {LineState.MATCHED}
    line = shop_bank.lines()[0]
    part = shop_site.get(f"bank/lines/{line.pk}/contents/", HX_Request="true")
    assert "Sales" in part
    assert "Fees" in part
    assert "Payout" in shop_site.get(f"bank/lines/{line.pk}/contents/")


def test_a_statement_is_reconciled_closed_printed_and_opened_again(site: Site, bank: Bank):
    bank.load(INK)
    path = f"bank/{bank.one.pk}/reconcile/"
    given = {"last_day": "2026-03-31", "opening": "100.00", "closing": "87.50"}
    assert "Answer the open lines first" in site.post(path, given, code=200)
    site.follow(f"bank/lines/{bank.line().pk}/answer/", {"what": "exclude", "reason": "opening"})
    assert "Close the statement" in site.post(path, given, code=200)
    report = site.follow(path, {**given, "close": ""})
    assert "source = books = bank" in report
    assert "closed statement" in site.get(f"bank/lines/{bank.line().pk}/")
    made = StatementClose.objects.get()
    site.follow(f"bank/closed/{made.pk}/reopen/")
    assert not StatementClose.objects.exists()
    assert "lines do not make" in site.post(path, {**given, "closing": "90.00"}, code=200)


def test_the_number_of_queries_does_not_grow_with_the_lines(site: Site, bank: Bank):
    def counted() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as ours,
            CaptureQueriesContext(connections["books"]) as theirs,
        ):
            site.get(f"bank/{bank.one.pk}/")
        return len(ours) + len(theirs)

    bank.load(INK)
    site.follow(f"bank/lines/{bank.line().pk}/answer/", {"what": "exclude", "reason": "private"})
    bank.load(("2026-03-05", "Tea", "-1.00"), name="b.csv")
    few = counted()
    bank.load(*((f"2026-03-{day:02d}", f"Tea {day}", f"-{day}.00") for day in range(6, 29)), name="c.csv")
    for line in bank.lines()[5:12]:
        site.follow(f"bank/lines/{line.pk}/answer/", {"what": "exclude", "reason": "private"})
    assert counted() == few


def test_things_of_another_company_are_not_found(site: Site, bank: Bank):
    company = other_company()
    now = clock.now()
    one = BankAccount.objects.create(
        company=company, name="X", currency="USD", ledger_account="1", created_at=now
    )
    day = dt.date(2026, 3, 4)
    file = BankFile.objects.create(
        bank_account=one, name="x", sha256="x", format="csv", rows=1, new_rows=1, received_at=now
    )
    line = BankLine.objects.create(bank_account=one, file=file, row=1, identity="x", day=day, amount_minor=1)
    upload = BankUpload.objects.create(company=company, name="x", data=b"x", received_at=now)
    rule = BankRuleRow.objects.create(company=company, name="x", position=1)
    closed = StatementClose.objects.create(
        bank_account=one, first_day=day, last_day=day, opening_minor=0, closing_minor=0, books_minor=0,
        closed_at=now,
    )  # fmt: skip
    lines, banks = f"bank/lines/{line.pk}", f"bank/{one.pk}"
    gets = [f"{banks}/", f"{banks}/reconcile/", f"{lines}/", f"{lines}/contents/"]
    gets += [f"bank/files/{upload.pk}/", f"bank/rules/{rule.pk}/", f"bank/closed/{closed.pk}/"]
    posts = [f"{banks}/accept/", f"{lines}/answer/", f"{lines}/undo/"]
    gets += [f"{banks}/files/", f"{banks}/explain/"]
    posts += [
        f"bank/imported/{file.pk}/remove/",
        f"bank/rules/{rule.pk}/use/",
        f"bank/closed/{closed.pk}/reopen/",
    ]
    for path in gets:
        site.get(path, code=404)
    for path in posts:
        site.post(path, code=404)
    bank.load(INK)
    address = hand_in(site, csv_of(("2026-03-09", "Tea", "-1.00")))
    site.follow(address, {"import": "", "bank_account-0": str(one.pk)})
    assert BankLine.objects.filter(bank_account=one).count() == 1


def test_a_reader_sees_the_lines_and_no_buttons(bank: Bank):
    bank.load(INK)
    reader = Site(bank.one.company, Role.READER, "bo")
    page = reader.get(f"bank/{bank.one.pk}/")
    assert "INK &amp; PAPER" in page
    assert "bank-file" not in page
    assert "Say where the money goes" not in reader.get(f"bank/lines/{bank.line().pk}/")
    reader.post(f"bank/lines/{bank.line().pk}/answer/", code=403)


def test_a_file_is_removed_while_none_of_its_lines_is_answered(site: Site, bank: Bank):
    assert "No file of this bank account" in site.get(f"bank/{bank.one.pk}/files/")
    bank.load(INK)
    file = BankFile.objects.get()
    site.follow(f"bank/lines/{bank.line().pk}/answer/", {"what": "exclude", "reason": "private"})
    assert "Take their answers back" in site.follow(f"bank/imported/{file.pk}/remove/")
    site.follow(f"bank/lines/{bank.line().pk}/undo/")
    assert "its 1 line are removed" in site.follow(f"bank/imported/{file.pk}/remove/")
    assert not BankLine.objects.exists()


def test_deposits_without_a_report_show_the_sales_that_they_pay(site: Site, bank: Bank):
    to, other = ({"value": one} for one in (bank.expense_account(), bank.one.ledger_account))
    rows = []
    for day in range(2, 8):
        amounts = [day * 1111 + 7, day * 317 + 5]
        for amount in amounts:
            part = f"{amount // 100}.{amount % 100:02d}"
            lines = [
                {"Amount": part, "DetailType": "JournalEntryLineDetail",
                 "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref}}
                for side, ref in (("Debit", to), ("Credit", other))
            ]  # fmt: skip
            bank.world.make("JournalEntry", TxnDate=f"2026-03-{day:02d}", Line=lines)
        total = sum(amounts)
        rows.append((f"2026-03-{day + 2:02d}", "STRIPE PAYOUT", f"{total // 100}.{total % 100:02d}"))
    bank.load(*rows, ("2026-03-09", "STRIPE PAYOUT", "1.23"))
    assert "Clearing ledger account" in site.get(f"bank/{bank.one.pk}/explain/")
    wish = f"words=stripe&clearing={to['value']}&first=2026-03-01&last=2026-03-31"
    page = site.get(f"bank/{bank.one.pk}/explain/?{wish}")
    assert page.count("2 rows") == 6
    assert "no payout of these sales" in page
    assert "No line of this period" in site.get(f"bank/{bank.one.pk}/explain/?{wish.replace('stripe', 'x')}")


def test_income_that_may_be_counted_already_is_asked_about_with_what_was_typed(
    shop_site: Site, shop_bank: Bank
):
    shop_bank.load(("2030-03-04", "ACH Etsy Inc 0815", "12.34"))
    line = shop_bank.line()
    choices = ledger_choices(shop_bank.one.company)
    income = next(one.wire_id for one in choices if one.type == "Income")
    typed = {"what": "typed", "account_0": income, "memo": "A grant"}
    page = shop_site.post(f"bank/lines/{line.pk}/answer/", typed, code=409)
    assert "counted twice" in page
    assert ('name="sure"' in page, "A grant" in page) == (True, True)
    shop_site.follow(f"bank/lines/{line.pk}/answer/", {**typed, "sure": "on"})
    assert shop_bank.line().state == LineState.MATCHED
