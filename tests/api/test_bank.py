"""Bank accounts and lines by the API."""

from __future__ import annotations

from closebook.apps.bank.models import BankAccount
from closebook.apps.bank.services.answering import answer_excluded
from closebook.transport import clock
from tests.apps.bank.conftest import Bank
from tests.apps.bank.test_answering import INK


def test_lines_are_read_with_their_state(till, stranger, world):
    company = world.connection.company
    one = BankAccount.objects.create(
        company=company, name="Giro", currency="USD", ledger_account="1", created_at=clock.now()
    )
    bank = Bank(world, one)
    bank.load(INK, ("2026-03-05", "Tea", "-3.00"))
    (found,) = till.get("bank-accounts")["items"]
    assert (found["name"], found["open_lines"], found["last_day"]) == ("Giro", 2, "2026-03-05")
    path = f"bank-accounts/{one.pk}/lines"
    tea, ink = till.get(path)["items"]
    assert (ink["amount_minor"], ink["currency"], ink["state"], ink["records"]) == (-1250, "USD", "open", [])
    answer_excluded(bank.lines()[0], "private", "ada")
    assert [line["line"] for line in till.get(f"{path}?state=open")["items"]] == [tea["line"]]
    assert till.get(f"{path}?day_from=2026-03-06")["items"] == []
    assert stranger.get("bank-accounts")["items"] == []
    assert stranger.call("GET", path).status_code == 404
