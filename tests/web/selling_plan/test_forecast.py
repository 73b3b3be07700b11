"""The forecast by the pages: refused with too little, told as a range, judged beside, tried on the past."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import Judgement, Opportunity, Reckoning, StageEvent
from closebook.apps.selling.services.reckoning import digest_of, reckon
from closebook.apps.selling.services.targets import target_agree, target_save
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def past(desk: Desk, many: int, owner: str = "ann") -> None:
    """Give the company deals that were won or lost within the last year, a month each."""
    today, name = clock.today(), f"{owner}-{desk.company.name}"
    for n in range(many):
        began = today - dt.timedelta(days=40 + n * 300 // many)
        ended, state = began + dt.timedelta(days=7 + 3 * n % 28), "won" if n % 3 else "lost"
        deal = Opportunity.objects.create(
            company=desk.company, key=f"past-{owner}-{n}", title=f"Past {n}", stage="engaging", state=state,
            value_minor=100_000, came_minor=100_000 * (state == "won"), currency="USD", owner=name,
            opened_on=began, entered=began, decided_on=ended,
        )  # fmt: skip
        for after, day in (("engaging", began), (state, ended)):
            StageEvent.objects.create(company=desk.company, opportunity=deal, after=after, day=day, by="x")


def opened(desk: Desk, owner: str, title: str, **facts: object) -> Opportunity:
    return desk.deal(owner, title, stage="engaging", **facts)


def test_under_thirty_decided_it_says_why_and_how_many_there_are():
    desk = Desk()
    past(desk, 29)
    opened(desk, "ann", "Mugs")
    page = desk.get("boss", "forecast")
    assert "needs 30 opportunities" in page
    assert "there are 29" in page
    assert "1,200.00" in page, "what is open"
    assert "Your own judgement" not in page
    desk.post("boss", "forecast-judge", what="all", amount="5", reason="x")
    assert not Judgement.objects.exists()
    assert "no earlier day yet" in desk.get("boss", "back-test")
    desk.get("boss", "forecast-deals", status=404)


def test_a_range_by_month_and_category_opens_its_opportunities():
    desk, other = Desk(), Desk("two")
    past(desk, 60)
    past(other, 60)
    deal, secret = opened(desk, "ann", "Mugs", category="commit"), opened(other, "ann", "Secret")
    opened(desk, "bob", "Cups", category="best")
    opened(desk, "bob", "Foreign", currency="EUR")
    one = target_save(desk.company, clock.today().year, 10**9, [], "boss")
    target_agree(desk.company, one.pk, clock.today(), "boss")
    page = desk.get("boss", "forecast")
    assert "in 8 of 10 cases from" in page
    assert "certain enough to promise" in page
    assert "Left of the target" in page
    behind = desk.clients["boss"].get(desk.address("forecast-deals") + "?what=all&category=commit")
    text = behind.content.decode()
    assert ("Mugs" in text, "Cups" in text, "Secret" in text) == (True, False, False)
    assert desk.address("opportunity", deal.pk) in text
    everything = desk.get("boss", "forecast-deals")
    assert "Foreign" not in everything
    table = desk.clients["boss"].get(desk.address("forecast-deals") + "?what=0&export=csv")
    assert b"Mugs" in b"".join(table.streaming_content)
    for bad in ("what=9", "what=soon"):
        assert desk.clients["boss"].get(desk.address("forecast-deals") + f"?{bad}").status_code == 404
    assert secret.company != desk.company


def test_a_salesperson_sees_the_forecast_of_their_own_alone():
    desk = Desk()
    past(desk, 60)
    opened(desk, "ann", "Mugs", value_minor=111_100)
    opened(desk, "bob", "Cups", value_minor=999_900)
    page = desk.get("ann", "forecast")
    assert "1,111.00" in page
    assert "9,999.00" not in page
    assert "bob-one" not in page
    deals = desk.clients["ann"].get(desk.address("forecast-deals") + "?what=all&person=bob-one")
    assert "Cups" not in deals.content.decode()
    desk.get("ann", "back-test", status=403)
    desk.post("ann", "forecast-judge", status=403)
    desk.post("eye", "forecast-judge", status=403)


def test_a_judgement_stands_beside_and_stays_in_the_history():
    desk = Desk()
    past(desk, 60)
    opened(desk, "ann", "Mugs")
    for amount, reason in (("4,000.00", "A fair in March"), ("3,500.00", "It was cancelled")):
        desk.post("boss", "forecast-judge", what="1", amount=amount, reason=reason)
    page = desk.get("boss", "forecast")
    assert page.count("3,500.00") == 2, "in the row and in the history"
    assert page.count("4,000.00") == 1
    assert "A fair in March" in page
    assert Judgement.objects.filter(forecast_minor=None).count() == 0
    for bad in ({"amount": "much"}, {"amount": "9" * 40}, {"amount": "-1"}, {"reason": " "}, {"what": "7"}):
        sent = {"what": "0", "amount": "1.00", "reason": "x"} | bad
        assert "errorlist" in desk.post("boss", "forecast-judge", status=400, **sent)
    assert Judgement.objects.count() == 2


def test_the_trial_tells_error_leaning_and_range():
    desk = Desk()
    past(desk, 90)
    page = desk.get("boss", "back-test")
    assert "Off by" in page
    assert "Within the range" in page
    assert "Brier" in page


def test_many_are_reckoned_by_a_worker_while_the_last_is_shown(settings):
    desk = Desk()
    past(desk, 40)
    opened(desk, "ann", "Mugs")
    desk.get("boss", "forecast")
    settings.CLOSEBOOK_SMALL_ROWS = 1
    opened(desk, "ann", "Cups", value_minor=70_000)
    for _again in range(2):
        page = desk.get("boss", "forecast")
        assert "being reckoned anew" in page
        assert "in 8 of 10 cases" in page, "the last one is still there"
    kept = Reckoning.objects.get()
    assert kept.asked == digest_of(desk.company, clock.today()) != kept.digest
    ready = desk.address("forecast-ready")
    assert "HX-Refresh" not in desk.clients["boss"].get(ready)
    reckon(desk.company, clock.today(), kept.asked)
    assert desk.clients["boss"].get(ready)["HX-Refresh"] == "true"
    assert "being reckoned" not in desk.get("boss", "forecast")


@pytest.mark.parametrize("page", ["forecast", "forecast-deals", "back-test"])
def test_the_pages_ask_as_often_for_many_as_for_one(page):
    desk, found = Desk(), []
    past(desk, 40)
    for many in (1, 29):
        for number in range(many):
            opened(desk, "ann", f"Deal {many} {number}")
        desk.get("boss", page)
        with CaptureQueriesContext(connection) as queries:
            desk.get("boss", page)
        found.append(len(queries))
    assert found[0] == found[1]
