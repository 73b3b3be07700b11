"""Deposits by the pages: what lies in Undeposited Funds is ticked and goes to the bank."""

from __future__ import annotations

from closebook.web.books import document_held
from tests.web.documents.site import DAY, Site, counted, errors_of, fields_of, text_of


def waiting_sale(site: Site, amount: str) -> str:
    """Return the id of a sale whose money lies in Undeposited Funds."""
    funds = site.account("undeposited funds")
    return str(site.sale(amount, DepositToAccountRef={"value": funds})["Id"])


def test_ticked_sales_go_to_the_bank_with_a_fee_and_come_back_when_unticked(site: Site):
    first, second = waiting_sale(site, "20.00"), waiting_sale(site, "30.00")
    refund = site.make(
        "RefundReceipt", **site.sold("5.00", DepositToAccountRef={"value": site.account("undeposited funds")})
    )["Id"]
    page = site.page("document-new", "deposit")
    assert page.count('name="held"') == 3
    assert "−5.00" in page
    fields = fields_of(page) | {"deposit_to": "Checking", "day": DAY}
    fields |= {"lines-0-account": "Supplies", "lines-0-text": "Card fee", "lines-0-amount": "-1.50"}
    ticked = {"held": [f"SalesReceipt:{first}", f"SalesReceipt:{second}", f"RefundReceipt:{refund}"]}
    sums = text_of(site.send("document-new", "deposit", status=200, sums="1", **fields, **ticked))
    assert "45.00" in sums
    assert "43.50" in sums
    site.send("document-new", "deposit", **fields, **ticked)
    deposit = site.one("Deposit")
    assert deposit.total_minor == 4350
    assert site.balance("checking") == 4350
    assert site.balance("undeposited funds") == 0
    assert 'name="held"' not in site.page("document-new", "deposit")

    page = site.page("document-edit", "deposit", deposit.wire_id)
    assert page.count("checked") == 3
    fields = fields_of(page)
    assert fields["lines-0-amount"] == "−1.50"
    site.send("document-edit", "deposit", deposit.wire_id, **fields | {"held": [f"SalesReceipt:{first}"]})
    assert site.record("Deposit", deposit.wire_id).total_minor == 1850
    assert site.balance("undeposited funds") == 2500
    assert site.proved()


def test_what_somebody_else_deposited_meanwhile_is_named_and_nothing_is_written(site: Site):
    key = f"SalesReceipt:{waiting_sale(site, '20.00')}"
    fields = site.fields("document-new", "deposit") | {"deposit_to": "Checking", "day": DAY}
    site.send("document-new", "deposit", **fields, held=[key])
    fields = site.fields("document-new", "deposit") | {"deposit_to": "Checking", "day": DAY}
    for typed in ([key], ["SalesReceipt:99999"], ["junk"], ["\0"]):
        answer = site.send("document-new", "deposit", status=400, **fields, held=typed)
        assert errors_of(text_of(answer))
    assert site.count("Deposit") == 1


def test_a_deposit_keeps_what_it_holds_when_more_waits_than_is_shown(site: Site, monkeypatch):
    first = waiting_sale(site, "20.00")
    fields = site.fields("document-new", "deposit") | {"deposit_to": "Checking", "day": DAY}
    site.send("document-new", "deposit", **fields, held=[f"SalesReceipt:{first}"])
    for _each in range(3):
        waiting_sale(site, "7.00")
    monkeypatch.setattr(document_held, "MOST", 2)
    deposit = site.one("Deposit").wire_id
    page = site.page("document-edit", "deposit", deposit)
    assert "The oldest 2 documents are shown" in page
    site.send("document-edit", "deposit", deposit, **fields_of(page) | {"memo": "Monday"})
    assert site.one("Deposit").total_minor == 2000
    assert site.proved()


def test_nothing_of_another_company_and_as_many_queries_for_many(both: tuple[Site, Site]):
    site, other = both
    theirs = waiting_sale(other, "44.00")
    assert "Nothing waits there" in site.page("document-new", "deposit")
    fields = site.fields("document-new", "deposit") | {"deposit_to": "Checking", "day": DAY}
    site.send("document-new", "deposit", status=400, **fields, held=[f"SalesReceipt:{theirs}"])
    found = []
    for more in (1, 9):
        for _each in range(more):
            waiting_sale(site, "7.00")
        with counted() as queries:
            site.page("document-new", "deposit")
        found += queries
    assert found[0] == found[1]
