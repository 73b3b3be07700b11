"""Files that banks offer: OFX and its kin, CAMT, MT940 and CSV, each known by its content."""

from __future__ import annotations

from closebook.connectors.bank.files import BankFile, BankFormat
from closebook.connectors.bank.mapping import ColumnMapping
from closebook.connectors.bank.reader import format_of, read_bank_file

__all__ = ["BankFile", "BankFormat", "ColumnMapping", "format_of", "read_bank_file"]
