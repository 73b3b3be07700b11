"""From a file's bytes to its statements: the format is known by the content, never by the name's ending."""

from __future__ import annotations

import codecs

from closebook.connectors.bank.camt import is_camt, read_camt
from closebook.connectors.bank.files import MAX_BYTES, BankFile, BankFormat
from closebook.connectors.bank.mapping import ColumnMapping
from closebook.connectors.bank.mt940 import is_mt940, read_mt940
from closebook.connectors.bank.ofx import is_ofx, read_ofx
from closebook.connectors.bank.sniffing import sniffed
from closebook.connectors.bank.tables import read_table
from closebook.core.errors import InputError, Place
from closebook.transport.files import refuse_binary

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file: by its mark, else UTF-8, else windows-1252 (a header often says wrongly).

    Raises InputError bank-file-too-large, empty-file and binary-file.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            "bank-file-too-large",
            f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read.",
            remedy="Download a shorter period.",
            place=Place(file=name),
        )
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise InputError(
            "empty-file", "The file is empty.", remedy="Download it again.", place=Place(file=name)
        )
    bare = data.rstrip(b"\0\r\n \x1a")
    refuse_binary(bare[:4096], Place(file=name))
    for mark, encoding in _MARKS:
        if bare.startswith(mark):
            return data.decode(encoding, errors="replace").replace("\0", "")
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError:
        return bare.decode("windows-1252", errors="replace")


def format_of(text: str) -> BankFormat | None:
    """Return the family of a text, None for one that no reader knows. CAMT is told from its root later."""
    if is_ofx(text):
        return BankFormat.OFX
    if is_camt(text):
        return BankFormat.CAMT_053
    if is_mt940(text):
        return BankFormat.MT940
    return BankFormat.CSV if not text.lstrip().startswith("<") and sniffed(text) is not None else None


def read_bank_file(
    data: bytes, name: str, *, mapping: ColumnMapping | None = None, currency: str = ""
) -> BankFile:
    """Return what a bank file holds; all of it or, by an InputError, nothing.

    ``mapping`` says how the columns of a CSV file are meant, None to find out; ``currency`` is used where a
    file names none. Raises InputError: bank-file-unknown, bank-file-broken, bank-row-broken, bank-columns,
    bank-file-unsafe, bank-file-too-large, empty-file, binary-file.
    """
    text = text_of(data, name)
    kind = format_of(text)
    if kind in {BankFormat.OFX, BankFormat.CAMT_053}:
        _refuse_declarations(text, name)
    if kind is BankFormat.OFX:
        return read_ofx(text, name)
    if kind is BankFormat.CAMT_053:
        return read_camt(data.rstrip(b"\0\r\n \x1a"), name)
    if kind is BankFormat.MT940:
        return read_mt940(text, name)
    chosen = mapping or sniffed(text)
    if kind is None or chosen is None:
        raise InputError(
            "bank-file-unknown",
            "This is no bank file that Closebook knows.",
            remedy="Download it as OFX, QFX, QBO, CAMT.053, MT940 or CSV.",
            place=Place(file=name),
        )
    return read_table(text, name, chosen, currency)


def _refuse_declarations(text: str, name: str) -> None:
    if any(word in text[:100_000].upper() for word in _DECLARATIONS):
        raise InputError(
            "bank-file-unsafe",
            "The file declares entities or a document type, which no bank statement needs.",
            remedy="Download the file from the bank again; nothing of it was stored.",
            place=Place(file=name),
        )
