"""Tax forms on the pages of both sides: handed in, read with a note, and never somebody else's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import AuditEvent, Role
from closebook.apps.workforce.models import AccessLog, Agency, Payee, TaxPaper
from closebook.apps.workforce.services.payees import payee_for
from closebook.apps.workforce.services.tax_papers import file_read, paper_keep
from closebook.transport import clock
from tests.apps.workforce.pay_rooms import SIGNED, bill_of, with_accounts
from tests.apps.workforce.rooms import person_in, room
from tests.web.work.test_pay import client_of, made_by_page, text, to

pytestmark = pytest.mark.django_db(databases=["default", "books"])
NUMBER = "198-73-4406"
DIGITS = "198734406"
W9 = {
    "paper": "w9", "legal_name": "Ann Quill", "address": "1 Quay", "country": "US", "performed_in": "us",
    "tin_kind": "SSN", "tin": NUMBER, "signed_on": "2026-01-05", "classification": "individual",
}  # fmt: skip
W8 = {
    "paper": "w8", "legal_name": "Ann Quill", "address": "1 Quay", "country": "PH", "performed_in": "PH",
    "tin": "", "signed_on": "2026-01-05",
}  # fmt: skip
KEPT = {**W9, "signed_on": dt.date(2026, 1, 5)}


@pytest.fixture
def desk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return room()


def file(content=SIGNED, name="form.pdf"):
    return SimpleUploadedFile(name, content)


def hand_in(desk, person, typed, sent=None, page="my-tax", *more):
    given = file() if sent is None else sent
    return client_of(person).post(to(page, desk, *more), {**typed, "file": given})


def test_an_assistant_hands_a_form_in_and_sees_who_read_it(desk):
    helper = client_of(desk.assistant)
    assert "Fill in and sign the form" in text(helper.get(to("my-pay", desk)))
    page = text(helper.get(to("my-tax", desk)))
    assert "Fill in and sign the form" in page
    assert hand_in(desk, desk.assistant, {**W9, "tin": ""}).status_code == 400
    assert not Payee.objects.exists()
    assert hand_in(desk, desk.assistant, W9).status_code == 302
    page = text(helper.get(to("my-tax", desk)))
    for words in ("Nothing is missing", "SSN … 4406", "Ann Quill", "United States", "Nobody opened"):
        assert words in page
    payee, paper = Payee.objects.get(), TaxPaper.objects.get()
    owner = client_of(desk.owner)
    shown = owner.post(to("tax-number", desk, payee.pk))
    assert DIGITS in text(shown)
    assert shown["Cache-Control"] == "no-store"
    given = owner.post(to("tax-file", desk, paper.pk))
    assert (given.content, given["Content-Type"]) == (SIGNED, "application/octet-stream")
    assert given["Content-Disposition"] == f'attachment; filename="W-9-{paper.pk}.pdf"'
    assert "sandbox" in given["Content-Security-Policy"]
    page = text(helper.get(to("my-tax", desk)))
    assert page.count("owner-one: the tax number") == 1
    assert page.count("owner-one: the signed form") == 1
    audit = text(owner.get(to("audit", desk)))
    assert "read a tax number" in audit
    assert "opened a tax form" in audit
    own = helper.post(to("my-tax-file", desk, paper.pk))
    assert own.content == SIGNED
    assert AccessLog.objects.filter(actor="helper-one").count() == 1


def test_the_whole_number_stands_on_no_page_but_the_one_that_shows_it(desk):
    hand_in(desk, desk.assistant, W9)
    hand_in(desk, desk.assistant, {**W9, "signed_on": "2999-01-01"})
    payee, owner, helper = Payee.objects.get(), client_of(desk.owner), client_of(desk.assistant)
    wrong = helper.post(to("my-tax", desk), {**W9, "legal_name": ""})
    assert wrong.status_code == 400
    pages = [wrong, helper.get(to("my-tax", desk)), helper.get(to("my-pay", desk))]
    pages += [owner.get(to(name, desk, *more)) for name, more in (
        ("tax-forms", ()), ("tax-payee", (payee.pk,)), ("pay-runs", ()), ("audit", ()),
    )]  # fmt: skip
    for page in pages:
        assert DIGITS not in text(page)
        assert NUMBER not in text(page)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "form.pdf", "empty"),
        (b"PK\x03\x04 a zip", "form.pdf", "no PDF and no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "form.svg", "no PDF and no picture"),
        (b"<html><script>x()</script>", "form.png", "no PDF and no picture"),
        (b"%PDF-1.7" + b"0" * (10 * 1024 * 1024), "form.pdf", "too large"),
    ],
)
def test_a_file_that_is_no_form_is_refused_at_its_field(desk, content, name, words):
    answer = hand_in(desk, desk.assistant, W9, file(content, name))
    assert answer.status_code == 400
    assert words in text(answer)
    assert "1 Quay" in text(answer)
    assert not TaxPaper.objects.exists()


def test_a_form_is_refused_with_what_to_do(desk):
    for change, words in (
        ({"tin": "12"}, "nine digits"), ({"tin": "000-12-3456"}, "kind of number"),
        ({"signed_on": "2999-01-01"}, "still to come"), ({"country": "XX"}, "two letters of a country"),
        ({"classification": "llc"}, "letter that stands on the W-9"), ({"tin_kind": ""}, "required"),
    ):  # fmt: skip
        answer = hand_in(desk, desk.assistant, {**W9, **change})
        assert (answer.status_code, words in text(answer)) == (400, True), words
    assert "outside the United States" in text(hand_in(desk, desk.assistant, {**W8, "country": "US"}))
    assert not TaxPaper.objects.exists()


def test_a_w8_asks_for_no_us_number_and_says_how_long_it_holds(desk):
    helper = client_of(desk.assistant)
    page = text(helper.get(to("my-tax", desk), {"paper": "w8"}))
    assert "A US tax number is not needed here" in page
    assert "Federal classification" not in page
    hand_in(desk, desk.assistant, {**W8, "signed_on": "2021-06-01"})
    page = text(helper.get(to("my-tax", desk)))
    assert "The W-8 has run out. Hand in a new one." in page
    hand_in(desk, desk.assistant, W8)
    page = text(helper.get(to("my-tax", desk)))
    assert "Nothing is missing" in page
    assert "12/31/2029" in page or "Dec 31, 2029" in page or "31 Dec 2029" in page
    assert TaxPaper.objects.count() == 2


def test_outside_the_united_states_no_number_is_asked_for(desk):
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    sent = {"country": "nl", "years": "7", "rails": ["wise"]}
    assert owner.post(to("tax-setting", desk), {**sent, "years": "1"}).status_code == 400
    assert owner.post(to("tax-setting", desk), sent).status_code == 302
    page = text(helper.get(to("my-tax", desk)))
    assert "Not needed here" in page
    assert 'name="tin"' not in page
    assert "Not needed here" in text(helper.get(to("my-pay", desk)))
    assert "Not needed here" in text(owner.get(to("tax-forms", desk)))
    keeper = client_of(person_in(desk.company, "keeper", Role.BOOKKEEPER))
    assert keeper.get(to("tax-setting", desk)).status_code == 403


def test_an_agencys_form_is_handed_in_for_it_and_nobody_elses(desk):
    common = {"company": desk.company, "made_at": clock.now()}
    agency = Agency.objects.create(name="Desk Ltd", **common)
    desk.contract.agency = agency
    desk.contract.save()
    payee = Payee.objects.create(agency=agency, name="Desk Ltd", country="PH", **common)
    owner = client_of(desk.owner)
    assert "Desk Ltd" in text(owner.get(to("tax-forms", desk)))
    assert "does not sign in" in text(owner.get(to("tax-payee", desk, payee.pk)))
    assert hand_in(desk, desk.owner, {**W8, "paper": "w8"}, None, "tax-payee", payee.pk).status_code == 400
    assert hand_in(desk, desk.owner, {**W8, "paper": "w8e"}, None, "tax-payee", payee.pk).status_code == 302
    assert "Nothing is missing" in text(owner.get(to("tax-payee", desk, payee.pk)))
    own = payee_for(desk.company, desk.assistant)
    assert hand_in(desk, desk.owner, W9, None, "tax-payee", own.pk).status_code == 404
    assert TaxPaper.objects.count() == 1


def test_nobody_reaches_a_form_that_is_not_for_them(desk):
    second, reader = (
        person_in(desk.company, "second", Role.ASSISTANT),
        person_in(desk.company, "r", Role.READER),
    )
    hand_in(desk, desk.assistant, W9)
    payee, paper, other = Payee.objects.get(), TaxPaper.objects.get(), room("two")
    assert client_of(second).post(to("my-tax-file", desk, paper.pk)).status_code == 404
    assert "4406" not in text(client_of(second).get(to("my-tax", desk)))
    for person in (second, reader, desk.assistant):
        client = client_of(person)
        assert client.get(to("tax-payee", desk, payee.pk)).status_code == 403
        assert client.post(to("tax-number", desk, payee.pk)).status_code == 403
        assert client.post(to("tax-file", desk, paper.pk)).status_code == 403
        assert client.post(to("tax-match", desk, payee.pk)).status_code == 403
    theirs = client_of(other.owner)
    assert theirs.get(to("tax-payee", other, payee.pk)).status_code == 404
    assert theirs.post(to("tax-number", other, payee.pk)).status_code == 404
    assert theirs.post(to("tax-match", other, payee.pk)).status_code == 404
    assert theirs.post(to("tax-file", other, paper.pk)).status_code == 404
    assert client_of(other.assistant).post(to("my-tax-file", other, paper.pk)).status_code == 404
    assert (
        theirs.post(to("tax-number", other, payee_for(other.company, other.assistant).pk)).status_code == 404
    )
    assert client_of(desk.owner).get(to("tax-number", desk, payee.pk)).status_code == 405
    assert not AccessLog.objects.exists()


def test_the_answer_of_the_irs_is_kept_and_shown(desk):
    hand_in(desk, desk.assistant, W9)
    payee, owner = Payee.objects.get(), client_of(desk.owner)
    owner.post(to("tax-match", desk, payee.pk), {"result": "odd", "checked_on": "2026-02-01"})
    owner.post(to("tax-match", desk, payee.pk), {"result": "different", "checked_on": "2026-02-01"})
    page = text(owner.get(to("tax-payee", desk, payee.pk)))
    assert "name and number do not belong together" in page
    assert "24 % of each payment" in page
    assert "Nothing is missing" not in page
    assert "hand in a new W-9" in text(client_of(desk.assistant).get(to("my-tax", desk)))
    assert "keep back 24 %" not in text(owner.get(to("tax-forms", desk)))  # paid nothing in this year
    assert AuditEvent.objects.filter(action="tin-matched").count() == 1
    hand_in(desk, desk.assistant, W8)
    again = {"result": "matched", "checked_on": "2026-02-01"}
    refused = owner.post(to("tax-match", desk, payee.pk), again, follow=True)
    assert "Only the number of a W-9 is compared" in text(refused)


def test_a_run_names_whose_form_is_missing_before_it_is_approved(desk):
    with_accounts(desk.company, desk.assistant)
    owner = client_of(desk.owner)

    def page(rail):
        run = made_by_page(owner, desk, bill_of(desk.company, desk.assistant, 5000), rail=rail)
        return text(owner.get(to("pay-run", desk, run.pk)))

    assert "the W-9 or W-8 is missing" in page("csv")
    assert "the W-9 or W-8 is missing" not in page("paypal")
    hand_in(desk, desk.assistant, W9)
    assert "Tax forms" not in page("csv")
    owner.post(
        to("tax-match", desk, Payee.objects.get().pk), {"result": "withhold", "checked_on": "2026-02-01"}
    )
    assert "keep back 24 %" in page("csv")


def test_a_form_whose_file_is_gone_is_told(desk):
    hand_in(desk, desk.assistant, W9)
    paper = TaxPaper.objects.get()
    paper.file.storage.delete(paper.file.name)
    for person, name in ((desk.assistant, "my-tax-file"), (desk.owner, "tax-file")):
        told = client_of(person).post(to(name, desk, paper.pk), follow=True)
        assert "The file is not there" in text(told)
    assert not AccessLog.objects.exists()


def test_the_number_of_queries_does_not_grow_with_forms(desk):
    payee, counted = payee_for(desk.company, desk.assistant), []
    bill_of(desk.company, desk.assistant, 5000)
    for more in (1, 8):
        for _ in range(more):
            file_read(paper_keep(payee, KEPT, SIGNED, "ann"), "owner")
        for person, name, rest in (
            (desk.assistant, "my-tax", ()), (desk.owner, "tax-payee", (payee.pk,)),
            (desk.owner, "tax-forms", ()),
        ):  # fmt: skip
            client = client_of(person)
            client.get(to(name, desk, *rest))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(to(name, desk, *rest)).status_code == 200
            counted.append(len(queries))
    assert counted[:3] == counted[3:]
