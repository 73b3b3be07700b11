"""Bills that wait to be paid, and a rail in memory that loses replies and lets requests arrive late."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from closebook.apps.workforce.models import Bill, BillLine, Milestone, Timesheet, TimesheetLine
from closebook.apps.workforce.services.payees import account_save, payee_for, setting_save
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.payruns import Absent, Accepted, Found, Lost, NotNow, Rejected
from closebook.core.workforce.runs import HOUR, SECOND, moment_of
from closebook.transport import clock
from tests.apps.workforce.rooms import contract_of, task_of

FIRST, LAST = dt.date(2026, 11, 2), dt.date(2026, 11, 8)
PAY_ON = dt.date(2026, 11, 20)
SIGNED = b"%PDF-1.7\n% a signed form\n%%EOF\n"
IBAN, OWN = "DE89370400440532013000", "NL91ABNA0417164300"
ACCOUNTS = {
    "paypal": {"email": "ann@example.com"},
    "sepa": {"iban": IBAN},
    "wise": {"email": "ann@example.com", "recipient": "991"},
    "payoneer": {"email": "ann@example.com"},
    "csv": {"hint": "by hand"},
}


def bill_of(company, person, *amounts, state="accepted", currency="USD", sheet="approved", contract=None):
    """A bill that is ready, one line an amount, whose tasks stand in a state."""
    contract = contract or contract_of(company, person)
    common = {"company": company, "made_at": clock.now()}
    number = Bill.objects.filter(company=company).count() + 1
    first = FIRST + dt.timedelta(days=7 * (number - 1))
    days = {"first": first, "last": first + dt.timedelta(days=6)}
    timesheet = Timesheet.objects.create(contract=contract, state=sheet, **days, **common)
    made = Bill.objects.create(
        payee=payee_for(company, person), timesheet=timesheet, number=f"B{number}", due_on=PAY_ON,
        currency=currency, state="ready", **days, **common,
    )  # fmt: skip
    for amount in amounts:
        line = TimesheetLine.objects.create(
            timesheet=timesheet, task=task_of(contract, state), day=first, kind="email", minutes=60,
            hourly_minor=amount, amount_minor=amount, currency=currency, **common,
        )  # fmt: skip
        BillLine.objects.create(bill=made, source=line, text=line.task.title, amount_minor=amount, **common)
    return made


def milestone_line(bill, amount, released, state="released"):
    common = {"company": bill.company, "made_at": clock.now()}
    stone = Milestone.objects.create(
        contract=bill.timesheet.contract, title="First draft", amount_minor=amount, released_minor=released,
        currency=bill.currency, state=state, **common,
    )  # fmt: skip
    BillLine.objects.create(bill=bill, milestone=stone, text=stone.title, amount_minor=amount, **common)


def with_accounts(company, person):
    """Let the payee be paid on every rail, and the company pay."""
    payee = payee_for(company, person)
    for rail, account in ACCOUNTS.items():
        account_save(payee, rail, account, person.username)
    setting_save(company, "sepa", {"debtor": "Quill", "iban": OWN}, None, "owner")
    setting_save(company, "paypal", {"client": "c", "secret": "s"}, None, "owner")
    setting_save(company, "wise", {"token": "t1", "profile": "77", "source": "USD"}, None, "owner")
    return payee


@dataclass
class MemoryRail:
    """Carries a reference out once while it remembers it, as PayPal does; its clock is the schedule's."""

    random: random.Random
    now_ms: int = 1_800_000_000 * SECOND
    keeps_ms: int = 30 * 24 * HOUR
    refuses: str = ""
    calm: bool = False
    known: dict[str, int] = field(default_factory=dict)
    moved: Counter = field(default_factory=Counter)
    late: list = field(default_factory=list)

    def now(self):
        return moment_of(self.now_ms)

    def wait(self, seconds):
        self.now_ms += seconds * SECOND
        due, self.late = (
            [e for e in self.late if e[0] <= self.now_ms],
            [e for e in self.late if e[0] > self.now_ms],
        )
        for at, payout in due:
            self.arrive(payout, at)

    def arrive(self, payout, at):
        if payout.account["email"] == self.refuses:
            return False
        before = self.known.get(payout.reference)
        if before is None or at - before >= self.keeps_ms:
            self.known[payout.reference] = at
            self.moved[payout.text] += payout.amount.amount_minor
        return True

    def send(self, payout):
        luck = 1.0 if self.calm else self.random.random()
        if luck < 0.1:
            return Lost()
        if luck < 0.2:
            self.late.append((self.now_ms + self.random.randint(0, 179) * SECOND, payout))
            return Lost()
        if luck < 0.25:
            return NotNow(self.random.choice([5, 60, 5000]))
        done = self.arrive(payout, self.now_ms)
        if luck < 0.4:
            return Lost()
        return Accepted(f"p-{payout.reference}") if done else Rejected("closed")

    def probe(self, payout, provider_ref):
        if not self.calm and self.random.random() < 0.1:
            return Lost()
        at = self.known.get(payout.reference)
        if at is None or self.now_ms - at >= self.keeps_ms:
            return Absent(self.now_ms)
        return Found(LineState.SENT, f"p-{payout.reference}")
