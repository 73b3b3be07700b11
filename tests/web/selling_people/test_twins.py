"""Twins and dealers by the pages: merged with a button, taken back with another, graded with a reason."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import Customer, Merge, Opportunity
from closebook.apps.selling.selectors.dealers import YEAR, grades_on
from closebook.apps.selling.services.deals import customer_save, opportunity_make, opportunity_move
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Desk:
    return Desk()


def customer(desk: Desk, name: str, **facts) -> Customer:
    return customer_save(desk.company, name.casefold(), name, "boss", **facts)


def sold(desk: Desk, one: Customer, minor: int, days_ago: int) -> None:
    day = clock.today() - dt.timedelta(days=days_ago)
    deal = opportunity_make(desk.company, one, f"{one.key}{days_ago}", "Mugs", day, "boss", value_minor=minor)
    Opportunity.objects.filter(pk=deal.pk).update(stage="engaging")
    opportunity_move(desk.company, deal.pk, "won", day, "boss", reason="ok")


def test_twins_are_merged_and_brought_back_by_buttons(desk: Desk):
    assert "No two customers look the same" in desk.get("boss", "seller-twins")
    one, other = customer(desk, "Quill", email="a@quill.example"), customer(desk, "QUILL Ltd")
    page = desk.get("boss", "seller-twins")
    assert "the same name" in page
    desk.post("boss", "twin-decide", kept=one.pk, gone=other.pk)
    page = desk.get("boss", "seller-twins")
    merge = Merge.objects.get()
    assert "QUILL Ltd is merged." in page
    assert page.count(desk.address("merge-undo", merge.pk)) == 2
    assert "Merged in" in desk.get("boss", "seller-customer", one.pk)
    desk.post("boss", "merge-undo", merge.pk)
    assert Customer.objects.count() == 2
    desk.post("boss", "twin-decide", kept=one.pk, gone=other.pk, apart="on")
    page = desk.get("boss", "seller-twins")
    assert "No two customers" in page
    desk.post("boss", "merge-undo", Merge.objects.get(apart=True).pk)
    assert "the same name" in desk.get("boss", "seller-twins")


def test_a_twin_by_another_name_is_chosen_seen_and_merged(desk: Desk):
    one, other = customer(desk, "Quill"), customer(desk, "The print shop")
    page = desk.post("boss", "customer-merge", one.pk, name="no such", status=400)
    assert "Nobody has this name" in page
    page = desk.post("boss", "customer-merge", one.pk, name=" the print  SHOP", status=200)
    assert f'name="gone" value="{other.pk}"' in page
    desk.post("boss", "twin-decide", kept=one.pk, gone=one.pk)
    assert "Two different customers" in desk.get("boss", "seller-twins")


def test_only_a_manager_merges_and_only_the_companys_own(desk: Desk):
    one, other = customer(desk, "Quill"), customer(desk, "Quill Inc")
    for page in ("seller-twins",):
        desk.get("ann", page, status=403)
    desk.post("ann", "twin-decide", kept=one.pk, gone=other.pk, status=403)
    elsewhere = Desk("two")
    elsewhere.post("boss", "twin-decide", kept=one.pk, gone=other.pk)
    assert Customer.objects.count() == 2
    elsewhere.get("boss", "customer-merge", one.pk, status=404)
    desk.post("boss", "twin-decide", kept="x", gone="y", status=404)


def test_dealers_are_graded_by_their_sales_and_otherwise_with_a_reason(desk: Desk):
    assert "No dealer yet" in desk.get("boss", "dealers")
    big, small = customer(desk, "Big", kind="dealer"), customer(desk, "Small", kind="dealer", owner="ann-one")
    sold(desk, big, 900_000, 30)
    sold(desk, big, 600_000, 400)
    sold(desk, small, 100_000, 10)
    page = desk.get("boss", "dealers")
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page)]
    figures = [row for row in rows if row[:1] in (["Big"], ["Small"])]
    assert [row[1:4] for row in figures] == [["9,000.00", "6,000.00", "50"], ["ann-one", "1,000.00", "0.00"]]
    assert [row[-1] for row in figures] == ["A", "B"]
    desk.post("boss", "grades-take")
    assert set(Customer.objects.values_list("name", "grade")) == {("Big", "A"), ("Small", "B")}
    back = re.search(r'name="back" value="([\d,]+)"', desk.get("boss", "dealers"))
    desk.post("boss", "grades-take", back=back[1])
    assert set(Customer.objects.values_list("grade", flat=True)) == {""}
    page = desk.post("boss", "dealer-grade", big.pk, grade="C", status=400)
    assert "The figures propose A" in page
    desk.post("boss", "dealer-grade", big.pk, grade="C", reason="Sells our rival first")
    assert "Sells our rival first" in desk.get("boss", "dealers")
    assert grades_on(Customer.objects.filter(kind="dealer"), clock.today()) == {"big": "C", "small": ""}
    assert grades_on(Customer.objects.filter(kind="dealer"), clock.today() - YEAR) == {"big": "", "small": ""}


def test_a_salesperson_sees_their_own_dealers_with_the_grade_among_all(desk: Desk):
    big, small = customer(desk, "Big", kind="dealer"), customer(desk, "Small", kind="dealer", owner="ann-one")
    Customer.objects.filter(pk=big.pk).update(owner="bob-one")
    sold(desk, big, 900_000, 30)
    sold(desk, small, 100_000, 10)
    page = desk.get("ann", "dealers")
    assert ("Small" in page, "Big" in page, 'tag warn">B' in page) == (True, False, True)
    desk.post("ann", "grades-take", status=403)
    desk.get("ann", "dealer-grade", small.pk, status=403)
    answer = desk.clients["boss"].get(desk.address("dealers"), {"export": "csv"})
    assert b"Small" in b"".join(answer.streaming_content)


def test_thirty_dealers_and_twins_cost_no_more_questions_than_one(desk: Desk):
    def questions(page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            desk.get("boss", page)
        return len(seen)

    for n in range(2):
        customer(desk, f"Q{n}", kind="dealer", phone="020-5550101", scores={"network": 3})
    desk.get("boss", "dealers")
    before = [questions(page) for page in ("dealers", "seller-twins")]
    for n in range(30):
        customer(desk, f"D{n}", kind="dealer", phone=f"020-66601{n // 2:02}")
    assert [questions(page) for page in ("dealers", "seller-twins")] == before
