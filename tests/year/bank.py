"""What a bank tells of a company by seed: payouts, rent and coffee, and what banks do wrong.

A line may be booked late and stand behind its day, be booked twice and taken back, or come short by a fee.
Files overlap by some days, are downloaded twice, and their ids stay what they were.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

RENT, COFFEE = "HARBOUR ESTATES RENT", "BEAN AND LEAF CAFE"
WIRE_FEE, TWICE, CORRECTED = "LESS INCOMING FEE", "BOOKED TWICE", "CORRECTION OF FEE"


@dataclass(frozen=True)
class Line:
    """A line of the bank in cents; ``shown`` is the day from which a download has it."""

    fitid: str
    day: dt.date
    shown: dt.date
    amount: int
    text: str
    tells: str = ""  # what the line is, for the proof only

    def element(self) -> str:
        kind = "CREDIT" if self.amount > 0 else "DEBIT"
        sign, cents = "-" if self.amount < 0 else "", abs(self.amount)
        return (
            f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{self.day:%Y%m%d}120000"
            f"<TRNAMT>{sign}{cents // 100}.{cents % 100:02d}<FITID>{self.fitid}<NAME>{self.text[:32]}"
            f"<MEMO>{self.text}</STMTTRN>"
        )


@dataclass
class Bank:
    """The lines of one bank account. ``payouts`` are (day at the bank, cents, text) in their order."""

    seed: int
    first: dt.date
    last: dt.date
    payouts: list[tuple[dt.date, int, str]]
    faults: float = 0.05
    lines: list[Line] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        for day, amount, text in sorted(self.payouts):
            self._payout(day, amount, text)
        for offset in range((self.last - self.first).days + 1):
            self._own_business(self.first + dt.timedelta(days=offset))
        self.lines.sort(key=lambda line: (line.day, line.fitid))

    def balance_on(self, day: dt.date) -> int:
        return sum(line.amount for line in self.lines if line.day <= day)

    def _add(self, day: dt.date, amount: int, text: str, tells: str = "", late: int = 0) -> None:
        fitid = f"{day:%Y%m%d}{len(self.lines):05d}"
        self.lines.append(Line(fitid, day, day + dt.timedelta(days=late), amount, text, tells))
        self.counts[tells] += 1

    def _payout(self, day: dt.date, amount: int, text: str) -> None:
        fault = self.chance.random() < self.faults
        kind = self.chance.choice(("late", "twice", "short")) if fault and amount > 2000 else ""
        later = day + dt.timedelta(days=self.chance.randrange(1, 4))
        if kind == "late":
            self._add(day, amount, text, "late", late=self.chance.randrange(1, 6))
        elif kind == "twice":
            self._add(day, amount, text, "payout")
            self._add(day, amount, text, "second")
            self._add(later, -amount, f"{TWICE} {text}", "taken back")
        elif kind == "short":
            self._add(day, amount - 1500, f"{text} {WIRE_FEE} 15.00", "short")
            self._add(later, 1500, f"{CORRECTED} {text}", "corrected")
        else:
            self._add(day, amount, text, "payout")

    def _own_business(self, day: dt.date) -> None:
        if day.day == 1:
            self._add(day, -120_000, RENT, "rent")
        for _ in range(self.chance.choice((0, 0, 1, 2))):  # two coffees of one price are two
            self._add(day, -450, COFFEE, "coffee")

    def download(self, first: dt.date, on: dt.date) -> bytes:
        """Return the OFX file of the days from ``first`` as the bank gives it on a day."""
        lines = [one for one in self.lines if first <= one.day <= on and one.shown <= on]
        cents = sum(one.amount for one in self.lines if one.day <= on and one.shown <= on)
        sign, cents = "-" if cents < 0 else "", abs(cents)
        text = (
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1>"
            "<STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>011000015<ACCTID>0042<ACCTTYPE>CHECKING"
            f"</BANKACCTFROM><BANKTRANLIST><DTSTART>{first:%Y%m%d}<DTEND>{on:%Y%m%d}\n"
            + "\n".join(one.element() for one in lines)
            + f"\n</BANKTRANLIST><LEDGERBAL><BALAMT>{sign}{cents // 100}.{cents % 100:02d}"
            f"<DTASOF>{on:%Y%m%d}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
        )
        return text.encode("ascii")
