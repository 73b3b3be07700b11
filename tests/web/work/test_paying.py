"""Timesheets, days, proposals and bills by their pages: the assistant first, and nobody sees another's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import AccessLog, Bill, Device, Proposal, SiteRule, Timesheet
from closebook.apps.workforce.services import proposing
from closebook.apps.workforce.services.days import sheet_for
from tests.apps.workforce.rooms import contract_of, person_in, room
from tests.apps.workforce.signed import listed
from tests.apps.workforce.test_settling import DAY, by_class, worked_day
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    return room()


def page(client, name, *where) -> str:
    answer = client.get(reverse(name, args=where))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_a_week_goes_from_the_assistants_answers_to_a_bill(desk):
    task = worked_day(desk)
    sheet, number = sheet_for(desk.contract, DAY), desk.company.pk
    where, day = [number, sheet.pk], [number, sheet.pk, DAY.isoformat()]
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    assert "looks at this day first" in page(owner, "sheet-day", *day)
    assert "facebook.com" not in page(owner, "poor-time", number)
    assert "It was a break" in page(helper, "sheet-day", *day)
    assert (
        "facebook.com"
        in helper.get(reverse("poor-time", args=[number]), {"week": DAY.isoformat()}).content.decode()
    )
    assert not AccessLog.objects.exists()
    for klass, word in (("poor", "contested"), ("idle", "accepted"), ("unknown", "explained")):
        typed = {"proposal": by_class()[klass].pk, "to": word, "text": "For the customer."}
        owner.post(reverse("proposal-answer", args=where), typed)
        helper.post(reverse("proposal-answer", args=where), typed)
    assert Proposal.objects.filter(state="made").count() == 0
    shown = page(owner, "sheet-day", *day)
    assert shown.count("For the customer.") >= 2
    assert AccessLog.objects.get().actor == desk.owner.username
    assert desk.owner.username in page(helper, "sheet-day", *day)
    poor = owner.get(reverse("poor-time", args=[number]), {"week": DAY.isoformat()})
    assert "16 %" in poor.content.decode()
    csv = owner.get(reverse("poor-time", args=[number]), {"week": DAY.isoformat(), "export": "csv"})
    assert b"facebook.com" in b"".join(csv.streaming_content if csv.streaming else [csv.content])
    home = reverse("home", args=[number])
    assert ("Answers to decide about", 2) in [(str(w), n) for w, n, _ in owner.get(home).context["desk"]]
    ruling = {"proposal": by_class()["idle"].pk, "to": "kept", "why": ""}
    assert helper.post(reverse("proposal-rule", args=where), ruling).status_code == 403
    owner.post(reverse("proposal-rule", args=where), ruling)
    assert "Sign 0:50 hours" in page(helper, "sheet", *where)
    helper.post(reverse("sheet-sign", args=where))
    assert "Timesheets that wait" in page(owner, "assistant-bills", number)
    assert "Approve 0:50 hours" in page(owner, "sheet", *where)
    owner.post(reverse("sheet-decide", args=where), {"to": "returned", "why": "Look again."})
    assert "Look again." in page(helper, "sheet", *where)
    helper.post(reverse("sheet-sign", args=where))
    owner.post(reverse("sheet-decide", args=where), {"to": "approved"})
    bill = Bill.objects.get()
    for client in (owner, helper):
        assert "16.67 USD" in page(client, "assistant-bill", number, bill.pk)
    line = sheet.lines.get()
    owner.post(
        reverse("sheet-correct", args=where), {"line": line.pk, "minutes": 60, "why": "It was agreed."}
    )
    assert "It was agreed." in page(helper, "sheet", *where)
    assert "came in late" not in page(owner, "sheet", *where)
    typed = {"task": task.pk, "starts_at": f"{DAY}T15:00", "minutes": 9, "reason": "A forgotten call."}
    helper.post(reverse("time-add", args=[number]), typed)
    assert "0:09 hours came in late" in page(owner, "sheet", *where)
    late = reverse("late-take", args=where)
    assert helper.post(late, {"why": "Mine."}).status_code == 403
    assert "needs a reason" in owner.post(late, {"why": " "}, follow=True).content.decode()
    owner.post(late, {"why": "It was a call."})
    assert "came in late" not in page(owner, "sheet", *where)
    assert "It was a call." in page(helper, "sheet", *where)


def test_a_bookkeeper_approves_and_an_assistant_and_strangers_do_not(desk):
    worked_day(desk)
    sheet, number = sheet_for(desk.contract, DAY), desk.company.pk
    where = [number, sheet.pk]
    keeper = client_of(person_in(desk.company, "keeper", Role.BOOKKEEPER))
    second = person_in(desk.company, "second", Role.ASSISTANT)
    contract_of(desk.company, second)
    reader, other = client_of(person_in(desk.company, "reader", Role.READER)), room("two")
    stranger = client_of(other.owner)
    client_of(desk.assistant).post(reverse("sheet-sign", args=where))
    for client, company in ((client_of(second), number), (reader, number), (stranger, other.company.pk)):
        for name, more in (("sheet", []), ("sheet-day", [DAY.isoformat()])):
            assert client.get(reverse(name, args=[company, sheet.pk, *more])).status_code == 404
        for name in (
            "sheet-sign",
            "sheet-decide",
            "proposal-answer",
            "proposal-rule",
            "expense-add",
            "day-show",
        ):
            assert client.post(reverse(name, args=[company, sheet.pk])).status_code in (403, 404)
    assert desk.assistant.username in page(keeper, "sheets", number)
    keeper.post(reverse("sheet-decide", args=where), {"to": "approved"})
    bill = Bill.objects.get()
    assert Timesheet.objects.get().decided_by == "keeper"
    assert client_of(second).get(reverse("assistant-bill", args=[number, bill.pk])).status_code == 404
    assert stranger.get(reverse("assistant-bill", args=[other.company.pk, bill.pk])).status_code == 404
    assert keeper.get(reverse("sheet-day", args=[*where, "2020-01-01"])).status_code == 404
    assert keeper.get(reverse("sheet-day", args=[*where, "soon"])).status_code == 404


def test_expenses_and_time_by_hand_by_the_page(desk):
    worked_day(desk)
    sheet, number = sheet_for(desk.contract, DAY), desk.company.pk
    where = [number, sheet.pk]
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    bad = helper.post(reverse("expense-add", args=where), {"day": DAY, "text": "", "amount_minor": "x"})
    assert bad.status_code == 400
    helper.post(reverse("expense-add", args=where), {"day": DAY, "text": "Stamps", "amount_minor": "5"})
    expense = desk.contract.expenses.get()
    owner.post(reverse("expense-decide", args=where), {"expense": expense.pk, "to": "accepted"})
    expense.refresh_from_db()
    assert (expense.state, expense.amount_minor) == ("accepted", 500)
    assert owner.post(reverse("time-decline", args=where), {"entry": 0}).status_code == 404


def test_site_rules_begin_tomorrow_and_are_seen_by_the_assistant(desk):
    number, owner, helper = desk.company.pk, client_of(desk.owner), client_of(desk.assistant)
    new = reverse("site-rule-new", args=[number])
    typed = {"value": "https://m.Facebook.com/x", "means": "domain-poor", "tolerance": "60", "subject": ""}
    assert owner.post(new, {**typed, "value": "nothing"}).status_code == 400
    assert helper.get(new).status_code == 403
    owner.post(new, typed)
    rule = SiteRule.objects.get()
    assert rule.value == "m.facebook.com"
    assert rule.starts_on > dt.date.today()  # noqa: DTZ011 - the day of this machine, which is UTC
    assert "m.facebook.com" in page(helper, "site-rules", number)
    other = room("two")
    assert (
        client_of(other.owner).post(reverse("site-rule-end", args=[other.company.pk, rule.pk])).status_code
        == 404
    )
    owner.post(reverse("site-rule-end", args=[number, rule.pk]))
    rule.refresh_from_db()
    assert rule.ends_on == rule.starts_on


def test_a_machine_is_added_shown_once_and_revoked_by_its_person_alone(desk):
    number, helper = desk.company.pk, client_of(desk.assistant)
    made = helper.post(reverse("machine-new", args=[number]), {"name": "laptop"})
    assert "CLOSEBOOK_AGENT_TOKEN=cb_" in made.content.decode()
    assert helper.post(reverse("machine-new", args=[number]), {"name": "laptop"}).status_code == 400
    device = Device.objects.get()
    revoke = reverse("machine-revoke", args=[number, device.pk])
    assert client_of(desk.owner).post(revoke).status_code == 404
    helper.post(revoke)
    device.refresh_from_db()
    assert device.token.revoked_at
    assert "cb_" not in page(helper, "machines", number)


def test_the_number_of_queries_does_not_grow_with_rows(desk):
    worked_day(desk)
    owner, number, counted = client_of(desk.owner), desk.company.pk, []
    for more in (1, 12):
        for week in range(more):
            sheet_for(desk.contract, DAY - dt.timedelta(days=7 * week * more))
            listed(desk, f"site{week}{more}.example")
        for name in ("sheets", "assistant-bills", "poor-time", "site-rules"):
            address = reverse(name, args=[number])
            owner.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:4] == counted[4:]


def test_an_answer_without_words_leaves_no_dot_behind_it(desk):
    worked_day(desk)
    sheet = sheet_for(desk.contract, DAY)
    proposing.proposal_reply(by_class()["unknown"], "explained", "", desk.assistant)
    shown = page(client_of(desk.assistant), "sheet-day", desk.company.pk, sheet.pk, DAY.isoformat())
    assert "<td>explained</td>" in shown
