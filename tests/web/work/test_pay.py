"""Paying by the pages: from accepted bills to what became of each payment; details stay with their person."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import Bill, Payee, PaymentLine, PaymentRun, Task
from closebook.apps.workforce.services.payees import account_of, setting_of
from closebook.apps.workforce.services.tax_papers import paper_of, paper_shown
from tests.apps.workforce.pay_rooms import OWN, SIGNED, bill_of, with_accounts
from tests.apps.workforce.rooms import person_in, room
from tests.connectors.payouts.test_answers import pain002
from tests.connectors.payouts.test_sheets import SAVED, template

pytestmark = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def desk():
    made = room()
    with_accounts(made.company, made.assistant)
    return made


def to(name, desk, *more):
    return reverse(name, args=[desk.company.pk, *more])


def text(answer):
    return answer.content.decode()


def signed():
    return SimpleUploadedFile("form.pdf", SIGNED)


def made_by_page(client, desk, *bills, rail="paypal", amount=""):
    typed = {"rail": rail, "pay_on": "2026-11-20"}
    for bill in bills:
        typed |= {f"bill_{bill.pk}": "on", f"amount_{bill.pk}": amount}
    answer = client.post(to("pay-run-new", desk), typed)
    assert answer.status_code == 302, text(answer)
    return PaymentRun.objects.order_by("-pk")[0]


def test_from_bills_to_paid_with_the_bank_file_downloaded(desk):
    owner, bill = client_of(desk.owner), bill_of(desk.company, desk.assistant, 5000)
    assert "No payment run yet" in text(owner.get(to("pay-runs", desk)))
    page = text(owner.get(to("pay-run-new", desk), {"rail": "paypal"}))
    assert "50.00" in page
    run = made_by_page(owner, desk, bill)
    page = owner.get(to("pay-run", desk, run.pk))
    assert "Approve what is shown" in text(page)
    owner.post(to("pay-run-approve", desk, run.pk), {"hash": "x"})
    assert PaymentRun.objects.get().state == "building"
    owner.post(to("pay-run-approve", desk, run.pk), {"hash": page.context["hash"]})
    assert "Make the file" in text(owner.get(to("pay-run", desk, run.pk)))
    first = owner.post(to("pay-run-file", desk, run.pk))
    assert first["Content-Disposition"] == f'attachment; filename="{run.ident}.csv"'
    assert b"ann@example.com,50.00,USD" in first.content
    assert owner.post(to("pay-run-file", desk, run.pk)).content == first.content
    refused = owner.post(to("pay-run-cancel", desk, run.pk), {"reason": "No."}, follow=True)
    assert "moved on since" in text(refused)
    line = PaymentLine.objects.get()
    owner.post(to("pay-line", desk, run.pk), {"line": line.pk, "to": "nonsense"})
    owner.post(to("pay-line", desk, run.pk), {"to": "paid", "paid_on": "2026-11-21", "fee": "0.35"})
    line.refresh_from_db()
    assert (line.state, str(line.paid_on), line.fee_minor) == ("paid", "2026-11-21", 35)
    assert Bill.objects.get().state == "paid"
    assert "Each payment has ended" in text(owner.get(to("pay-run", desk, run.pk)))
    assert run.ident in text(owner.get(to("pay-runs", desk), {"q": "B1"}))


def test_a_part_is_paid_and_what_cannot_be_paid_is_explained(desk):
    owner, bill = client_of(desk.owner), bill_of(desk.company, desk.assistant, 5000, 100)
    Task.objects.filter(pk=bill.lines.last().source.task_id).update(state="delivered", title="The rest")
    second = person_in(desk.company, "second", Role.ASSISTANT)
    bill_of(desk.company, second, 700)
    bill_of(desk.company, desk.assistant, 800, currency="KES")
    page = text(owner.get(to("pay-run-new", desk), {"rail": "paypal"}))
    for words in ("The rest", "Without payment details", "second B2", "does not take", "B3"):
        assert words in page
    typed = {"rail": "paypal", "pay_on": "2026-11-20", f"bill_{bill.pk}": "on", f"amount_{bill.pk}": "51"}
    answer = owner.post(to("pay-run-new", desk), typed)
    assert answer.status_code == 400
    assert "not accepted yet" in text(answer)
    assert owner.post(to("pay-run-new", desk), {"rail": "paypal", "pay_on": "x"}).status_code == 400
    assert owner.post(to("pay-run-new", desk), {"rail": "paypal", "pay_on": "2026-11-20"}).status_code == 400
    run = made_by_page(owner, desk, bill, amount="20")
    assert run.lines.get().amount_minor == 2000
    owner.post(to("pay-run-cancel", desk, run.pk), {"reason": ""})
    owner.post(to("pay-run-cancel", desk, run.pk), {"reason": "Wrong."})
    assert PaymentRun.objects.get().state == "cancelled"
    assert Bill.objects.get(pk=bill.pk).state == "ready"


def test_above_the_limit_a_second_person_approves_and_what_failed_is_paid_anew(desk):
    owner, keeper = client_of(desk.owner), client_of(person_in(desk.company, "keeper", Role.BOOKKEEPER))
    answer = owner.post(to("way", desk, "csv"), {"limit_minor": "40"})
    assert answer.status_code == 302
    run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 5000), rail="csv")
    seen = {"hash": owner.get(to("pay-run", desk, run.pk)).context["hash"]}
    owner.post(to("pay-run-approve", desk, run.pk), seen)
    assert "A second person has to" in text(owner.get(to("pay-run", desk, run.pk)))
    keeper.post(to("pay-run-approve", desk, run.pk), seen)
    keeper.post(to("pay-run-file", desk, run.pk))
    line = PaymentLine.objects.get()
    keeper.post(to("pay-line", desk, run.pk), {"line": line.pk, "to": "failed"})
    keeper.post(to("pay-line", desk, run.pk), {"line": line.pk, "again": "1"})
    keeper.post(to("pay-line", desk, run.pk), {"line": line.pk, "again": "1"})
    assert PaymentRun.objects.count() == 2
    assert "the new payment" in text(keeper.get(to("pay-run", desk, run.pk)))
    assert keeper.get(to("way", desk, "csv")).status_code == 403


def test_ways_to_pay_are_checked_and_secrets_are_not_shown_again(desk):
    owner = client_of(desk.owner)
    assert "set up" in text(owner.get(to("ways", desk)))
    assert owner.post(to("way", desk, "sepa"), {"iban": "NL00"}).status_code == 400
    assert owner.get(to("way", desk, "x")).status_code == 404
    owner.post(to("way", desk, "sepa"), {"iban": "nl91 abna 0417 1643 00", "debtor": "Quill"})
    assert setting_of(desk.company, "sepa")[0]["iban"] == OWN
    keys = {"client": "me", "secret": "hidden-key", "environment": "sandbox"}
    owner.post(to("way", desk, "paypal"), keys)
    owner.post(to("way", desk, "paypal"), {**keys, "secret": ""})
    assert setting_of(desk.company, "paypal")[0]["secret"] == "hidden-key"
    assert "hidden-key" not in text(owner.get(to("way", desk, "paypal")))
    for content, code in (
        (b"name,amount\n", 400),
        (b"\xff\xfe\x00", 400),
        (b"name,recipientId,targetCurrency,amount,odd\n", 302),
    ):
        file = SimpleUploadedFile("t.csv", content)
        assert (
            owner.post(to("way", desk, "wise"), {"environment": "sandbox", "file": file}).status_code == code
        )
    owner.post(to("way", desk, "wise"), {"environment": "sandbox", "source": "USD"})
    assert "odd" in setting_of(desk.company, "wise")[0]["template"]


def test_the_banks_answer_is_read_at_the_run(desk):
    owner = client_of(desk.owner)
    owner.post(to("way", desk, "sepa"), {"iban": OWN, "debtor": "Quill"})
    run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 5000, currency="EUR"), rail="sepa")
    page = text(owner.get(to("pay-run", desk, run.pk)))
    assert "pain.002" not in page
    assert "day of payment is past" in page
    seen = {"hash": owner.get(to("pay-run", desk, run.pk)).context["hash"]}
    owner.post(to("pay-run-approve", desk, run.pk), seen)
    owner.post(to("pay-run-file", desk, run.pk))
    assert "pain.002" in text(owner.get(to("pay-run", desk, run.pk)))
    for content, words in (
        (b"", "Choose the bank&#x27;s answer first"), (b"<a/>", "no answer of a bank"),
        (pain002("RJCT", message="CB9"), "answers the file CB9"),
        (pain002("ACCP", message=run.ident), "nothing"),
        (pain002("RJCT", message=run.ident), "refused 1 payment"),
    ):  # fmt: skip
        sent = {"file": SimpleUploadedFile("answer.xml", content)}
        assert words in text(owner.post(to("pay-run-answer", desk, run.pk), sent, follow=True)), words
    assert PaymentLine.objects.get().state == "failed"
    other = client_of(room("two").owner)
    assert other.post(to("pay-run-answer", desk, run.pk)).status_code in {403, 404}
    assert client_of(desk.assistant).post(to("pay-run-answer", desk, run.pk)).status_code == 403


def test_what_nobody_claimed_can_be_taken_back_at_the_payment(desk):
    owner = client_of(desk.owner)
    run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 5000))
    PaymentLine.objects.update(state="unclaimed", provider_reference="PP1")
    PaymentRun.objects.update(state="settling", attempt=1)
    assert "Take it back" in text(owner.get(to("pay-run", desk, run.pk)))
    PaymentLine.objects.update(state="sent")
    sent = {"line": PaymentLine.objects.get().pk, "recall": "1"}
    told = text(owner.post(to("pay-line", desk, run.pk), sent, follow=True))
    assert "Only a payment that nobody has claimed" in told


def test_an_excel_template_is_filled_and_given_as_one(desk):
    owner, book = client_of(desk.owner), template(SAVED)
    sent = {"environment": "sandbox", "source": "USD", "file": SimpleUploadedFile("Batch.xlsx", book)}
    assert owner.post(to("way", desk, "wise"), sent).status_code == 302
    assert setting_of(desk.company, "wise")[0]["sheet"] == "Recipients"
    broken = {**sent, "file": SimpleUploadedFile("Batch.xlsx", b"PK\x03\x04 no")}
    assert owner.post(to("way", desk, "wise"), broken).status_code == 400
    owner.post(to("way", desk, "wise"), {"environment": "sandbox", "source": "USD"})
    run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 5000), rail="wise")
    seen = {"hash": owner.get(to("pay-run", desk, run.pk)).context["hash"]}
    owner.post(to("pay-run-approve", desk, run.pk), seen)
    made = owner.post(to("pay-run-file", desk, run.pk))
    assert made["Content-Type"].endswith("spreadsheetml.sheet")
    assert made["Content-Disposition"] == f'attachment; filename="{run.ident}.xlsx"'
    PaymentRun.objects.update(file_name="", state="settling", attempt=1)
    assert f"one group named {run.ident}" in text(owner.get(to("pay-run", desk, run.pk)))
    PaymentRun.objects.update(file_name=f"{run.ident}.xlsx")
    assert made.content == owner.post(to("pay-run-file", desk, run.pk)).content


def test_an_assistant_keeps_their_own_details_and_sees_their_own_bills(desk):
    helper, second = client_of(desk.assistant), person_in(desk.company, "second", Role.ASSISTANT)
    bill_of(desk.company, desk.assistant, 5000)
    bill_of(desk.company, second, 7777)
    page = text(helper.get(to("my-pay", desk)))
    assert "50.00" in page
    assert "77.77" not in page
    assert helper.post(to("my-pay", desk), {"rail": "sepa", "iban": "x"}).status_code == 400
    helper.post(to("my-pay", desk), {"rail": "sepa", "iban": "NL91 ABNA 0417 1643 00"})
    payee = Payee.objects.get(candidate__person=desk.assistant)
    assert (payee.rail, account_of(payee, "sepa")) == ("sepa", {"iban": OWN})
    tax = {
        "paper": "w9", "legal_name": "Ann Quill", "country": "us", "performed_in": "US", "address": "1 Quay",
        "tin_kind": "SSN", "tin": "12345", "signed_on": "2026-01-05", "classification": "individual",
    }  # fmt: skip
    assert helper.post(to("my-tax", desk), {**tax, "file": signed()}).status_code == 400
    kept = helper.post(to("my-tax", desk), {**tax, "tin": "123-45-6789", "file": signed()})
    assert kept.status_code == 302
    payee.refresh_from_db()
    assert paper_shown(paper_of(payee))["tin_end"] == "6789"
    page = text(helper.get(to("my-pay", desk)))
    assert "ends in 6789" in page
    assert "45-6789" not in page
    assert "123456789" not in page
    for name in ("pay-runs", "pay-run-new", "ways"):
        assert helper.get(to(name, desk)).status_code == 403
    nobody = client_of(person_in(desk.company, "third", Role.ASSISTANT))
    nobody.get(to("my-pay", desk))
    assert not Payee.objects.filter(candidate__person__username="third").exists()


def test_no_run_of_another_company_is_reached(desk):
    other = room("two")
    with_accounts(other.company, other.assistant)
    theirs = made_by_page(client_of(other.owner), other, bill_of(other.company, other.assistant, 5000))
    mine = made_by_page(client_of(desk.owner), desk, bill_of(desk.company, desk.assistant, 5000))
    owner, line = client_of(desk.owner), theirs.lines.get()
    assert owner.get(to("pay-run", desk, theirs.pk)).status_code == 404
    for name in ("approve", "cancel", "file", "send", "read"):
        assert owner.post(to(f"pay-run-{name}", desk, theirs.pk)).status_code == 404
    assert owner.post(to("pay-line", desk, theirs.pk), {"to": "paid"}).status_code == 404
    assert owner.post(to("pay-line", desk, mine.pk), {"line": line.pk, "to": "paid"}).status_code == 404
    assert theirs.ident not in text(owner.get(to("pay-runs", desk)))


def test_the_number_of_queries_does_not_grow_with_rows(desk):
    owner, counted = client_of(desk.owner), []
    bills = [bill_of(desk.company, desk.assistant, 5000)]
    run = made_by_page(owner, desk, *bills)
    for more in (0, 8):
        bills = [bill_of(desk.company, desk.assistant, 5000) for _ in range(more)]
        for bill in bills:
            run = made_by_page(owner, desk, bill)
        if bills:
            for number in range(1, 9):
                line = PaymentLine.objects.get(bill=bills[number - 1])
                PaymentLine.objects.filter(pk=line.pk).update(run=run)
        bill_of(desk.company, desk.assistant, 700)
        for address in (
            to("pay-runs", desk),
            to("pay-run", desk, run.pk),
            to("pay-run-new", desk),
            to("my-pay", desk),
        ):
            owner.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:4] == counted[4:]


def test_the_years_list_is_shown_and_exported_without_whole_numbers(desk):
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    assert "Nobody was paid" in text(owner.get(to("tax-forms", desk)))
    run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 250_000), rail="csv")
    seen = {"hash": owner.get(to("pay-run", desk, run.pk)).context["hash"]}
    owner.post(to("pay-run-approve", desk, run.pk), seen)
    owner.post(to("pay-run-file", desk, run.pk))
    owner.post(to("pay-line", desk, run.pk), {"to": "paid", "paid_on": "2026-11-21"})
    tax = {
        "paper": "w9", "legal_name": "=Ann", "country": "US", "performed_in": "US", "address": "1 Quay",
        "tin": "123-45-6789", "tin_kind": "SSN", "signed_on": "2026-01-05", "classification": "individual",
        "file": signed(),
    }  # fmt: skip
    helper.post(to("my-tax", desk), tax)
    page = text(owner.get(to("tax-forms", desk), {"year": "2026"}))
    assert "2,500.00" in page
    assert "due" in page
    export = text(owner.get(to("tax-forms", desk), {"export": "csv"}))
    assert export.splitlines()[1] == "2026,'=Ann,6789,2500.00,0.00,"
    assert helper.get(to("tax-forms", desk)).status_code == 403
