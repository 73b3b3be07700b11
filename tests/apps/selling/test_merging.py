"""Customers that are one: merged so that nothing is lost or counted twice, and taken back exactly."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import (
    Complaint,
    Contact,
    Conversation,
    Customer,
    Merge,
    Opportunity,
)
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.apps.selling.selectors.merged import twins_of
from closebook.apps.selling.services.complaints import complaint_receive
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_named, customer_save, opportunity_make
from closebook.apps.selling.services.importing import import_deals
from closebook.apps.selling.services.merging import (
    apart_undo,
    customers_apart,
    customers_merge,
    merge_undo,
)
from closebook.core.errors import ConflictError, InputError
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = dt.date(2026, 11, 2)
CSV = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann,Mug,Quil,Won,2026-01-05,2026-02-01,1200\n"
)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(
        name="Mugs", home_currency="USD", realm_id="realm-mugs", created_at=clock.now()
    )


def customer(company: Company, name: str, **facts) -> Customer:
    return customer_save(company, name.casefold(), name, "boss", **facts)


def whole(company: Company) -> list[list[tuple]]:
    """Return every row of selling that a merge may touch."""
    found = []
    for model in (Customer, Opportunity, Conversation, Complaint, Contact):
        names = [one.attname for one in model._meta.concrete_fields]
        found.append(list(model.objects.filter(company=company).order_by("pk").values_list(*names)))
    return found


def test_everything_changes_hands_what_is_lacking_is_taken_over_and_all_comes_back(company: Company):
    kept = customer(company, "Quill", email="a@quill.example", owner="ann", scores={"network": 4})
    gone = customer(
        company, "Quil", kind="dealer", phone="020-5550101", email="b@quill.example", hot=True,
        first_invoice=dt.date(2025, 3, 1), scores={"network": 1, "delivery": 2},
    )  # fmt: skip
    opportunity_make(company, gone, "o1", "Mugs", DAY, "ann")
    conversation_log(company, "t1", gone.pk, "ann", DAY)
    complaint_receive(company, gone, "ann", text="Late", received=DAY)
    Contact.objects.create(company=company, customer=gone, name="Mia")
    before = whole(company)
    merge = customers_merge(company, kept.pk, gone.pk, "boss")
    kept.refresh_from_db()
    assert not Customer.objects.filter(pk=gone.pk).exists()
    facts = (kept.kind, kept.phone, kept.email, kept.hot, kept.first_invoice, kept.scores)
    assert facts == (
        "dealer", "020-5550101", "a@quill.example", True, dt.date(2025, 3, 1), {"network": 4, "delivery": 2},
    )  # fmt: skip
    for rows in (kept.opportunities, kept.conversations, kept.complaints, kept.contacts):
        assert rows.count() == 1
    back = merge_undo(company, merge.pk, "boss")
    assert (back.pk, whole(company)) == (gone.pk, before)
    with pytest.raises(InputError, match="already"):
        merge_undo(company, merge.pk, "boss")


def test_what_was_changed_or_came_since_stays_with_the_kept_one(company: Company):
    kept, gone = customer(company, "Quill"), customer(company, "Quil", region="North", phone="1234567")
    merge = customers_merge(company, kept.pk, gone.pk, "boss")
    customer_save(company, "quill", "Quill", "ann", phone="7654321")
    conversation_log(company, "new", kept.pk, "ann", DAY)
    merge_undo(company, merge.pk, "boss")
    kept.refresh_from_db()
    assert (kept.phone, kept.region, kept.conversations.count()) == ("7654321", "", 1)


def test_the_other_name_leads_to_the_kept_one_in_imports_and_books(company: Company):
    kept, gone = customer(company, "Quill"), customer(company, "Quil", party="77")
    last = customer(company, "Quill Prints", party="99")
    first = customers_merge(company, kept.pk, gone.pk, "boss")
    assert import_deals(CSV, company, "boss").customers == 0
    assert Opportunity.objects.get().customer == kept
    customers_merge(company, last.pk, kept.pk, "boss")
    assert customer_named(company, "QUIL", "ann", "ann") == last
    assert {party: one.name for party, one in parties_of(company.pk).items()} == {
        "77": "Quill Prints",
        "99": "Quill Prints",
    }
    assert import_deals(CSV, company, "boss").same == 1
    with pytest.raises(ConflictError, match="gone into another"):
        merge_undo(company, first.pk, "boss")


def test_a_customer_that_is_not_there_is_refused_and_nothing_happens(company: Company):
    one = customer(company, "Quill")
    other = Company.objects.create(name="Two", home_currency="USD", realm_id="two", created_at=clock.now())
    stranger = customer(other, "Quill")
    for gone in (one.pk, stranger.pk, 999_999):
        with pytest.raises(InputError, match="not there"):
            customers_merge(company, one.pk, gone, "boss")
        with pytest.raises(InputError, match="not there"):
            customers_apart(company, one.pk, gone, "boss")
    assert (Customer.objects.count(), Merge.objects.count()) == (2, 0)


def test_an_undo_is_refused_when_the_key_was_used_again(company: Company):
    kept, gone = customer(company, "Quill"), customer(company, "Quil")
    merge = customers_merge(company, kept.pk, gone.pk, "boss")
    customer_save(company, "quil", "Quil again", "boss")
    before = whole(company)
    with pytest.raises(ConflictError, match="made anew"):
        merge_undo(company, merge.pk, "boss")
    assert whole(company) == before


def test_twins_are_proposed_until_they_are_said_to_be_apart(company: Company):
    one, other = customer(company, "Quill", phone="020-5550101"), customer(company, "Quill Inc")
    assert [(twin.first, twin.second) for twin in twins_of(company.pk)] == [(one, other)]
    said = customers_apart(company, one.pk, other.pk, "boss")
    assert twins_of(company.pk) == []
    apart_undo(company, said.pk, "boss")
    assert len(twins_of(company.pk)) == 1


@pytest.mark.parametrize("seed", range(8))
def test_merges_in_any_order_taken_back_in_reverse_leave_everything_as_it_was(company: Company, seed: int):
    rng = random.Random(seed)
    rows = [customer(company, f"C{n}", phone=rng.choice(["", f"02055501{n}"])) for n in range(6)]
    for n in range(12):
        conversation_log(company, f"t{n}", rng.choice(rows).pk, "ann", DAY)
    before, made = whole(company), []
    while len(rows) > 1:
        kept, gone = rng.sample(rows, 2)
        made.append(customers_merge(company, kept.pk, gone.pk, "boss"))
        rows.remove(gone)
        assert Conversation.objects.count() == 12, f"seed {seed}"
    assert rows[0].conversations.count() == 12, f"seed {seed}"
    for merge in reversed(made):
        merge_undo(company, merge.pk, "boss")
    assert whole(company) == before, f"seed {seed}"
