"""The bank's word for payments, and the list for the tax office."""

from __future__ import annotations

import datetime as dt
import random
import time

import pytest

from closebook.apps.bank.models import BankAccount, BankFile, BankLine
from closebook.apps.workforce.models import Payee, PaymentRun, RailSetting
from closebook.apps.workforce.selectors.paying import due_of
from closebook.apps.workforce.selectors.tax_list import tax_rows, years_of
from closebook.apps.workforce.services.pay_answers import run_answered
from closebook.apps.workforce.services.pay_bank import run_from_bank
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.pay_jobs import payments_tick, run_submit
from closebook.apps.workforce.services.payees import setting_save
from closebook.apps.workforce.services.paying import hash_of, line_report, run_approve, run_make
from closebook.apps.workforce.services.tax_papers import paper_keep
from closebook.core.errors import InputError
from closebook.core.workforce.pay_lines import LineState
from tests.apps.workforce.pay_rooms import PAY_ON, SIGNED, bill_of, with_accounts
from tests.apps.workforce.rooms import room
from tests.connectors.payouts.test_answers import pain002, part, payment, why

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    made = room()
    with_accounts(made.company, made.assistant)
    return made


def approved(desk, *bills, rail):
    run = run_make(desk.company, rail, PAY_ON, {bill.pk: None for bill in bills}, "owner")
    return run_approve(run, hash_of(run), "owner")


def bank_line(desk, amount, reference, currency="EUR"):
    account, _made = BankAccount.objects.get_or_create(
        company=desk.company, name="Bank", currency=currency, ledger_account="1", created_at=PAY_ON_AT
    )
    file, _made = BankFile.objects.get_or_create(
        bank_account=account, name="f", sha256="0", rows=1, new_rows=1, received_at=PAY_ON_AT
    )
    number = BankLine.objects.count()
    BankLine.objects.create(
        bank_account=account, file=file, row=number, identity=str(number), look="", day=PAY_ON,
        amount_minor=amount, counterparty="Ann", text="", references=reference, kind="transfer",
    )  # fmt: skip


PAY_ON_AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def test_a_bank_line_with_the_reference_proves_a_payment_and_one_sum_the_whole_run(desk):
    bills = [bill_of(desk.company, desk.assistant, 5000 + n, currency="EUR") for n in range(4)]
    run, whole = approved(desk, *bills[:2], rail="sepa"), approved(desk, *bills[2:], rail="sepa")
    for each in (run, whole):
        run_file(each, "owner")
    first, second = run.lines.order_by("pk")
    bank_line(desk, -5000, f"X\n{first.reference}")
    bank_line(desk, -9999, second.reference)
    bank_line(desk, 5001, second.reference)
    assert run_from_bank(run) == 1
    assert run_from_bank(run) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.paid_on, second.state) == ("paid", PAY_ON, "sent")
    bank_line(desk, -10005, whole.ident)
    assert payments_tick() == 2
    whole.refresh_from_db()
    assert whole.state == "settled"


def test_a_payment_is_proved_by_one_bank_line_of_its_own_or_says_how_it_stands(desk):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance, proved = random.Random(seed), {}
    run = approved(
        desk, *[bill_of(desk.company, desk.assistant, 5000, currency="EUR") for _ in range(8)], rail="sepa"
    )
    run_file(run, "owner")
    for line in chance.sample(list(run.lines.all()), 8):
        kind = chance.choice(["own", "twice", "other", "short", "back", "none"])
        proved[line.pk] = kind in {"own", "twice"}
        for amount, reference in {
            "own": [(-5000, line.reference)], "twice": [(-5000, f"x {line.reference}")] * 2, "none": [],
            "other": [(-5000, f"CB{line.pk:024d}")], "short": [(-4999, line.reference)],
            "back": [(5000, line.reference)],
        }[kind]:  # fmt: skip
            bank_line(desk, amount, reference)
    assert run_from_bank(run) == sum(proved.values())
    assert run_from_bank(run) == 0
    for line in run.lines.all():
        wanted = ("paid", PAY_ON) if proved[line.pk] else ("sent", None)
        assert (line.state, line.paid_on) == wanted


def test_what_the_bank_brings_back_after_it_was_paid_has_come_back(desk):
    run = approved(desk, bill_of(desk.company, desk.assistant, 5000, currency="EUR"), rail="sepa")
    run_file(run, "owner")
    line = run.lines.get()
    bank_line(desk, -5000, line.reference)
    bank_line(desk, 4999, line.reference)
    assert payments_tick() == 1
    assert payments_tick() == 0
    bank_line(desk, 5000, line.reference)
    assert payments_tick() == 1
    line.refresh_from_db()
    assert line.state == "returned"
    assert payments_tick() == 0
    assert due_of(line.bill).payable_minor == 5000


def test_the_banks_answer_fails_what_it_refused_and_nothing_else(desk):
    bills = [bill_of(desk.company, desk.assistant, 5000 + n, currency="EUR") for n in range(3)]
    run = approved(desk, *bills, rail="sepa")
    run_file(run, "owner")
    lines = list(run.lines.order_by("pk"))
    group = part(payment(lines[0].reference, "RJCT", why("AC04")), payment(lines[1].reference, "ACSC"))
    answer = pain002("PART", group, message=run.ident)
    for content in (
        pain002("PART", group, message="CBX"),
        pain002("", part(payment("X", "RJCT")), message=run.ident),
    ):
        with pytest.raises(InputError):
            run_answered(run, content, "owner")
    assert [run_answered(run, answer, "owner") for _ in range(2)] == [1, 0]
    assert [(one.state, one.code) for one in run.lines.order_by("pk")] == [
        ("failed", "AC04"), ("sent", ""), ("sent", ""),
    ]  # fmt: skip
    assert due_of(bills[0]).payable_minor == 5000
    bank_line(desk, -5001, lines[1].reference)
    assert run_from_bank(run) == 1
    assert run_answered(run, pain002("RJCT", message=run.ident), "owner") == 1
    assert [one.state for one in run.lines.order_by("pk")] == ["failed", "paid", "failed"]


def test_a_rail_without_an_interface_or_without_keys_is_not_sent(desk):
    run = approved(desk, bill_of(desk.company, desk.assistant, 5000), rail="csv")
    with pytest.raises(InputError):
        run_submit(run, "owner")
    setting_save(desk.company, "paypal", {"client": "c"}, None, "owner")
    PaymentRun.objects.all().update(rail="paypal")
    RailSetting.objects.filter(rail="paypal").delete()
    run.refresh_from_db()
    with pytest.raises(InputError, match="keys"):
        run_submit(run, "owner")


TAX = {"paper": "w9", "legal_name": "Ann", "country": "US", "performed_in": "US", "tin": "123456789"}


def paid(desk, amount, rail, day):
    run = approved(desk, bill_of(desk.company, desk.assistant, amount), rail=rail)
    run_file(run, "owner")
    line_report(run.lines.get(), LineState.PAID, "owner", paid_on=day)


def test_the_tax_list_counts_by_cash_date_rail_and_paper(desk):
    for amount, rail, day in (
        (199_999, "csv", dt.date(2026, 12, 31)), (500, "csv", dt.date(2027, 1, 2)),
        (90_000, "paypal", dt.date(2026, 6, 1)),
    ):  # fmt: skip
        paid(desk, amount, rail, day)
    assert years_of(desk.company) == [2027, 2026]
    payee, today = Payee.objects.get(), dt.date(2027, 1, 20)

    def row():
        return tax_rows(desk.company, 2026, today)[0]

    assert row().missing == "paper"
    paper_keep(payee, {**TAX, "signed_on": dt.date(2026, 1, 5)}, SIGNED, "ann")
    assert (row().box.counted_minor, row().box.due, row().box.left_out) == (
        199_999,
        False,
        {"paypal": 90_000},
    )
    paid(desk, 1, "csv", dt.date(2026, 12, 31))
    assert (row().box.due, row().tin_end, row().missing) == (True, "6789", "")
    paper_keep(payee, {**TAX, "classification": "c-corporation", "signed_on": PAY_ON}, SIGNED, "ann")
    assert not row().box.due
    w8 = {**TAX, "paper": "w8", "country": "PH", "performed_in": "PH", "classification": ""}
    paper_keep(payee, {**w8, "signed_on": dt.date(2023, 5, 5)}, SIGNED, "ann")
    assert (row().box.due, row().missing) == (False, "over")
    paper_keep(payee, {**w8, "signed_on": PAY_ON}, SIGNED, "ann")
    assert row().missing == ""
    setting_rows = tax_rows(desk.company, 2026, today)
    assert [each.need for each in setting_rows] == ["w8"]
