"""The audit log: a chain in which every change of history shows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from closebook.apps.companies.models import AuditEvent
from closebook.apps.companies.services.audit import audit_append, audit_broken_at
from closebook.apps.companies.services.companies import company_register
from closebook.transport import clock

WRITERS, LINES = 2, 25


def company(realm: str = "9130350000000001"):
    return company_register(f"Company {realm}", realm, "USD", clock.now())


def filled(made) -> list[AuditEvent]:
    """Return the five lines of a company's log."""
    return [audit_append(made.pk, "ada", "run-approved", "Quill prints", {"run": n}) for n in range(1, 6)]


@pytest.mark.django_db
def test_an_untouched_log_follows_and_is_numbered_from_one():
    made = company()
    assert audit_broken_at(made.pk) is None
    assert [event.number for event in filled(made)] == [1, 2, 3, 4, 5]
    assert audit_broken_at(made.pk) is None


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["actor", "action", "subject", "details", "digest"])
def test_a_changed_row_breaks_the_chain_where_it_stands(field):
    made = company()
    filled(made)
    AuditEvent.objects.filter(company=made, number=3).update(**{field: "changed"})
    assert audit_broken_at(made.pk) == 3


@pytest.mark.django_db
def test_another_time_breaks_the_chain():
    made = company()
    filled(made)
    AuditEvent.objects.filter(company=made, number=2).update(at=clock.now())
    assert audit_broken_at(made.pk) == 2


@pytest.mark.django_db
def test_a_row_taken_out_or_moved_breaks_the_chain():
    made = company()
    events = filled(made)
    AuditEvent.objects.filter(pk=events[1].pk).delete()
    assert audit_broken_at(made.pk) == 2
    AuditEvent.objects.filter(company=made, number=3).update(number=2)
    assert audit_broken_at(made.pk) == 2


@pytest.mark.django_db
def test_logs_of_two_companies_do_not_touch():
    one, two = company(), company("9130350000000002")
    filled(one)
    filled(two)
    AuditEvent.objects.filter(company=one, number=1).update(actor="eve")
    assert audit_broken_at(one.pk) == 1
    assert audit_broken_at(two.pk) is None


@pytest.mark.django_db(transaction=True)
def test_two_writers_number_without_gaps_and_keep_the_chain():
    made, failures = company(), []

    def write(name: str) -> None:
        try:
            for number in range(LINES):
                audit_append(made.pk, name, "wrote", "", {"n": number})
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    numbers = AuditEvent.objects.filter(company=made).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * LINES + 1))
    assert audit_broken_at(made.pk) is None
