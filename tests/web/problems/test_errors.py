"""Errors on their pages: shown with cause and place, mended, tried again to done; never another company's."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.sync.models import ActionRow, Decision, Run, SyncError
from closebook.connectors.quickbooks.fault_table import CAUSES
from closebook.core.planning.desired import DECISIONS
from closebook.transport import clock
from closebook.web.sync.problem_words import WORDS, meaning_of, thing_of
from tests.apps.sync.harness import World
from tests.apps.sync.test_errors import documents_of, refused_run


def error_make(world: World, number: int, **facts: object) -> SyncError:
    values = {"code": "dependency-failed", "cause": f"Cause {number}.", "key": f"order:{number}/sale"}
    return SyncError.objects.create(
        connection=world.connection, who_acts="user", created_at=clock.now(), **{**values, **facts}
    )


def test_an_error_is_mended_and_tried_again_until_it_is_done(fresh, shop_files, pages):
    run, buyer, employee = refused_run(fresh, shop_files)
    browser = pages(fresh)
    page = browser.get("errors/")
    assert "Something it needs was not written" in page
    assert CAUSES["6240"].cause in page
    fresh.edit("Employee", employee, DisplayName="Somebody else", FamilyName="Else", GivenName="Somebody")
    line = SyncError.objects.get(key=buyer.key, resolved_at=None)
    detail = browser.get(f"errors/{line.pk}/")
    assert line.cause.split(":")[0] in detail
    page = browser.post(f"errors/{line.pk}/retry/", word="")
    planned = Run.objects.latest("pk")
    assert f"Read run {planned.pk} and approve it" in page
    keys = set(ActionRow.objects.filter(run=planned).values_list("key", flat=True))
    assert keys == {buyer.key, *documents_of(run, buyer.key)}
    assert fresh.apply(planned).state == "done"
    assert "There are no open errors" in browser.get("errors/")
    assert "resolved" in browser.get(f"errors/{line.pk}/")


def test_all_errors_of_a_cause_are_one_plan(fresh, shop_files, pages):
    run, buyer, employee = refused_run(fresh, shop_files)
    mine = documents_of(run, buyer.key)
    for number in (1, 2):
        error_make(fresh, number, key=f"{min(mine)}/{number}")
    fresh.edit("Employee", employee, DisplayName="Somebody else", FamilyName="Else", GivenName="Somebody")
    before = Run.objects.count()
    facts = {"connection": fresh.connection.pk, "code": "dependency-failed", "held": "0"}
    page = pages(fresh).post("errors/retry/", **facts)
    assert Run.objects.count() == before + 1
    planned = Run.objects.latest("pk")
    assert f"Read run {planned.pk}" in page
    assert mine <= set(planned.actions.values_list("key", flat=True))


def test_an_error_in_a_file_names_its_place_and_may_be_left_out_but_not_tried_again(fresh, pages):
    line = error_make(
        fresh,
        1,
        code="not-an-amount",
        key="",
        file="may.csv",
        row=12,
        field="Net",
        fixes=["Use it as it is."],
    )
    browser = pages(fresh)
    for page in (browser.get("errors/"), browser.get(f"errors/{line.pk}/")):
        assert all(text in page for text in ("may.csv", "12", "Net", "Use it as it is."))
        assert "Leave the row out" in page
        assert "Try again" not in page
    assert "cannot be done" in browser.post(f"errors/{line.pk}/retry/")
    assert "cannot be done" in browser.post(f"errors/{line.pk}/retry/", word="recreate")
    assert "nothing of this kind" in browser.post(
        "errors/retry/", connection=line.connection_id, code=line.code
    )
    assert "nothing of this kind" in browser.post("errors/retry/", connection="x", code="")
    assert "left out" in browser.post(f"errors/{line.pk}/retry/", word="ignore")
    assert SyncError.objects.get(pk=line.pk).resolved_at is not None
    assert not Run.objects.exists()


def test_errors_are_narrowed_by_connection_code_and_state(fresh, pages):
    error_make(fresh, 1)
    error_make(fresh, 2, code="not-done", resolved_at=clock.now())
    browser = pages(fresh)
    assert "Cause 1." in browser.get("errors/")
    assert "Cause 2." not in browser.get("errors/")
    assert "Cause 2." in browser.get("errors/", state="resolved")
    assert "Cause 1." not in browser.get("errors/", state="all", code="not-done")
    assert "Nothing fits" in browser.get("errors/", connection="999999")
    assert "Cause 2." in browser.get("errors/list/", q="Cause 2")
    assert "Cause 1." not in browser.get("errors/list/", state="resolved")
    assert "Cause 1." in browser.get("errors/list/", export="csv")


def test_nothing_of_another_company_is_shown_or_touched(fresh, pages, stranger):
    browser, theirs = pages(fresh), stranger()
    word = Decision.objects.create(
        connection=theirs.connection, key="order:2/sale", word="ignore", made_at=clock.now()
    )
    for path in ("errors/", "errors/list/", "errors/holds/", "errors/decisions/", "schedules/"):
        assert "secret" not in browser.get(path).lower()
    shop = theirs.connection_id
    for path in (
        f"errors/{theirs.pk}/",
        f"errors/decisions/{word.pk}/",
        f"connections/{shop}/profile/",
        f"connections/{shop}/profile/versions/",
        f"connections/{shop}/schedule/",
    ):
        browser.get(path, status=404)
    for path in (
        f"errors/{theirs.pk}/retry/",
        f"errors/decisions/{word.pk}/take-back/",
        f"connections/{shop}/profile/",
        f"connections/{shop}/profile/versions/1/restore/",
        f"connections/{shop}/schedule/",
        f"connections/{shop}/schedule/now/",
    ):
        browser.post(path, status=404)
    browser.post("errors/retry/", connection=shop, code=theirs.code, held="1")
    assert Decision.objects.filter(pk=word.pk).exists()
    assert theirs.connection.profiles.count() == 1


@pytest.mark.parametrize("path", ["errors/", "errors/holds/", "errors/list/", "errors/decisions/"])
def test_thirty_lines_cost_as_many_queries_as_one(fresh, pages, path):
    browser = pages(fresh)

    def queries() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as seen,
            CaptureQueriesContext(connections["books"]) as books,
        ):
            browser.get(path)
        return len(seen) + len(books)

    def line(number: int) -> None:
        error_make(fresh, number, run=None, held=path == "errors/holds/")
        Decision.objects.create(
            connection=fresh.connection, key=f"order:{number}/x", word="ignore", made_at=clock.now()
        )

    browser.get(path)
    line(1)
    one = queries()
    for number in range(2, 31):
        line(number)
    assert queries() == one


def test_a_reader_sees_errors_and_may_not_act(fresh, pages):
    line = error_make(fresh, 1)
    browser = pages(fresh, "reader")
    assert "/retry/" not in browser.get(f"errors/{line.pk}/")
    browser.post(f"errors/{line.pk}/retry/", status=403)
    browser.post("errors/retry/", status=403)


def test_each_code_and_each_word_is_explained():
    assert not [code for code in DECISIONS if not meaning_of(code).text]
    assert not [cause.code for cause in CAUSES.values() if not meaning_of(cause.code).title]
    assert {word for words in DECISIONS.values() for word in words} == set(WORDS)
    assert thing_of("order:3900112233/fees/2026-03-04") == "order 3900112233 · fees"
    assert thing_of("customer:ada quill") == "customer ada quill"
