"""Selling remembered: deals, conversations once, coaching in private, targets, and files of other
programs.
"""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.abilities import abilities_of
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Complaint, Conversation, FollowUp, Opportunity, Question, StageEvent
from closebook.apps.selling.selectors.day import day_list
from closebook.apps.selling.selectors.selling import (
    customers_of,
    diagnoses_of,
    goals,
    histories,
    opportunities_of,
)
from closebook.apps.selling.services import coaching, conversations, deals, follow_ups, targets
from closebook.apps.selling.services.importing import export_csv, import_deals, preview
from closebook.core.errors import InputError
from closebook.core.selling.targets import in_force
from closebook.transport import clock

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
SELLER, MANAGER = abilities_of("salesperson"), abilities_of("sales-manager")


def company_named(name):
    return Company.objects.create(name=name, realm_id=f"selling-{name}", created_at=clock.now())


@pytest.fixture
def company():
    return company_named("Seller")


@pytest.fixture
def customer(company):
    return deals.customer_save(company, "alpha", "Alpha", "ann", owner="ann", grade="A")


def test_an_opportunity_keeps_each_of_its_moves(company, customer):
    one = deals.opportunity_make(company, customer, "1", "Lamps", DAY, "ann", value_minor=500, owner="ann")
    with pytest.raises(InputError):
        deals.opportunity_move(company, one.pk, "engaging", DAY, "ann")
    later = DAY + dt.timedelta(days=9)
    deals.opportunity_move(company, one.pk, "engaging", later, "ann", reason="called us", next_step=later)
    won = deals.opportunity_move(company, one.pk, "won", later, "ann", came_minor=450)
    assert (won.state, won.came_minor, won.decided_on) == ("won", 450, later)
    (history,) = histories(company.pk)
    assert [(spell.stage, spell.to) for spell in history.spells] == [
        ("prospecting", "engaging"),
        ("engaging", "won"),
    ]
    again = deals.opportunity_move(company, one.pk, "engaging", later, "ann", next_step=later)
    assert (again.state, again.decided_on) == ("open", None)
    assert StageEvent.objects.count() == 4


def test_another_companys_opportunity_is_not_found(company):
    other = company_named("Other")
    one = deals.opportunity_make(other, None, "1", "Lamps", DAY, "ann")
    with pytest.raises(Opportunity.DoesNotExist):
        deals.opportunity_move(company, one.pk, "won", DAY, "ann")


def test_a_salesperson_sees_own_and_nobodys(company, customer):
    for name, owner in (("b", "bob"), ("c", "")):
        deals.customer_save(company, name, name, "x", owner=owner)
        deals.opportunity_make(company, None, name, name, DAY, "x", owner=owner)
    assert {one.key for one in customers_of(company.pk, "ann", SELLER)} == {"alpha", "c"}
    assert {one.key for one in opportunities_of(company.pk, "ann", SELLER)} == {"c"}
    assert opportunities_of(company.pk, "ann", MANAGER).count() == 2


def logged(company, customer, client_id="d1", day=DAY, **facts):
    return conversations.conversation_log(company, client_id, customer.pk, "ann", day, **facts)


def test_a_conversation_sent_twice_is_kept_once(company, customer):
    rows = {
        "questions": [{"text": "Why so dear?", "critical": True}],
        "steps": [{"what": "Quote", "by": DAY}],
    }
    assert logged(company, customer, **rows) == logged(company, customer, **rows)
    assert (Conversation.objects.count(), Question.objects.count()) == (1, 1)


def test_a_refusal_is_followed_up_until_the_next_contact(company, customer):
    logged(company, customer, outcome="refused")
    (due,) = FollowUp.objects.all()
    assert (due.rule, due.due) == ("second_after_refusal", DAY + dt.timedelta(days=7))
    assert [item.rule for item in day_list(company.pk, "ann", due.due)] == ["second_after_refusal"]
    with pytest.raises(InputError):
        follow_ups.follow_up_close(company, due.pk, DAY, done=False)
    logged(company, customer, "d2", DAY + dt.timedelta(days=3), outcome="next_step")
    assert not FollowUp.objects.filter(closed_on=None).exists()
    assert [item.rule for item in day_list(company.pk, "ann", DAY + dt.timedelta(days=17))] == ["revisit"]


def test_a_diagnosis_is_private_until_shared_and_may_be_answered(company, customer):
    one = coaching.diagnosis_save(company, logged(company, customer).pk, "max", {"S1.Q1": "no"}, {})
    assert not diagnoses_of(company.pk, "ann", SELLER).exists()
    assert diagnoses_of(company.pk, "eva", MANAGER).exists()
    with pytest.raises(InputError):
        coaching.diagnosis_reply(company, one.pk, "ann", "I disagree")
    coaching.diagnosis_share(company, one.pk, "max")
    assert diagnoses_of(company.pk, "ann", SELLER).exists()
    assert not diagnoses_of(company.pk, "bob", SELLER).exists()
    coaching.diagnosis_reply(company, one.pk, "ann", "I disagree")
    assert diagnoses_of(company.pk, "ann", SELLER).get().reply == "I disagree"
    with pytest.raises(InputError):
        coaching.points_keep(company, one.pk, list("abcd"))
    (point,) = coaching.points_keep(company, one.pk, ["Ask first"])
    coaching.point_tried(company, point.pk, "tried", helped=True)


def test_a_self_check_is_its_writers_alone_until_shared(company, customer):
    coaching.diagnosis_save(company, logged(company, customer).pk, "ann", {}, {})
    assert diagnoses_of(company.pk, "ann", SELLER).exists()
    assert not diagnoses_of(company.pk, "eva", MANAGER).exists()


def test_targets_are_versions_whose_parts_are_the_whole(company):
    with pytest.raises(InputError):
        targets.target_save(company, 2026, 100, [("north", "ann", "", 99)], "max")
    one = targets.target_save(company, 2026, 100, [("north", "ann", "", 60), ("", "", "", 40)], "max")
    targets.target_agree(company, one.pk, DAY, "max")
    two = targets.target_save(company, 2026, 90, [], "max", reason="a region closed")
    targets.target_agree(company, two.pk, DAY + dt.timedelta(days=30), "max")
    assert in_force(goals(company.pk, 2026), DAY).amount_minor == 100
    assert in_force(goals(company.pk, 2026), DAY + dt.timedelta(days=30)).version == 2


def test_a_complaint_takes_its_steps(company, customer):
    one = Complaint.objects.create(company=company, customer=customer, text="Broken", received=DAY)
    with pytest.raises(InputError):
        targets.complaint_step(company, one.pk, "recorded_and_acknowledged", DAY, "ann")
    facts = {"undertaking": "A new one", "undertaking_by": DAY}
    assert targets.complaint_step(company, one.pk, "recorded_and_acknowledged", DAY, "ann", **facts)


FILE = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1,Ann,Lamp,Alpha,Won,2026-01-02,2026-02-01,1054
2,Bob,Lamp, ALPHA ,Lost,2026-01-03,2026-02-02,0
3,Bob,Lamp,,Engaging,2026-01-04,,
4,Ann,Lamp,Beta,Prospecting,,,
4,Ann,Lamp,Beta,Prospecting,,,
"""


def test_a_file_is_imported_once(company):
    first = import_deals(FILE, company, "max")
    assert (first.added, first.customers, first.twins) == (4, 2, 1)
    events = StageEvent.objects.count()
    again = import_deals(FILE, company, "max")
    assert (again.added, again.changed, again.same, again.customers) == (0, 0, 4, 0)
    assert StageEvent.objects.count() == events == 5
    assert Opportunity.objects.get(key="1").came_minor == 105_400


def test_a_changed_row_moves_its_opportunity(company):
    import_deals(FILE, company, "max")
    changed = FILE.replace("Engaging,2026-01-04,,", "Won,2026-01-04,2026-03-01,7")
    assert import_deals(changed, company, "max").changed == 1
    assert [one.spells[-1].to for one in histories(company.pk)] == ["won", "lost", "won"]


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("2026-02-01", "2026-02-31", "row 2, field close_date"), ("1054", "12x", "row 2, field close_value"),
        ("2026-02-02", "2025-02-02", "row 3, field close_date"),
        ("3,Bob", ",Bob", "row 4, field opportunity_id"),
        ("4,Ann,Lamp,Beta", "1,Ann,Lamp,Beta", "row 5, field opportunity_id"),
    ],
)  # fmt: skip
def test_a_fault_names_row_and_field_and_nothing_is_kept(company, before, after, place):
    with pytest.raises(InputError) as caught:
        import_deals(FILE.replace(before, after, 1), company, "max")
    assert str(caught.value.place) == place
    assert not Opportunity.objects.exists()


def test_columns_and_currencies_are_checked(company):
    with pytest.raises(InputError, match="No column is chosen for stage"):
        preview("id,name\n1,2\n", company)
    with pytest.raises(InputError, match="twice"):
        preview("id,stage,stage\n1,2,3\n", company)
    with pytest.raises(InputError, match="no column"):
        preview("a,b\n1,2\n", company, {"key": "a", "stage": "c"})
    assert preview("id,stage,currency\n1,x,QQQ\n", company).faults[0].place.field == "currency"


def test_a_hundred_thousand_rows_are_read(company):
    rows = "".join(f"{n},Engaging,2026-01-04\n" for n in range(100_000))
    assert len(preview("id,stage,created\n" + rows, company).deals) == 100_000


def test_all_is_exported_without_formulas(company):
    deals.customer_save(company, "x", "=1+1", "ann")
    assert "'=1+1" in export_csv(company, "customers")
    import_deals(FILE, company, "max")
    assert export_csv(company, "opportunities").count("\n") == 5
