"""Yearly summaries remembered: gathered from deals, made final with their figures, changed in versions."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import AnnualReport, Opportunity, Target
from closebook.apps.selling.selectors.gathering import gathered_of
from closebook.apps.selling.services import deals, summary, targets
from closebook.core.errors import ConflictError, InputError
from closebook.core.selling.summary.compose import report_of
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])
START, END, TODAY = dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 10)


@pytest.fixture
def company():
    made = Company.objects.create(name="Seller", realm_id="selling-summary", created_at=clock.now())
    for n, (region, owner) in enumerate([("North", "ann"), ("South", "bob"), ("", "")]):
        customer = deals.customer_save(made, f"c{n}", f"Customer {n}", "ann", region=region, owner=owner)
        one = deals.opportunity_make(
            made, customer, str(n), "Deal", START, "ann", value_minor=1_001, owner=owner
        )
        if not n:
            deals.opportunity_share(made, one.pk, {"ann": 3_000, "bob": 7_000})
        deals.opportunity_move(made, one.pk, "won", dt.date(2025, 3, 1), "ann", reason="signed")
    return made


def drawn(one):
    return report_of(gathered_of(one, TODAY))


def test_won_opportunities_are_the_sales_where_there_are_no_books(company):
    report = drawn(summary.summary_begin(company, START, END, "ann"))
    assert (report.minor("F3"), report.minor("won"), report.broken) == (3_003, 3, [])
    assert {name: report.minor(f"F3/person/{name}") for name in ("ann", "bob", "")} == {
        "ann": 300, "bob": 1_702, "": 1_001,
    }  # fmt: skip
    assert report.figures["F3/region/North"].records.ids == (Opportunity.objects.get(key="0").pk,)


@pytest.mark.parametrize(("part", "minor"), [({"person": "bob"}, 1_702), ({"region": "North"}, 1_001)])
def test_a_part_has_its_own_sums(company, part, minor):
    report = drawn(summary.summary_begin(company, START, END, "ann", **part))
    assert (report.minor("F3"), report.broken) == (minor, [])


def test_a_final_summary_stays_as_it_was_and_its_next_version_says_what_changed(company):
    one = summary.summary_begin(company, START, END, "ann")
    summary.item_add(company, one.pk, "problem", "Too few visits", {"root": "no plan"})
    summary.summary_write(company, one.pk, "en", "R1", "A good year.")
    final = summary.summary_finish(company, one.pk, clock.now(), TODAY, "ann")
    with pytest.raises(ConflictError):
        summary.summary_write(company, one.pk, "en", "R1", "Changed.")
    Opportunity.objects.filter(key="2").update(came_minor=2_000)
    assert drawn(AnnualReport.objects.get(pk=final.pk)).minor("F3") == 3_003
    again = summary.summary_again(company, one.pk, "ann")
    assert (again.version, again.texts, again.items.get().text) == (
        2,
        {"en": {"R1": "A good year."}},
        "Too few visits",
    )
    assert ("F3", 3_003, 4_002) in summary.changes_since_first(again, TODAY)


def test_a_summary_whose_parts_are_not_the_whole_cannot_become_final(company):
    one = targets.target_save(company, 2025, 100, [("North", "ann", "", 100)], "ann")
    targets.target_agree(company, one.pk, START, "ann")
    Target.objects.filter(pk=one.pk).update(parts=[["North", "ann", "", 99]])
    report = summary.summary_begin(company, START, END, "ann")
    with pytest.raises(ConflictError) as refused:
        summary.summary_finish(company, report.pk, clock.now(), TODAY, "ann")
    assert refused.value.changes == ("target",)
    assert AnnualReport.objects.get(pk=report.pk).state == "draft"


def test_what_is_refused(company):
    other = Company.objects.create(name="Other", realm_id="selling-summary-2", created_at=clock.now())
    one = summary.summary_begin(company, START, END, "ann")
    with pytest.raises(InputError):
        summary.summary_begin(company, END, START, "ann")
    with pytest.raises(InputError):
        summary.item_add(company, one.pk, "problem", " ", {})
    with pytest.raises(AnnualReport.DoesNotExist):
        summary.summary_write(other, one.pk, "en", "R1", "x")
