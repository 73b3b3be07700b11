"""The weekly note: made from the records, kept as its writer changes it, and made again."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.selling.models import WeeklyNote
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import opportunity_move
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk
from tests.web.selling.test_today import customer_of, one_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_a_note_says_what_was_done_won_lost_promised_and_planned():
    desk = Desk()
    customer, on = customer_of(desk), clock.today()
    one_of(desk, customer, "d1", purpose="Show lamps", steps=[{"what": "Send samples", "by": on}])
    one_of(desk, customer, "d2", state="planned", outcome="", kind="call")
    won, lost = desk.deal("ann"), desk.deal("ann", "Cups")
    opportunity_move(desk.company, won.pk, "won", on, "ann", came_minor=99_900)
    opportunity_move(desk.company, lost.pk, "lost", on, "ann", reason="too dear")
    page = desk.get("ann", "selling-week")
    wanted = ("1 conversation", "Show lamps", "Mugs", "999.00 USD", "too dear", "Send samples", "Call")
    assert [text for text in wanted if text not in page] == []
    assert "Send samples" not in desk.get("bob", "selling-week")


def test_a_note_is_its_writers_and_comes_back_from_the_records():
    desk = Desk()
    desk.post("ann", "selling-week", text="A quiet week.\r\nFair in May.")
    assert WeeklyNote.objects.get().text == "A quiet week.\nFair in May."
    assert "A quiet week." in desk.get("ann", "selling-week")
    address = f"{desk.address('selling-week')}?person=ann-one"
    assert "A quiet week." in desk.clients["boss"].get(address).content.decode()
    assert "A quiet week." not in desk.clients["bob"].get(address).content.decode()
    assert desk.clients["boss"].post(address, {"text": "Changed"}).status_code == 200
    desk.post("eye", "selling-week", status=200, text="Changed")
    assert WeeklyNote.objects.get().text.startswith("A quiet week")
    desk.post("ann", "selling-week", text="x", again="")
    assert not WeeklyNote.objects.exists()
    desk.post("ann", "selling-week", status=400, text="a\0b")


def test_weeks_are_walked_and_a_bad_day_is_not_found():
    desk = Desk()
    before = clock.today() - dt.timedelta(days=7)
    customer = customer_of(desk)
    conversation_log(desk.company, "d1", customer.pk, "ann-one", before, purpose="Earlier", outcome="order")
    assert "Earlier" not in desk.get("ann", "selling-week")
    address = desk.address("selling-week")
    assert "Earlier" in desk.clients["ann"].get(address, {"day": before.isoformat()}).content.decode()
    for bad, status in (("soon", 404), ("0001-01-01", 200), ("9999-12-31", 200)):
        assert desk.clients["ann"].get(address, {"day": bad}).status_code == status
