"""The inbox of approvals: proposed by an assistant, approved, edited or sent back by the company."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import Draft
from closebook.apps.workforce.services.drafts import draft_propose, drafts_expire, text_that_counts
from closebook.transport import clock
from tests.apps.workforce.rooms import contract_of, person_in, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
TYPED = {"channel": "mail", "title": "Answer to Ann", "target": "ann@example.org", "body": "Dear Ann, yes."}


def proposed(desk, **facts) -> Draft:
    return draft_propose(desk.contract, {**TYPED, **facts}, desk.assistant.username)


def test_a_draft_is_proposed_edited_approved_and_sent_with_both_texts_kept():
    desk = room()
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    new = reverse("draft-new", args=[number])
    assert "No contract is active" in owner.get(new).content.decode()
    assert helper.post(new, {**TYPED, "contract": desk.contract.pk, "body": ""}).status_code == 400
    typed = {**TYPED, "contract": desk.contract.pk, "hours": 24, "amount_minor": "12.50"}
    helper.post(new, {**typed, "task": task_of(desk.contract).pk})
    draft = Draft.objects.get()
    assert (draft.amount_minor, draft.task.title) == (1250, "Sort the mail")
    move = reverse("draft-move", args=[number, draft.pk])
    helper.post(move, {"to": "approved"})
    helper.post(move, {"to": "junk"})
    draft.refresh_from_db()
    assert draft.state == "proposed"
    assert 'data-key="a"' in owner.get(reverse("drafts", args=[number])).content.decode()
    owner.post(move, {"to": "approved", "text": "Dear Ann, no."})
    draft.refresh_from_db()
    assert (draft.state, draft.body, text_that_counts(draft)) == ("approved", TYPED["body"], "Dear Ann, no.")
    helper.post(move, {"to": "sent", "text": "mail 7"})
    page = helper.get(reverse("draft", args=[number, draft.pk])).content.decode()
    for text in ("mail 7", "Dear Ann, no.", "Dear Ann, yes."):
        assert text in page


def test_what_is_sent_back_needs_a_reason_and_comes_again():
    desk = room()
    owner, helper, draft = client_of(desk.owner), client_of(desk.assistant), proposed(desk)
    move = reverse("draft-move", args=[desk.company.pk, draft.pk])
    owner.post(move, {"to": "returned", "text": " "})
    draft.refresh_from_db()
    assert draft.state == "proposed"
    owner.post(move, {"to": "returned", "text": "Shorter, please."})
    assert "Answer to Ann" in helper.get(reverse("drafts", args=[desk.company.pk])).content.decode()
    helper.post(move, {"to": "proposed", "text": "Yes."})
    owner.post(move, {"to": "approved"})
    draft.refresh_from_db()
    assert (draft.state, text_that_counts(draft)) == ("approved", "Yes.")


def test_what_nobody_decided_in_time_expires_and_is_not_approved_late():
    desk, now = room(), clock.now()
    late, open_still = proposed(desk, expires_at=now), proposed(desk, expires_at=now + dt.timedelta(days=1))
    client_of(desk.owner).post(reverse("draft-move", args=[desk.company.pk, late.pk]), {"to": "approved"})
    assert (drafts_expire(now), drafts_expire(now)) == (1, 0)
    assert [Draft.objects.get(pk=row.pk).state for row in (late, open_still)] == ["expired", "proposed"]


def test_drafts_of_others_are_not_found_and_queries_do_not_grow():
    desk, other, counted = room(), room("two"), []
    theirs = contract_of(desk.company, person_in(desk.company, "second", Role.ASSISTANT))
    foreign = proposed(other), draft_propose(theirs, TYPED, "second")
    helper, owner, number = client_of(desk.assistant), client_of(desk.owner), desk.company.pk
    for draft in foreign:
        assert helper.get(reverse("draft", args=[number, draft.pk])).status_code == 404
        assert helper.post(reverse("draft-move", args=[number, draft.pk])).status_code == 404
    assert "Answer to Ann" not in helper.get(reverse("drafts", args=[number])).content.decode()
    assert owner.get(reverse("draft", args=[number, foreign[0].pk])).status_code == 404
    for more in (1, 9):
        for _ in range(more):
            proposed(desk)
        owner.get(reverse("drafts", args=[number]))
        with CaptureQueriesContext(connection) as queries:
            owner.get(reverse("drafts", args=[number]))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_palette_finds_work_and_states_are_in_the_readers_language():
    desk, other = room(), room("two")
    task = task_of(desk.contract, "in_progress")
    task_of(other.contract)
    helper, find = client_of(desk.assistant), reverse("palette", args=[desk.company.pk])
    page = helper.get(find, {"q": "sort the"}).content.decode()
    assert page.count("Sort the mail") == 1
    assert reverse("task", args=[desk.company.pk, task.pk]) in page
    assert "Help by" in client_of(desk.owner).get(find, {"q": "help by"}).content.decode()
    dutch = helper.get(reverse("tasks", args=[desk.company.pk]), headers={"accept-language": "nl"})
    assert "bezig" in dutch.content.decode()
    assert "n progress" not in dutch.content.decode()
