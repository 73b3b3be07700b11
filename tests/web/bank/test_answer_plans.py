"""All that is sure at once: read, written, and taken back after what stays was named."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.bank.models import Answer, AnswerPlan, AnswerPlanState
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.companies.models import Role
from tests.apps.bank.conftest import BY, Bank
from tests.apps.bank.test_answer_plans import filled
from tests.web.sync.conftest import Site, other_company


def test_what_would_be_written_is_read_before_it_is(site: Site, bank: Bank):
    filled(bank)
    assert "All that is sure" in site.get(f"bank/{bank.one.pk}/")
    page = site.follow(f"bank/{bank.one.pk}/sure/")
    assert "Nothing is written yet" in page
    assert "Answer 4 lines" in page
    assert "written by a rule" in page
    assert "\u221215.50" in page
    assert "written as a transfer" in page
    assert books_balance(bank.one) == 0
    plan = AnswerPlan.objects.get()
    done = site.follow(f"bank/plans/{plan.pk}/act/", {"what": "approve"})
    assert "4 lines are answered" in done
    assert books_balance(bank.one) == -5550
    assert "4 answers accepted together" in site.get(f"bank/{bank.one.pk}/")


def test_the_way_back_names_what_a_person_changed(site: Site, bank: Bank):
    filled(bank)
    site.follow(f"bank/{bank.one.pk}/sure/")
    plan = AnswerPlan.objects.get()
    site.follow(f"bank/plans/{plan.pk}/act/", {"what": "approve"})
    mine = Answer.objects.filter(kind="rule").order_by("pk")[0]
    bank.world.edit("Purchase", mine.written_id, PrivateNote="Mine")
    look = site.get(f"bank/plans/{plan.pk}/undo/")
    assert "Take back 3 answers" in look
    assert "1 answer stays" in look
    assert "was changed in the books" in look
    page = site.follow(f"bank/plans/{plan.pk}/undo/", {})
    assert "1 answer stays, because something was changed since" in page
    assert books_balance(bank.one) == -1250


def test_a_plan_can_be_dropped_and_one_without_anything_sure_says_so(site: Site, bank: Bank):
    assert "No open line has an answer that is certain" in site.follow(f"bank/{bank.one.pk}/sure/")
    filled(bank)
    site.follow(f"bank/{bank.one.pk}/sure/")
    plan = AnswerPlan.objects.get()
    assert "Nothing was written" in site.follow(f"bank/plans/{plan.pk}/act/", {"what": "drop"})
    assert not AnswerPlan.objects.exists()
    site.get(f"bank/plans/{plan.pk}/", code=404)


def test_a_large_plan_is_followed_while_the_worker_writes_it(site: Site, bank: Bank, settings):
    settings.CLOSEBOOK_SMALL_ROWS = 1
    plan = answers_plan(filled(bank).one, BY)
    page = site.follow(f"bank/plans/{plan.pk}/act/", {"what": "approve"})
    assert f"/bank/plans/{plan.pk}/progress/" in page
    assert "No worker has given a sign of life" in page
    assert "Waiting for the worker" in site.get(f"bank/plans/{plan.pk}/progress/")
    assert "It was stopped" in site.follow(f"bank/plans/{plan.pk}/act/", {"what": "stop"})
    assert AnswerPlan.objects.get().state == AnswerPlanState.STOPPED


def test_the_queries_of_a_plan_do_not_grow_with_its_lines(site: Site, bank: Bank):
    plan = answers_plan(filled(bank).one, BY)
    site.get(f"bank/plans/{plan.pk}/")
    counts = []
    for keep in (4, 1):
        plan.items.filter(position__gte=keep).delete()
        with CaptureQueriesContext(connections["default"]) as found:
            site.get(f"bank/plans/{plan.pk}/")
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.READER])
def test_a_reader_sees_a_plan_and_does_nothing(site: Site, bank: Bank, role: str):
    plan = answers_plan(filled(bank).one, BY)
    reader = Site(bank.one.company, role, "reader")
    assert "Answer 4 lines" not in reader.get(f"bank/plans/{plan.pk}/")
    reader.post(f"bank/plans/{plan.pk}/act/", {"what": "approve"}, code=403)
    reader.post(f"bank/{bank.one.pk}/sure/", code=403)
    reader.get(f"bank/plans/{plan.pk}/undo/", code=403)


def test_plans_of_other_companies_are_not_found(site: Site, bank: Bank):
    plan = answers_plan(filled(bank).one, BY)
    stranger = Site(other_company(), name="stranger")
    for path in ("", "progress/", "undo/"):
        stranger.get(f"bank/plans/{plan.pk}/{path}", code=404)
    stranger.post(f"bank/plans/{plan.pk}/act/", {"what": "approve"}, code=404)
    stranger.post(f"bank/{bank.one.pk}/sure/", code=404)
    assert books_balance(bank.one) == 0
