"""Opportunities by the pages: typed in, moved, listed, imported and exported; each sees what is theirs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.selling.models import Customer, Opportunity
from closebook.apps.selling.services.deals import opportunity_make
from closebook.core.selling.dealers import CRITERIA
from closebook.core.selling.opportunities import STAGES
from closebook.transport import clock
from closebook.web.kit.said import said
from closebook.web.selling.words import stage_word
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = dt.date(2026, 11, 2)
CSV = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann,Mug,Quill,Won,2026-01-05,2026-02-01,1200\n"
    "A2,Bob,Mug,Ink & Co,Engaging,2026-03-01,,\n"
)


class Desk:
    """A company with a manager, two salespeople and a reader."""

    def __init__(self, name: str = "one") -> None:
        self.company = Company.objects.create(
            name=name, home_currency="USD", realm_id=f"realm-{name}", created_at=clock.now()
        )
        roles = {
            "boss": Role.SALES_MANAGER,
            "ann": Role.SALESPERSON,
            "bob": Role.SALESPERSON,
            "eye": Role.READER,
        }
        self.clients = {each: self._member(f"{each}-{name}", role) for each, role in roles.items()}

    def _member(self, username: str, role: Role) -> Client:
        person = Person.objects.create(username=username)
        Membership.objects.create(person=person, company=self.company, role=role)
        return client_of(person)

    def address(self, page: str, *args: object) -> str:
        return reverse(page, args=[self.company.pk, *args])

    def get(self, who: str, page: str, *args: object, status: int = 200) -> str:
        answer = self.clients[who].get(self.address(page, *args))
        assert answer.status_code == status
        return answer.content.decode()

    def post(self, who: str, page: str, *args: object, status: int = 302, **typed: object) -> str:
        answer = self.clients[who].post(self.address(page, *args), typed)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()

    def deal(self, owner: str, title: str = "Mugs", **facts: object) -> Opportunity:
        facts = {"value_minor": 120_000, "next_step": DAY, **facts}
        return opportunity_make(
            self.company,
            None,
            f"{owner}-{title}",
            title,
            DAY,
            owner,
            owner=f"{owner}-{self.company.name}",
            **facts,
        )


TYPED = {
    "title": "Mugs for Quill", "customer": " quill  prints ", "value_minor": "1,200.00", "category": "best",
    "next_step": "2026-12-01", "next_step_text": "Send the quotation",
}  # fmt: skip


def test_a_deal_is_typed_in_moved_with_its_conditions_and_won():
    desk = Desk()
    assert "Nothing is open" in desk.get("ann", "board")
    desk.post("ann", "opportunity-new", **TYPED)
    deal = Opportunity.objects.get()
    assert (deal.owner, deal.value_minor, deal.customer.name) == ("ann-one", 120_000, "quill prints")
    page = desk.get("ann", "opportunity", deal.pk)
    assert "A contact has answered" in page
    refused = desk.post("ann", "opportunity", deal.pk, status=400, to="engaging", next_step="2026-12-05")
    assert "Not yet" in refused
    ticked = {"ticked": ["A contact has answered"], "next_step": "2026-12-05"}
    desk.post("ann", "opportunity", deal.pk, to="engaging", **ticked)
    assert "Mugs for Quill" in desk.get("ann", "board")
    assert "Say why" in desk.post("ann", "opportunity", deal.pk, status=400, to="lost")
    desk.post("ann", "opportunity", deal.pk, to="won", came_minor="1,150.00")
    deal.refresh_from_db()
    assert (deal.state, deal.came_minor) == ("won", 115_000)
    desk.post("ann", "opportunity-edit", deal.pk, **TYPED | {"customer": "Quill Prints", "memo": "x"})
    assert Customer.objects.count() == 1, "the same customer in other letters"


def test_each_sees_their_own_and_a_reader_changes_nothing():
    desk, other = Desk(), Desk("two")
    mine, theirs, foreign = desk.deal("ann"), desk.deal("bob", "Cups"), other.deal("ann", "Secret")
    board = desk.get("ann", "board")
    assert ("Mugs" in board, "Cups" in board, "Secret" in board) == (True, False, False)
    assert "Cups" in desk.get("boss", "board")
    assert desk.address("deals-import") in desk.get("boss", "board")
    for hidden in (theirs, foreign):
        desk.get("ann", "opportunity", hidden.pk, status=404)
        desk.post("ann", "opportunity-edit", hidden.pk, status=404, **TYPED)
    desk.post("eye", "opportunity", mine.pk, status=200, to="won")
    mine.refresh_from_db()
    assert mine.state == "open"
    desk.post("eye", "opportunity-new", status=403, **TYPED)
    desk.get("ann", "deals-import", status=403)


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"value_minor": "12,3x"},
        {"next_step": "soon"},
        {"category": "\0"},
    ],
)
def test_bad_input_stands_at_its_field_and_keeps_what_was_typed(bad):
    desk = Desk()
    page = desk.post("ann", "opportunity-new", status=400, **TYPED | bad)
    assert "errorlist" in page
    assert "Send the quotation" in page
    assert not Opportunity.objects.exists()


def test_a_file_is_looked_at_taken_in_once_and_given_back():
    desk = Desk()

    def sent(text: str | bytes, status: int = 200, **more: str) -> str:
        raw = text if isinstance(text, bytes) else text.encode()
        file = SimpleUploadedFile("d.csv", raw)
        return desk.post("boss", "deals-import", status=status, file=file, **more)

    page = sent(CSV)
    assert "2 opportunities were understood" in page
    assert not Opportunity.objects.exists()
    sent(CSV, 302, **{"import": "1"})
    sent(CSV, 302, **{"import": "1"})
    assert [row.state for row in Opportunity.objects.order_by("key")] == ["won", "open"]
    assert "row 3, field close_value" in sent(CSV.replace(",,\n", ",,much\n"))
    assert "file" in sent(CSV.replace(",,\n", ",,much\n"), 400, **{"import": "1"})
    assert "UTF-8" in sent(b"\xff\xfe\x00", 400)
    assert "errorlist" in sent("a,b\n1,2\n", 400)
    assert Opportunity.objects.count() == 2
    table = desk.clients["boss"].get(desk.address("deals-export", "opportunities"))
    assert table["Content-Disposition"] == 'attachment; filename="opportunities.csv"'
    assert b"A1" in table.content
    assert desk.clients["boss"].get(desk.address("deals-export", "nothing")).status_code == 404


def test_board_and_list_ask_as_often_for_many_as_for_one():
    desk, counted = Desk(), {"board": [], "opportunities": []}
    for more in (1, 29):
        for number in range(more):
            desk.deal("ann", f"Deal {more} {number}")
        for page, found in counted.items():
            desk.get("boss", page)
            with CaptureQueriesContext(connection) as queries:
                desk.get("boss", page)
            found.append(len(queries))
    for page, (few, many) in counted.items():
        assert few == many, page


def test_stages_and_their_conditions_are_said_in_the_readers_language():
    for language in ("nl", "zh-hans"):
        with translation.override(language):
            for stage in STAGES:
                assert stage_word(stage.code) != stage.name
                assert all(said(text) != text for text in stage.exit_criteria)
            assert all(said(text) != text for text in CRITERIA.values())


def test_shares_are_typed_by_a_manager_add_up_and_are_shown():
    desk = Desk()
    one = desk.deal("ann")
    typed = {**TYPED, "owner": "ann-one", "shares": "ann-one 60\n bob-one: 40,00 %"}
    desk.post("boss", "opportunity-edit", one.pk, **typed)
    one.refresh_from_db()
    assert one.shares == [["ann-one", 6000], ["bob-one", 4000]]
    page = desk.get("boss", "opportunity", one.pk)
    assert ("ann-one 60 %" in page, "bob-one 40 %" in page) == (True, True)
    assert "ann-one 60\nbob-one 40</textarea>" in desk.get("boss", "opportunity-edit", one.pk)
    wrong = {"ann-one 60": "add up to 100", "ann 50\nann 50": "two shares", "ann": "no name with"}
    for bad, why in wrong.items():
        assert why in desk.post("boss", "opportunity-edit", one.pk, status=400, **{**typed, "shares": bad})
    desk.post("ann", "opportunity-edit", one.pk, **TYPED)
    one.refresh_from_db()
    assert one.shares == [["ann-one", 6000], ["bob-one", 4000]]
    desk.post("boss", "opportunity-edit", one.pk, **{**typed, "shares": ""})
    one.refresh_from_db()
    assert one.shares == []
