"""Understanding a CSV file without being told: delimiter, header, columns, order of days, decimal mark."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace

from closebook.connectors.bank.amounts import minor_of
from closebook.connectors.bank.days import order_of
from closebook.connectors.bank.mapping import DELIMITERS, ColumnMapping
from closebook.core.errors import InputError

_SAMPLE_ROWS = 60
_WORDS = {
    "day": "date,booking date,posting date,posted date,transaction date,datum,buchungstag,buchungsdatum,"
    "boekdatum,transactiedatum,fecha,date opération,date de l'opération,data,value date,valuta,datetime,"
    "completed date,date completed,rentedatum,交易日期,日期",
    "amount": "amount,betrag,bedrag,bedrag (eur),amount (eur),amount (usd),montant,importe,importo,net,"
    "amount (total),value,transactiebedrag,betrag (eur),umsatz,金额,交易金额",
    "debit": "debit,debit amount,withdrawal,withdrawals,paid out,money out,af,soll,débit,cargo,"
    "withdrawal amount,支出",
    "credit": "credit,credit amount,deposit,deposits,paid in,money in,bij,haben,crédit,abono,"
    "deposit amount,收入",
    "counterparty": "name,payee,counterparty,beneficiary,naam / omschrijving,naam tegenpartij,"
    "beguenstigter/zahlungspflichtiger,auftraggeber/empfänger,tegenrekening naam,merchant,from,"
    "name zahlungsbeteiligter,对方户名",
    "text": "description,text,memo,details,narrative,omschrijving,omschrijving-1,mededelingen,"
    "verwendungszweck,buchungstext,libellé,concepto,note,transaction description,reference text,摘要,备注",
    "reference": "reference,transaction id,id,ref,referentie,transactiereferentie,kundenreferenz,"
    "end-to-end-referenz,transaction reference,check number,check or slip #,volgnr",
    "balance": "balance,running balance,running bal.,saldo,saldo na trn,saldo na mutatie,kontostand,solde,"
    "account balance,余额",
    "currency": "currency,munt,währung,waehrung,devise,divisa,valuta code,币种",
    "number": "account,account number,iban,iban/bban,rekening,rekeningnummer,auftragskonto,kontonummer",
    "side": "af bij,debit/credit,dr/cr,cr/dr,credit/debit,soll/haben,credit debit indicator",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split(",")}
_PAYPAL = frozenset({"date", "time", "name", "type", "status", "currency", "gross", "fee", "net"})
_VENMO = frozenset({"id", "datetime", "type", "status", "from", "to", "amount (total)"})
_CENTS = re.compile(r"[.,](\d{1,2})\D*$")


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """Return the cells of all rows; a blank behind a delimiter is no part of a cell."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True)
    return [[cell.strip() for cell in row] for row in reader]


def sniffed(text: str) -> ColumnMapping | None:
    """Return how a text's columns are understood, None for a text that is no table; maybe not complete."""
    head = "\n".join(text.split("\n")[:_SAMPLE_ROWS])
    tables = [(rows_of(head, delimiter), delimiter) for delimiter in DELIMITERS]
    rows, delimiter = max(tables, key=lambda pair: _regular(pair[0]))
    if _regular(rows) < 2:
        return None
    header = _header_of(rows)
    base = ColumnMapping(delimiter=delimiter, header_row=header + 1)
    headings = tuple(rows[header]) if header >= 0 else ()
    below = [row for row in rows[header + 1 :] if len(row) > 1]
    base = replace(base, headings=headings)
    words = {_word(one) for one in headings}
    if words >= _PAYPAL:
        base = _known(base, "paypal", {"day": "date", "amount": "net", "counterparty": "name", "text": "type",
                                       "reference": "transaction id", "balance": "balance",
                                       "currency": "currency"})  # fmt: skip
    elif words >= _VENMO:
        base = _known(base, "venmo", {"day": "datetime", "amount": "amount (total)", "counterparty": "from",
                                      "text": "note", "reference": "id"})  # fmt: skip
    else:
        base = _by_words(base) if headings else _by_cells(base, below)
    return with_habits(base, below)


def _word(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").strip('"').casefold().split())


def _regular(rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns most of the rows have, weighed down when few rows agree."""
    widths = [len(row) for row in rows if any(row)]
    if len(widths) < 2:
        return 0
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    return common if common > 1 and widths.count(common) * 2 >= len(widths) else 0


def _header_of(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the header: the first row with two known headings, -1 without one."""
    for at, row in enumerate(rows[:25]):
        roles = {_ROLE_OF[_word(cell)] for cell in row if _word(cell) in _ROLE_OF}
        if "day" in roles and len(roles) >= 2:
            return at
    for at, row in enumerate(rows[:25]):
        if len(row) > 1 and all(cell and not any(c.isdigit() for c in cell) for cell in row):
            return at
    return -1


def _known(base: ColumnMapping, layout: str, words: dict[str, str]) -> ColumnMapping:
    places = {_word(one): at for at, one in reversed(list(enumerate(base.headings)))}
    found = {role: places.get(word, -1) for role, word in words.items()}
    return replace(base, layout=layout, **found)  # type: ignore[arg-type]  # the names are those of columns


def _by_words(base: ColumnMapping) -> ColumnMapping:
    found: dict[str, int] = {}
    for role, words in _WORDS.items():
        order = words.split(",")
        fits = [(order.index(_word(one)), at) for at, one in enumerate(base.headings) if _word(one) in order]
        free = [pair for pair in fits if pair[1] not in found.values()]
        if free:
            found[role] = min(free)[1]
    return replace(base, **found)  # type: ignore[arg-type]  # as above


def _by_cells(base: ColumnMapping, rows: Sequence[Sequence[str]]) -> ColumnMapping:
    """Return the columns of a table without headings: the first of days, the first of amounts, the longest
    words.
    """
    columns = list(zip(*[row for row in rows if len(row) == len(rows[0])], strict=True)) if rows else []
    days = [at for at, cells in enumerate(columns) if order_of(cells)]
    amounts = [at for at, cells in enumerate(columns) if at not in days and _is_money(cells)]
    others = [at for at in range(len(columns)) if at not in days and at not in amounts]
    words = sorted(others, key=lambda at: -sum(len(cell) for cell in columns[at]))
    return replace(
        base,
        day=days[0] if days else -1,
        amount=amounts[0] if amounts else -1,
        balance=amounts[1] if len(amounts) > 1 else -1,
        text=words[0] if words else -1,
        counterparty=words[1] if len(words) > 1 else -1,
    )


def _is_money(cells: Sequence[str]) -> bool:
    shown = [cell for cell in cells if cell]
    try:
        return bool(shown) and [minor_of(cell, "USD") for cell in shown] != []
    except InputError:
        return False


def with_habits(base: ColumnMapping, rows: Sequence[Sequence[str]]) -> ColumnMapping:
    """Return the mapping with the order of days and the decimal mark that its columns show."""

    def cells(at: int) -> list[str]:
        return [row[at] for row in rows if 0 <= at < len(row) and row[at]]

    order = order_of(cells(base.day)) or "ymd"
    money = [cell for at in (base.amount, base.debit, base.credit) for cell in cells(at)]
    commas = sum(found.group()[0] == "," for cell in money if (found := _CENTS.search(cell)))
    return replace(base, day_order=order, mark="," if commas * 2 > len(money) else ".")
