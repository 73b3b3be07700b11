"""Living through the year: files and pulls, plans and runs, the bank's lines and a person's few words.

Everything goes through the services that the pages and commands use. Faults hit the calls to Square and to
the books, processes die between any two steps of a run, files come twice, too early and again.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import override_settings

from closebook.apps.bank.models import Answer, BankAccount, BankLine, LineState
from closebook.apps.bank.selectors.bank_accounts import ledger_choices
from closebook.apps.bank.selectors.suggestions import InBooks, books_records, suggestions
from closebook.apps.bank.services.answering import (
    answer_excluded,
    answer_match,
    suggestion_accept,
    unfinished_send,
)
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read
from closebook.apps.bank.services.rules import rule_save
from closebook.apps.sync.models import Connection, Lease, Run, ServiceAccess
from closebook.apps.sync.services import pulling, work
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.hands import RunDesk
from closebook.apps.sync.services.leases import LEASE_SECONDS
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.record_writing import record_write
from closebook.apps.sync.services.staging import pull
from closebook.apps.sync.services.undoing import undo_plan
from closebook.core.errors import InputError, RemoteError
from closebook.core.planning.hands import Ending
from closebook.core.reconcile.rules import BankRule, Share
from tests.apps.bank.conftest import bank_of
from tests.apps.sync.harness import World
from tests.fakes.square.server import Square, serving
from tests.fakes.square.world import World as Till
from tests.year.bank import COFFEE, CORRECTED, RENT, TWICE, WIRE_FEE, Bank
from tests.year.clock import Clock, set_clock
from tests.year.etsy_shop import EtsyShop

SHOP, TILL, BY = "Quill prints", "Corner shop", "ada"
QUIET = 21
_TRIES = 12
_OVERLAP = dt.timedelta(days=3)
_STEPS = (
    "take_lease", "load_actions", "plan_changes", "record_intents", "send", "record_results", "verify",
    "finish", "release_lease",
)  # fmt: skip
_FAULTS = "reply-lost|lost|truncated|500|503-html|429|429-retry-after|fault-200"


class PowerCutError(BaseException):
    """Ends a process in the middle of what it does."""


@dataclass
class Story:
    """What the generators made: a shop, a till and their bank."""

    seed: int
    first: dt.date
    days: int
    per_day: int
    shop: EtsyShop = field(init=False)
    till: Till = field(init=False)
    bank: Bank = field(init=False)

    def __post_init__(self) -> None:
        self.shop = EtsyShop(self.seed, self.first, self.days, self.per_day // 2, quiet=QUIET)
        self.till = Till(
            self.seed, self.first, days=self.days, per_day=max(self.per_day // 4, 1), quiet=QUIET
        )
        paid = [(day + dt.timedelta(days=2), cents, "ETSY INC PAYOUT") for day, cents in self.shop.payouts]
        paid += [
            (day + dt.timedelta(days=1), -cents, "ETSY INC RETURNED") for day, cents in self.shop.returned
        ]
        paid += self.till.bank_lines()
        self.bank = Bank(self.seed, self.first, self.end, paid)

    @property
    def last(self) -> dt.date:
        """The last day of business."""
        return self.first + dt.timedelta(days=self.days - 1)

    @property
    def end(self) -> dt.date:
        """The last day on which payouts of that business reach the bank."""
        return self.last + dt.timedelta(days=QUIET)


class Year:
    """The company while it lives. ``rate`` is the share of calls and steps that fail."""

    def __init__(self, world: World, story: Story, square: Square, time: Clock, rate: float) -> None:
        self.world, self.story, self.square, self.time, self.rate = world, story, square, time, rate
        self.chance = random.Random(story.seed)
        self.counts: Counter[str] = Counter()
        self.files = world.folder / "etsy"
        self._begin()
        self.account: BankAccount = bank_of(world).one
        self._rules()
        self._bank_from = story.first

    def _begin(self) -> None:
        self.tick(self.story.first - dt.timedelta(days=1))
        secret = self.world.folder / "token.txt"
        secret.write_text(self.square.token)
        self.world.command("connect", "etsy", SHOP)
        self.world.command(
            "connect", "square", TILL, "--token-file", secret, "--address", self.square.url,
            "--since", self.story.first.isoformat(),
        )  # fmt: skip

    def _rules(self) -> None:
        company = self.account.company
        expense = [one.wire_id for one in ledger_choices(company) if one.type == "Expense"]
        for place, (name, words) in enumerate((("Rent", RENT), ("Coffee", COFFEE), ("Fee", CORRECTED))):
            rule_save(company, name, BankRule(0, (words,), shares=(Share(expense[place], 10_000),)), BY)
        self.fee_account = expense[2]

    def connection(self, name: str) -> Connection:
        return Connection.objects.select_related("company").get(name=name)

    def tick(self, day: dt.date) -> None:
        """Let the evening of a day come, for the product and for Square."""
        self.time.go_to(dt.datetime(day.year, day.month, day.day, 23, 30, tzinfo=dt.UTC))
        self.square.world.now = self.time.at

    # Some days later

    def step(self, day: dt.date) -> None:
        """Bring in what is new, post it, and answer the bank's lines."""
        self.tick(day)
        self.etsy_files(day)
        self.fetch()
        for name in (SHOP, TILL):
            self.post(name)
        self.bank_file(day)
        self.answer()

    def etsy_files(self, day: dt.date) -> None:
        """Hand in the running month and, early in it, the one before; sometimes an old one again."""
        before = day.replace(day=1) - dt.timedelta(days=1)
        months = [(day.year, day.month)]
        if day.day < 21 and before >= self.story.first:
            months.insert(0, (before.year, before.month))
        for year, month in months:
            self.hand_in(self.story.shop.export(self.files, year, month, day))
        if self.chance.random() < self.rate:
            early = day - dt.timedelta(days=4)
            old = self.story.shop.export(self.files / "older", early.year, early.month, early)
            self.hand_in(old)
            self.counts["older export after a newer one"] += 1
            self.hand_in(self.story.shop.export(self.files, early.year, early.month, day))

    def hand_in(self, paths: list[Path]) -> None:
        if self.chance.random() < self.rate:
            copy = paths[0].with_name(f"{paths[0].stem} (1).csv")
            paths = [*paths, Path(shutil.copy(paths[0], copy))]
            self.counts["file handed in twice"] += 1
        pulled = pull(self.connection(SHOP), paths)
        assert {each.state for each in pulled} <= {"staged", "known"}, pulled
        assert not any(each.bad for each in pulled), pulled

    def fetch(self) -> None:
        """Fetch from Square until it comes through; a process may die on the way."""
        for _ in range(_TRIES):
            try:
                with self.cut(pulling, "_page_store"):
                    pulling.service_pull(self.connection(TILL))
            except PowerCutError:
                self.counts["process died while fetching"] += 1
                self.time.sleep(31 * 60)  # the dead one's claim runs out
                continue
            except RemoteError:
                self.counts["Square did not answer"] += 1
                continue
            break
        else:
            raise AssertionError("Square was never fetched whole")
        assert not ServiceAccess.objects.get().problem

    def post(self, name: str) -> None:
        """Plan and apply until nothing is left to do."""
        with self.faulty_books():
            for _ in range(_TRIES):
                run = self.planned(name)
                if run is None:
                    return
                if isinstance(run, Run):
                    self.carry_out(run)
        raise AssertionError(f"{name} never comes to rest")

    def planned(self, name: str) -> Run | bool | None:
        """Return a plan, None when there is nothing to do, False when the books did not answer."""
        try:
            return plan_make(self.connection(name))
        except RemoteError:
            self.counts["books did not answer a plan"] += 1
            return False

    def carry_out(self, run: Run) -> Run:
        """Apply a plan in as many processes as it takes."""
        work.run_approve(run, BY)
        for _ in range(10_000):
            try:
                with self.dying_desk():
                    standing = work.advance(f"{run.pk}.1")
            except PowerCutError:
                self.counts["process died in a run"] += 1
                work._RUNNING.clear()
                continue
            if standing.finished:
                break
            self.time.sleep(standing.wait_seconds)
            if standing.word == Ending.BUSY:
                self._lease_runs_out()
        run.refresh_from_db()
        assert run.state in {"done", "done-with-errors", "waiting"}, (run.state, run.reason)
        self.counts[f"runs {run.state}"] += 1
        return run

    def _lease_runs_out(self) -> None:
        """Let five minutes pass for the lease of a process that died: its end is kept by the database's
        clock, which the simulation does not set.
        """
        self.counts["lease of a dead process awaited"] += 1
        self.time.sleep(LEASE_SECONDS)
        Lease.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    # What fails

    @contextmanager
    def faulty_books(self) -> Iterator[None]:
        """Let a share of the calls to the books fail, by another seed each time."""
        text = f"seed={self.chance.randrange(10**6)},rate={self.rate},kinds={_FAULTS}" if self.rate else ""
        with override_settings(DEBUG=bool(text), CLOSEBOOK_FAULTS=text):
            yield

    @contextmanager
    def dying_desk(self) -> Iterator[None]:
        """Let the process die before or after a share of a run's steps."""
        year = self

        class Dying(RunDesk):
            pass

        for name in _STEPS:
            setattr(Dying, name, year.mortal(getattr(RunDesk, name)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(work, "RunDesk", Dying)
            yield

    @contextmanager
    def cut(self, module: object, name: str) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, self.mortal(getattr(module, name)))
            yield

    def mortal(self, inner):  # type: ignore[no-untyped-def]
        """Return a function that does what another does, and sometimes dies before or after it."""

        def step(*arguments, **named):  # type: ignore[no-untyped-def]
            fate = self.chance.random() / self.rate if self.rate else 1
            if fate < 0.2:
                raise PowerCutError
            found = inner(*arguments, **named)
            if fate < 0.4:
                raise PowerCutError
            return found

        return step

    # The bank

    def bank_file(self, day: dt.date) -> None:
        """Import what the bank has since some days before the last download."""
        data = self.story.bank.download(self._bank_from - _OVERLAP, day)
        for _ in range(2 if self.chance.random() < self.rate else 1):
            found = upload_read(upload_keep(self.account.company, f"bank-{day}.ofx", data))
            with suppress(InputError):  # a file that is known is refused
                file_import(self.account.company, found, [self.account], BY)
        self._bank_from = day

    def open_lines(self) -> list[BankLine]:
        rows = BankLine.objects.filter(bank_account=self.account, state=LineState.OPEN)
        return list(rows.select_related("bank_account__company").order_by("day", "pk"))

    def answer(self) -> None:
        """Accept what is certain, and say of the rest what the bank's text says."""
        for made in Answer.objects.filter(done=False):
            unfinished_send(made, BY)
        for line in self.open_lines():
            if TWICE in line.text:
                self._taken_back(line)
            elif WIRE_FEE in line.text:
                self._short(line)
        lines = self.open_lines()
        found = suggestions(self.account, lines)
        for line in lines:
            best = found[line.pk][:1]
            if best and best[0].certain and not self._is_odd(line):
                suggestion_accept(line, best[0], BY)
                self.counts[f"bank lines by {best[0].kind}"] += 1
        for line in self.open_lines():
            self._one_of_several(line)

    @staticmethod
    def _is_odd(line: BankLine) -> bool:
        return TWICE in line.text or WIRE_FEE in line.text

    def _taken_back(self, line: BankLine) -> None:
        """Leave a line that was booked twice out, with the line that takes it back."""
        twins = [one for one in self.open_lines() if one.amount_minor == -line.amount_minor]
        twins = [one for one in twins if one.day <= line.day and line.text.endswith(one.text)]
        if twins:
            answer_excluded(twins[-1], "the bank booked it twice", BY)
            answer_excluded(line, "the bank took it back", BY)
            self.counts["bank lines booked twice"] += 1

    def _short(self, line: BankLine) -> None:
        """Write the bank's fee, and let payout and fee answer the line together."""
        payout = [one for one in self.payouts_near(line) if one.amount_minor == line.amount_minor + 1500]
        if len(payout) != 1:
            return
        fee_account = {"AccountRef": {"value": self.fee_account}}
        detail = "AccountBasedExpenseLineDetail"
        body = {
            "PaymentType": "Check",
            "TxnDate": line.day.isoformat(),
            "AccountRef": {"value": self.account.ledger_account},
            "Line": [{"Amount": 15, "DetailType": detail, detail: fee_account}],
        }
        made = record_write(self.account.company, BY, "create", "Purchase", body, f"bank-fee-{line.pk}")
        fee = InBooks("Purchase", made["Id"], line.day, "", "", "", -1500)
        answer_match(line, [payout[0], fee], BY)
        self.counts["bank lines short by a fee"] += 1

    def _one_of_several(self, line: BankLine) -> None:
        """Choose between payouts of one amount: the one whose day is nearest."""
        if self._is_odd(line):
            return
        fits = [one for one in self.payouts_near(line) if one.amount_minor == line.amount_minor]
        if fits:
            answer_match(line, [min(fits, key=lambda one: abs((one.day - line.day).days))], BY)
            self.counts["bank lines by a person"] += 1

    def payouts_near(self, line: BankLine) -> list[InBooks]:
        span = dt.timedelta(days=8)
        return books_records(self.account, line.day - span, line.day + span)

    # Looking and taking back

    def query_all(self, entity: str) -> list[dict[str, object]]:
        """Return all objects of a kind as the books' protocol gives them."""
        with books_client(self.account.company) as client:
            return list(client.query_all(entity))

    def undo_month(self, name: str, year: int, month: int) -> int:
        """Take back, newest first, all runs that were finished in a month; return how many."""
        done = Run.objects.filter(connection__name=name, kind="sync", state__startswith="done")
        chosen = [
            run
            for run in done.order_by("-pk")
            if (run.created_at.year, run.created_at.month) == (year, month)
        ]
        for run in chosen:
            made, _plan = undo_plan(run)
            if made is not None:
                self.carry_out(made)
        return len(chosen)

    def follow(self) -> None:
        """Do what the bank's pages do when they are opened."""
        answers_follow(self.account)


FAULTS_OF_SQUARE = ("429", "500", "503", "lost", "cut")


@contextmanager
def year_of(world: World, story: Story, rate: float) -> Iterator[Year]:
    """Let a company begin its year, with a share of faults."""
    square = Square(story.till, faults=rate, seed=story.seed, kinds=FAULTS_OF_SQUARE)
    start = dt.datetime.combine(story.first, dt.time(), dt.UTC) - dt.timedelta(days=2)
    with set_clock(start) as time, serving(square):
        yield Year(world, story, square, time, rate)


def live(year: Year, every: int = 7, tell: Callable[[dt.date], None] = lambda _day: None) -> None:
    """Live through a story and the last days on which money comes; what is new is brought in each so many
    days.
    """
    day = year.story.first + dt.timedelta(days=every - 1)
    while day < year.story.end:
        year.step(day)
        tell(day)
        day += dt.timedelta(days=every)
    year.step(year.story.end)
    tell(year.story.end)
