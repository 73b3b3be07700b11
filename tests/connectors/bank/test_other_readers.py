"""Our readers against two known libraries, on files that those can read."""

from __future__ import annotations

import io

import mt940
import pytest
from ofxparse import OfxParser

from closebook.connectors.bank import read_bank_file
from closebook.core.money import minor_from_decimal
from tests.connectors.bank.test_mt940 import message
from tests.connectors.bank.test_ofx import account, line, ofx


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library's own making
def test_ofx_reads_as_ofxparse_reads_it():
    lines = "".join(line(f"202603{day:02d}", f"{day * 7 - 90}.{day:02d}", f"F{day}") for day in range(1, 29))
    data = ofx(account(lines), account(line(amount="-200,00"), number="222"))
    theirs = OfxParser.parse(io.BytesIO(data)).accounts
    ours = read_bank_file(data, "x.ofx").statements
    assert [one.number for one in ours] == [one.number for one in theirs]
    for our, their in zip(ours, theirs, strict=True):
        assert [(one.day, one.amount_minor, one.source_id) for one in our.lines] == [
            (one.date.date(), minor_from_decimal(one.amount, "USD"), one.id)
            for one in their.statement.transactions
        ]


def test_mt940_reads_as_mt940_reads_it():
    sides = ["C", "D", "CR", "DR", "RC", "RD"]
    lines = [
        f":61:2603{day:02d}03{day:02d}{sides[day % 4]}{day},5NTRFR-{day}//B-{day}" for day in range(1, 29)
    ]
    text = message(*lines)
    theirs = list(mt940.parse(io.StringIO(text)))
    ours = read_bank_file(text.encode(), "x.sta").statements[0].lines
    assert [(one.value_day, one.amount_minor, one.source_id) for one in ours] == [
        (one.data["date"], minor_from_decimal(one.data["amount"].amount, "EUR"), one.data["bank_reference"])
        for one in theirs
    ]
