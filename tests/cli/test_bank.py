"""``closebook bank``: files in, lines out, certain answers accepted."""

from __future__ import annotations

import pytest

from closebook.apps.bank.models import BankLine
from tests.apps.bank.conftest import csv_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])


def test_a_file_is_imported_listed_and_matched(closebook, tmp_path):
    from closebook.apps.bank.selectors.bank_accounts import BANK_TYPES, ledger_choices
    from closebook.apps.bank.services.bank_accounts import bank_account_make
    from closebook.apps.companies.models import Company

    company = Company.objects.get()
    choice = next(one for one in ledger_choices(company, BANK_TYPES))
    bank_account_make(company, "Giro", choice.wire_id, "", "ada")
    path = tmp_path / "march.csv"
    path.write_bytes(csv_of(("2026-03-04", "Ink", "-12.50")))
    assert closebook.json("bank", "import", "Giro", path)["files"][0]["new"] == 1
    (line,) = closebook.json("bank", "lines", "Giro")["lines"]
    assert (line["amount_minor"], line["state"], line["answer"]) == (-1250, "open", "")
    assert "0 of 1 open lines" in closebook("bank", "match", "Giro").out
    again = closebook("bank", "import", "Giro", path, code=2)
    assert "already" in again.err
    assert "There are: Giro" in closebook("bank", "lines", "Nobody", code=2).err
    assert "cannot be read" in closebook("bank", "import", "Giro", tmp_path / "none.csv", code=2).err
    path.write_bytes(b"Date,Text,Amount\n2026-03-05,a,1.00\n2026-03-06,b,x\n")
    assert "row 3" in closebook("bank", "import", "Giro", path, code=2).err
    assert BankLine.objects.count() == 1
