"""What coaching shows: counts by the last shared diagnosis, honest words, and nothing that is not shared."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import Diagnosis, Opportunity
from closebook.apps.selling.selectors.coached import coached, coverage, habits, with_losing
from closebook.apps.selling.services.coaching import diagnosis_save, diagnosis_share
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_save
from closebook.core.selling.rates import Count
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY, MONTH = dt.date(2026, 3, 2), dt.timedelta(days=30)
WEAK, STRONG = {"S1.Q0": "no", "S1.Q1": "no"}, {"S1.Q0": "yes", "S1.Q1": "yes"}


class Past(Desk):
    """A company with decided deals and diagnoses."""

    def talked(self, number: int, state: str, answers: dict[str, str] | None, *, shared: bool = True) -> None:
        """Add a deal that was talked about once, with a diagnosis of that conversation."""
        ann = f"ann-{self.company.name}"
        party = customer_save(self.company, f"c{number}", f"Customer {number}", ann, owner=ann)
        deal = self.begun(number, state, DAY)
        talk = conversation_log(
            self.company, f"t{number}", party.pk, ann, DAY, opportunity_pk=deal.pk,
            questions=[{"text": "Why?"}] if state == "won" else [],
        )  # fmt: skip
        if answers is not None:
            one = diagnosis_save(self.company, talk.pk, f"boss-{self.company.name}", answers, {})
            if shared:
                diagnosis_share(self.company, one.pk, "boss")

    def begun(self, number: int, state: str, day: dt.date) -> Opportunity:
        facts = {"state": state, "opened_on": day, "decided_on": None if state == "open" else day + MONTH}
        return Opportunity.objects.create(
            company=self.company, key=f"k{number}-{day}", title=f"Deal {number}", currency="USD",
            stage="engaging", owner=f"ann-{self.company.name}", **facts,
        )  # fmt: skip


def test_sections_with_losing_have_counts_and_are_refused_below_ten_of_each():
    past = Past()
    for number in range(19):
        weak = number < 10
        past.talked(number, "lost" if number in range(9) or number == 10 else "won", WEAK if weak else STRONG)
    found = with_losing(past.company.pk)
    first = found.sections[0]
    assert (first.weak, first.strong, first.shown) == (Count(9, 10), Count(1, 9), False)
    page = past.get("boss", "coached")
    assert "10 deals" in page
    assert "9 of 10" not in page
    assert "Weak goes with losing" not in page
    past.talked(19, "won", STRONG)
    found = with_losing(past.company.pk)
    assert (found.sections[0].strong, found.marks) == (Count(1, 10), {"S1"})
    page = past.get("boss", "coached")
    assert "9 of 10" in page
    assert "Weak goes with losing 9/10, strong with 1/10; this rests on 20 deals." in page
    assert "more than chance" in page
    assert found.questions[0].weak == Count(9, 10)
    assert "Difference +37 to +92 points." in page


def test_a_difference_that_may_be_none_is_not_said_to_go_with_losing():
    past = Past()
    for number in range(20):
        past.talked(number, "lost" if number % 2 else "won", WEAK if number < 10 else STRONG)
    page = past.get("boss", "coached")
    assert "No clear difference: −37 to +37 points, on 20 deals." in page
    assert "Weak goes with losing" not in page
    assert "more than chance" not in page


def test_what_is_not_shared_counts_nowhere_and_only_lost_deals_are_remarked():
    past = Past()
    past.talked(1, "lost", WEAK)
    past.talked(2, "won", STRONG, shared=False)
    past.talked(3, "lost", {"S1.Q0": "unknown"})
    past.talked(4, "won", None)
    found = with_losing(past.company.pk)
    assert (found.deals, found.lost, found.one_sided) == (2, 2, True)
    assert found.sections[0].unknown == Count(1, 1)
    (ann,) = coverage(past.company.pk)
    assert (ann.diagnosed, ann.held, ann.only_lost) == (2, 4, True)
    page = past.get("boss", "coached")
    assert "1 diagnosis is not shared" in page
    assert "look back at won deals too" in page
    assert habits(past.company.pk).question_logged == Count(2, 4)


def test_the_rate_before_and_after_says_what_its_counts_allow():
    past = Past()
    assert coached(past.company.pk, "ann-one") is None
    past.talked(0, "lost", WEAK)
    Diagnosis.objects.update(shared_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    for number in range(1, 40):
        past.begun(number, "won" if number < 5 else "lost", DAY)
    for number in range(3):
        past.begun(number, "won", dt.date(2026, 5, 4))
    assert "Too few decided deals" in past.get("ann", "coached")
    for number in range(3, 40):
        past.begun(number, "won" if number < 12 else "lost", dt.date(2026, 5, 4))
    one = coached(past.company.pk, "ann-one")
    assert (one.change.before, one.change.after) == (Count(4, 40), Count(12, 40))
    page = past.get("ann", "coached")
    assert "Improved: 4/40 → 12/40, x3.0 (+20 points; between +2 and +37)." in page
    for number in range(60):
        past.begun(number, "open", clock.today())
    page = past.clients["boss"].get(past.address("coached"), {"person": "ann-one"}).content.decode()
    assert "Provisional: 4/40 → 12/40" in page


def test_a_salesperson_reads_own_findings_only():
    past = Past()
    past.talked(1, "lost", WEAK)
    bob = past.clients["bob"].get(past.address("coached"), {"person": "ann-one"}).content.decode()
    assert "ann-one" not in bob
    assert "No shared diagnosis" in bob
    assert "1 decided deal" in past.get("ann", "coached")
    other = Past("two")
    assert "No shared diagnosis" in other.get("boss", "coached")
    strange = other.clients["boss"].get(other.address("coached"), {"person": "ann-one\0'"})
    assert strange.status_code == 200


def test_the_findings_ask_as_often_for_many_deals_as_for_one():
    past, counts = Past(), []
    for more in (1, 11):
        for number in range(more):
            past.talked(100 * more + number, "lost", WEAK)
        past.get("boss", "coached")
        with CaptureQueriesContext(connection) as queries:
            past.get("boss", "coached")
        counts.append(len(queries))
    assert counts[0] == counts[1]
