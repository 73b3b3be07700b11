"""How the API behaves whatever is asked: problems, paging, repeated writes, allowances."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client, override_settings

from closebook.api.problems import MEDIA_TYPE
from closebook.api.writes import REPLAYED
from closebook.apps.companies.models import ApiAnswer, ApiWindow, Company
from closebook.apps.companies.services import api_use
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Run
from closebook.core.errors import InvariantError
from closebook.transport import clock
from tests.api.caller import Caller, caller

pytestmark = pytest.mark.xdist_group("api")
database = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def problem_in(answer, status: int, code: str) -> dict:
    body = answer.json()
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["detail"]
    assert body["title"]
    assert body["type"] == f"urn:closebook:problem:{code}"
    assert "Traceback" not in answer.content.decode()
    return body


@database
def test_every_refusal_is_a_problem(owner):
    problem_in(owner.call("GET", "nowhere"), 404, "not-found")
    problem_in(owner.call("GET", ""), 404, "not-found")
    problem_in(owner.call("GET", "runs/7"), 404, "not-found")
    refused = owner.call("DELETE", "runs")
    assert "GET" in problem_in(refused, 405, "method-not-allowed")["remedy"]
    assert refused["Allow"] == "GET"
    found = problem_in(owner.call("GET", "runs?limit=0"), 422, "request-invalid")
    assert (found["field"], [each["field"] for each in found["errors"]]) == ("query.limit", ["query.limit"])
    problem_in(owner.call("GET", "runs?cursor=abc"), 422, "cursor-not-valid")
    problem_in(owner.call("GET", "proof"), 422, "books-elsewhere")
    problem_in(owner.call("POST", "runs/7/undo", key="a", **{"X-A": "b"}), 422, "request-invalid")
    text = owner.client.post(
        "/api/v1/runs/7/undo",
        b"{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {owner.plain}", "Idempotency-Key": "a"},
    )
    problem_in(text, 400, "request-not-readable")


@database
def test_a_number_that_no_column_holds_is_refused(owner):
    for number in ("0", "-1", "abc", "9" * 40):
        problem_in(owner.call("GET", f"runs/{number}"), 422, "request-invalid")


@database
def test_a_session_is_no_token(companies, owner):
    browser = Client()
    browser.force_login(owner.token.person, backend=BACKEND)
    answer = browser.get("/api/v1/me")
    problem_in(answer, 401, "no-valid-token")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@database
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer cb_é", "cb_x"])
def test_what_is_no_token_is_refused(companies, header):
    answer = Client().get("/api/v1/me", headers={"Authorization": header} if header else {})
    problem_in(answer, 401, "no-valid-token")


@database
def test_a_defect_of_ours_shows_nothing_of_itself(owner, monkeypatch, caplog):
    def breaks(*_args, **_kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("closebook.api.routes.runs.run_plain", breaks)
    monkeypatch.setattr("closebook.api.routes.company._plain", breaks)
    owner.client.raise_request_exception = False
    answer = owner.call("GET", "me")
    problem_in(answer, 500, "internal-error")
    assert b"secret" not in answer.content
    assert "secret detail" in caplog.text


@database
def test_answers_are_json_and_not_kept_by_anybody(owner):
    answer = owner.call("GET", "me")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"


# Paging


@database
@pytest.mark.parametrize("limit", [1, 3, 7, 200])
def test_pages_cover_all_rows_once(companies, owner, limit):
    for number in range(9):
        audit_append(companies[0].pk, "ada", "counted", str(number), {})
        audit_append(companies[1].pk, "eve", "counted", str(number), {})
    rows = owner.all("audit-log", limit)
    assert [row["number"] for row in rows] == list(range(1, 11))
    assert {row["actor"] for row in rows} == {"ada", owner.token.person.username}


@database
def test_a_page_costs_the_same_queries_whatever_its_rows(companies, owner, django_assert_max_num_queries):
    for number in range(30):
        audit_append(companies[0].pk, "ada", "counted", str(number), {})
    owner.get("me")
    for limit in (1, 30):
        with django_assert_max_num_queries(4):
            owner.get(f"audit-log?limit={limit}")


@database
def test_a_cursor_belongs_to_its_list_and_company(companies, owner):
    for number in range(3):
        for company in companies:
            audit_append(company.pk, "ada", "counted", str(number), {})
    address = owner.get("audit-log?limit=1")["next"]
    cursor = address.split("cursor=")[1]
    problem_in(owner.call("GET", f"runs?cursor={cursor}"), 422, "cursor-not-valid")
    problem_in(caller(companies[1]).call("GET", f"audit-log?cursor={cursor}"), 422, "cursor-not-valid")
    problem_in(owner.call("GET", f"audit-log?cursor={cursor[:-1]}"), 422, "cursor-not-valid")


# Repeated writes


def test_a_write_needs_a_key(till, world):
    address = f"connections/{world.connection.pk}/plan"
    for key in ("", "with blank", "x" * 129, "é"):
        headers = {"Idempotency-Key": key} if key else {}
        problem_in(till.call("POST", address, key="", **headers), 400, "idempotency-key")
    assert not ApiAnswer.objects.exists()


def test_a_repeated_write_is_done_once_and_answered_alike(till, world, shop_months):
    world.pull(shop_months[-1])
    address = f"connections/{world.connection.pk}/plan"
    first = till.call("POST", address, key="once")
    again = till.call("POST", address, key="once")
    assert first.status_code == 200
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Run.objects.count() == 2, "the first sync and one plan"
    other = till.call("POST", address, key="another").json()
    assert other["run"] != first.json()["run"]


def test_a_refused_write_is_answered_alike(till, world):
    first = till.call("POST", "runs/999/approve", key="once")
    again = till.call("POST", "runs/999/approve", key="once")
    problem_in(first, 404, "not-found")
    assert (again.status_code, again.content) == (404, first.content)


def test_a_key_belongs_to_one_request_and_one_token(till, world):
    address = f"connections/{world.connection.pk}/plan"
    assert till.call("POST", address, key="mine").status_code == 200
    problem_in(till.call("POST", f"{address}?x=1", key="mine"), 422, "idempotency-key-reused")
    problem_in(till.call("POST", "runs/1/undo", {"only": []}, key="mine"), 422, "idempotency-key-reused")
    other = caller(Company.objects.get(name="My company"))
    assert REPLAYED not in other.call("POST", address, key="mine").headers


def test_a_key_is_forgotten_after_a_day(till, world, monkeypatch):
    address = f"connections/{world.connection.pk}/plan"
    till.post(address, key="daily")
    later = clock.now() + api_use.KEPT
    monkeypatch.setattr(clock, "now", lambda: later)
    assert REPLAYED not in till.call("POST", address, key="daily").headers
    later = clock.now() + api_use.KEPT * 2
    assert api_use.answers_forget() == 1


def test_a_write_that_broke_down_can_be_sent_again(till, world, monkeypatch):
    address = f"connections/{world.connection.pk}/plan"

    def breaks(*_args, **_kwargs):
        raise InvariantError("broken", "It broke.")

    with monkeypatch.context() as patched:
        patched.setattr("closebook.api.routes.connections.plan_make", breaks)
        problem_in(till.call("POST", address, key="again"), 500, "broken")
    assert not ApiAnswer.objects.exists()
    assert till.call("POST", address, key="again").status_code == 200


def test_a_write_that_died_on_its_way_is_given_up_after_a_while(till, world):
    address = f"connections/{world.connection.pk}/plan"
    till.post(address, key="dead")
    ApiAnswer.objects.update(status=None)
    problem_in(till.call("POST", address, key="dead"), 409, "idempotency-under-way")
    ApiAnswer.objects.update(created_at=clock.now() - api_use.GIVEN_UP)
    assert REPLAYED not in till.call("POST", address, key="dead").headers


def test_of_two_writes_at_once_one_is_done(till, world, shop_months, monkeypatch):
    world.pull(shop_months[-1])
    address = f"connections/{world.connection.pk}/plan"
    begun, go_on = threading.Event(), threading.Event()
    from closebook.api.routes import connections as routes

    plan_make = routes.plan_make

    def slow(connection):
        begun.set()
        assert go_on.wait(20)
        return plan_make(connection)

    monkeypatch.setattr(routes, "plan_make", slow)
    answers = []

    def send():
        try:
            answers.append(Caller(till.plain).call("POST", address, key="twice"))
        finally:
            connections.close_all()

    first = threading.Thread(target=send)
    first.start()
    assert begun.wait(20)
    problem_in(till.call("POST", address, key="twice"), 409, "idempotency-under-way")
    go_on.set()
    first.join()
    assert answers[0].status_code == 200, answers[0].content
    assert till.call("POST", address, key="twice").content == answers[0].content
    assert Run.objects.count() == 2


# Allowances


@database
def test_a_token_has_an_allowance_each_minute(companies, monkeypatch):
    till, other = caller(companies[0]), caller(companies[0])
    at = clock.now().replace(second=15, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: at)
    with override_settings(CLOSEBOOK_API_RATE=3):
        left = [int(till.call("GET", "me").headers["RateLimit-Remaining"]) for _ in range(3)]
        assert left == [2, 1, 0]
        refused = till.call("GET", "me")
        problem_in(refused, 429, "too-many-requests")
        assert refused.headers["Retry-After"] == "45"
        assert refused.headers["RateLimit-Reset"] == "45"
        assert refused.headers["RateLimit-Limit"] == "3"
        assert other.call("GET", "me").status_code == 200
        at = at.replace(second=0) + api_use.KEPT / 1440
        assert till.call("GET", "me").headers["RateLimit-Remaining"] == "2"
    assert ApiWindow.objects.count() == 2


def test_allowances_are_counted_together_by_all_processes(till, world):
    def send():
        try:
            for _ in range(10):
                api_use.use_count(till.token, 300)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    uses = ApiWindow.objects.get(token=till.token).uses
    assert uses <= 40
    assert uses == 40 or api_use.use_count(till.token, 300).reset_seconds > 50, "a minute began meanwhile"
