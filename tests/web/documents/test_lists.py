"""The lists of the books: what they show, to whom, and at what cost."""

from __future__ import annotations

import re

import pytest

from closebook.apps.companies.models import Role
from tests.web.documents.site import DAY, Site, counted, errors_of, fields_of, text_of

LISTS = ("sales", "expenses", "other-documents", "customers", "vendors", "items")
PAGES = (*LISTS, "chart")


def fill(site: Site, times: int) -> None:
    """Add so many of everything that the lists show."""
    vendor, customer = site.one("Vendor").wire_id, site.one("Customer").wire_id
    supplies, checking = site.account("supplies"), site.account("checking")
    cost = {
        "Amount": 5,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": supplies}},
    }
    sides = [
        {
            "Amount": 3,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
        }
        for side, account in (("Debit", supplies), ("Credit", checking))
    ]
    services, wanted = {"value": site.account("services")}, []
    sale, invoice, done = site.sold(CustomerRef={"value": customer}), site.owed(), site.count("Customer")
    for number in range(done, done + times):
        wanted += [
            ("Customer", {"DisplayName": f"Kim {number}", "ParentRef": {"value": customer}, "Job": True}),
            ("Vendor", {"DisplayName": f"Lee {number}"}),
            ("Item", {"Name": f"Cup {number}", "Type": "Service", "IncomeAccountRef": services}),
            ("Account", {"Name": f"Pot {number}", "AccountType": "Bank"}),
            ("SalesReceipt", sale | {"DocNumber": f"S-{number}"}),
            ("Invoice", invoice),
            ("Bill", {"TxnDate": DAY, "VendorRef": {"value": vendor}, "Line": [cost]}),
            ("JournalEntry", {"TxnDate": DAY, "Line": sides}),
        ]
    site.make_all(wanted)


def test_no_list_asks_more_often_for_more_rows(site: Site):
    addresses = [site.address(name) for name in PAGES]
    addresses += [
        site.address("register", site.account("checking")),
        site.address("customer", site.one("Customer").wire_id),
        site.address("vendor", site.one("Vendor").wire_id),
        site.address("item", site.one("Item").wire_id),
        site.address("palette") + "?q=s",
    ]
    fill(site, 1)
    costs: list[list[int]] = []
    for _round in range(2):
        costs.append([])
        for address in addresses:
            site.client.get(address)
            with counted() as queries:
                assert site.client.get(address).status_code == 200
            costs[-1].append(queries[0])
        if _round == 0:
            fill(site, 29)
    assert costs[0] == costs[1], list(zip(addresses, *costs, strict=True))
    assert max(costs[0]) <= 20


def test_empty_lists_teach(both: tuple[Site, Site]):
    site, _other = both
    assert "A sync of a shop brings them in" in site.page("sales")
    assert "Deposits, transfers and journal entries" in site.page("other-documents")
    assert "Nothing is posted on this ledger account" in site.page("register", site.account("savings"))


def test_another_companys_books_are_nowhere(both: tuple[Site, Site]):
    site, other = both
    number = "SECRET-77"
    sale = other.sale(DocNumber=number, CustomerRef={"value": other.one("Customer").wire_id})
    made = other.make("Customer", DisplayName="Secret customer")["Id"]
    for _ in range(3):
        other.make("Vendor", DisplayName=f"Secret vendor {_}")
    account = other.make("Account", Name="Secret pot", AccountType="Bank")["Id"]
    vendor, item = (
        other.record("Vendor", str(int(made) + 3)).wire_id,
        other.make(
            "Item", Name="Secret", Type="Service", IncomeAccountRef={"value": other.account("services")}
        )["Id"],
    )
    for name in PAGES:
        page = site.page(name)
        assert "Secret" not in page
        assert number not in page
    for word in (number, "secret", "rivals"):
        assert "Nothing is called" in site.page("palette", query=f"?q={word}")
    for address in (
        site.address("document", "salesreceipt", sale["Id"]),
        site.address("document-edit", "salesreceipt", sale["Id"]),
        site.address("document-changes", "salesreceipt", sale["Id"]),
        site.address("document-remove", "salesreceipt", sale["Id"]),
        site.address("customer", made),
        site.address("customer-edit", made),
        site.address("vendor", vendor),
        site.address("item", item),
        site.address("item-edit", item),
        site.address("register", account),
        site.address("ledger-account-edit", account),
    ):
        assert site.client.get(address).status_code == 404, address
    for address in (
        site.address("document-remove", "salesreceipt", sale["Id"]),
        site.address("document-edit", "salesreceipt", sale["Id"]),
        site.address("document-attach", "salesreceipt", sale["Id"]),
        site.address("customer-activity", made),
        site.address("customer-edit", made),
    ):
        sent = {"operation": "delete", "token": "0", "active": "false", "name": "mine"}
        assert site.client.post(address, sent).status_code == 404, address
    assert other.count("SalesReceipt") == 1


def test_a_reader_sees_and_changes_nothing(site: Site):
    wire_id = site.sale()["Id"]
    site.sign_in_as(Role.READER)
    page = site.page("document", "salesreceipt", wire_id)
    assert "Delete or void" not in page
    assert "New: Sales receipt" not in site.page("sales")
    site.page("document-new", "transfer", status=403)
    assert site.client.post(site.address("document-remove", "salesreceipt", wire_id)).status_code == 403
    site.client.logout()
    site.sign_in_as(Role.ASSISTANT)
    site.page("sales", status=403)
    assert "Nothing is called" in site.page("palette", query="?q=Mugs")


def test_documents_are_searched_and_filtered(site: Site):
    customer = {"value": site.one("Customer").wire_id}
    site.sale(DocNumber="A-1", CustomerRef=customer)
    site.invoice("80.00")
    assert "A-1" in site.page("sales", query="?q=a-1")
    assert "A-1" in site.page("sales", query="?q=mugs+customer&kind=SalesReceipt")
    assert "A-1" not in site.page("sales", query="?state=overdue")
    assert "80.00" in site.page("sales", query="?state=overdue&sort=-total")
    assert "Nothing fits" in site.page("sales", query="?kind=Estimate")
    export = text_of(site.client.get(site.address("sales") + "?export=csv"))
    assert "A-1,Sales receipt,2026-03-14,Mugs customer,12.00" in export


@pytest.mark.parametrize("word", ["kim@example", "MUGS"])
def test_customers_are_found_by_name_and_mail(site: Site, word: str):
    assert "Mugs customer" in site.page("customers", query=f"?q={word}")
    assert "Mugs customer" not in site.page("customers", query="?q=displayname")
    assert "Nothing fits" in site.page("customers", query="?active=False")


def test_the_palette_finds_by_beginning(site: Site):
    site.sale(DocNumber="ES-39")
    assert "ES-39" in site.page("palette", query="?q=es-3")
    found = site.page("palette", query="?q=mugs")
    assert all(name in found for name in ("Mugs customer", "Mugs vendor", "Mugs mug"))
    assert "Checking" in site.page("palette", query="?q=check")


def test_a_register_runs_its_balance_over_pages_days_and_corrections(site: Site):
    checking, services = site.account("checking"), site.account("services")
    to = {"value": checking}
    days = [(number + 1, f"2026-03-{number % 28 + 1:02d}") for number in range(55)]
    site.make_all(
        [
            ("SalesReceipt", site.sold(f"{amount}.00", DepositToAccountRef=to, TxnDate=day))
            for amount, day in days
        ]
    )
    changed = site.sale("5.00", DepositToAccountRef={"value": checking})
    site.edit("SalesReceipt", changed["Id"], PrivateNote="again")
    total = sum(range(1, 56)) + 5
    latest = site.page("register", checking)
    assert f"{total:,}.00" in latest
    first = site.page("register", checking, query="?sort=day&page=1")
    assert "1.00" in first
    lines = text_of(site.client.get(site.address("register", checking) + "?sort=day&export=csv")).splitlines()
    running = 0
    assert len(lines) == 57
    for line in lines[1:]:
        debit, credit, balance = line.split(",")[-3:]
        running += round(float(debit or 0) * 100) - round(float(credit or 0) * 100)
        assert round(float(balance) * 100) == running
    within = text_of(
        site.client.get(site.address("register", checking) + "?day_from=2026-03-20&export=csv&sort=day")
    ).splitlines()
    assert within[-1] == lines[-1]
    assert within[1] in lines
    assert f"{total:,}.00" in site.page("register", services)
    page = site.page("register", checking, query="?day_from=2026-03-20&day_to=oops")
    assert "valid date" in page


def test_the_chart_shows_the_tree_with_balances(site: Site):
    site.make(
        "Account",
        Name="Till",
        AccountType="Bank",
        ParentRef={"value": site.account("checking")},
        SubAccount=True,
    )
    site.sale("70.00", DepositToAccountRef={"value": site.account("checking")}, TxnDate=DAY)
    page = site.page("chart")
    assert 'class="depth-1"' in page.partition("Till")[0][-200:]
    assert "70.00" in page
    assert "<polyline" in page
    assert "Checking" not in site.page("chart", query="?type=Income")


def test_a_ledger_account_is_made_and_changed(site: Site):
    fields = site.fields("ledger-account-new") | {
        "name": "Kiln fund",
        "type": "Bank",
        "number": "1015",
        "parent": "Checking",
    }
    answer = site.send("ledger-account-new", **fields)
    wire_id = answer["Location"].rstrip("/").rpartition("/")[2]
    assert "Checking:Kiln fund" in site.page("register", wire_id)
    changed = site.fields("ledger-account-edit", wire_id)
    assert (changed["parent"], changed["number"], changed["type"]) == ("Checking", "1015", "Bank")
    site.send("ledger-account-edit", wire_id, **changed | {"name": "Kiln", "parent": ""})
    assert "Kiln" in site.page("register", wire_id)
    again = site.send(
        "ledger-account-new",
        status=400,
        **site.fields("ledger-account-new") | {"name": "Kiln", "type": "Bank"},
    )
    assert "taken" in text_of(again).partition('name="name"')[2].partition("</div>")[0]


def test_a_customer_is_made_changed_and_made_inactive_with_undo(site: Site):
    fields = site.fields("customer-new") | {
        "name": "Ada & Co",
        "email": "ada@example.org",
        "parent": "Mugs customer",
    }
    answer = site.send("customer-new", **fields)
    wire_id = answer["Location"].rstrip("/").rpartition("/")[2]
    assert "Ada &amp; Co" in site.page("customer", site.one("Customer").wire_id)
    changed = site.fields("customer-edit", wire_id)
    assert (changed["email"], changed["parent"]) == ("ada@example.org", "Mugs customer")
    site.send("customer-edit", wire_id, **changed | {"email": ""})
    assert "ada@example.org" not in site.page("customer", wire_id)
    site.send("customer-activity", wire_id, **activity(site.page("customer", wire_id)))
    page = site.page("customer", wire_id)
    assert 'form="activity">Undo' in page
    assert "inactive" in page
    assert not site.record("Customer", wire_id).active
    site.send("customer-activity", wire_id, **activity(page))
    assert site.record("Customer", wire_id).active


def activity(page: str) -> dict[str, str]:
    form = page.partition('id="activity"')[2].partition("</form>")[0]
    return fields_of(f'<form method="post">{form}</form>')


def test_a_customer_who_owes_stays_active(site: Site):
    site.invoice()
    wire_id = site.one("Customer").wire_id
    site.send("customer-activity", wire_id, **activity(site.page("customer", wire_id)))
    assert "has a balance" in site.page("customer", wire_id)
    assert site.record("Customer", wire_id).active


def test_an_items_price_and_account_are_kept(site: Site):
    fields = site.fields("item-new") | {"name": "Bowl", "price": "1,250.00", "income": "Services"}
    wire_id = site.send("item-new", **fields)["Location"].rstrip("/").rpartition("/")[2]
    assert "1,250.00" in site.page("items")
    changed = site.fields("item-edit", wire_id)
    site.send("item-edit", wire_id, **changed | {"name": "Large bowl"})
    assert '"UnitPrice":1250' in site.record("Item", wire_id).body
    site.sale(Line=[line_of(wire_id)])
    assert "Sales receipt" in site.page("item", wire_id)


def line_of(item: str) -> dict[str, object]:
    return {
        "Amount": 4,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}},
    }


def test_a_list_object_that_changed_in_between_is_a_conflict(site: Site):
    wire_id = site.one("Vendor").wire_id
    typed = site.fields("vendor-edit", wire_id) | {"name": "Mine"}
    site.edit("Vendor", wire_id, DisplayName="Theirs")
    page = text_of(site.send("vendor-edit", wire_id, status=409, **typed))
    assert "Theirs" in page
    assert "Mine" in page
    assert site.record("Vendor", wire_id).name_key == "theirs"
    site.send("vendor-edit", wire_id, **fields_of(page))
    assert site.record("Vendor", wire_id).name_key == "mine"


def test_names_are_checked_at_their_field(site: Site):
    answer = site.send("customer-new", status=400, **site.fields("customer-new") | {"name": "mugs CUSTOMER"})
    assert "taken" in errors_of(text_of(answer))[0]
    answer = site.send(
        "customer-new", status=400, **site.fields("customer-new") | {"name": "", "email": "no"}
    )
    assert len(errors_of(text_of(answer))) == 2


@pytest.mark.parametrize(
    ("kind", "place"), [("invoice", "sales"), ("bill", "expenses"), ("transfer", "other-documents")]
)
def test_the_list_of_a_document_is_marked_in_the_navigation(site: Site, kind: str, place: str):
    page = site.page("document-new", kind)
    marked = re.findall(r'<a href="([^"]*)"[^>]*aria-current="page"', page)
    assert marked == [site.address(place)]
    assert re.findall(r'<a href="([^"]*)"[^>]*aria-current="page"', site.page("home")) == [
        site.address("home")
    ]


def test_a_ledger_account_is_made_inactive_and_active_again_and_one_with_a_balance_is_refused(site: Site):
    unused = site.make("Account", Name="Never used", AccountType="Expense")["Id"]
    for active, said in (("false", "inactive and no longer offered"), ("true", "active again")):
        fields = site.fields("register", unused)
        assert fields["active"] == active
        site.send("ledger-account-activity", unused, **fields)
        assert said in site.page("register", unused)
    site.invoice("80.00")
    customer = site.one("Customer").wire_id
    page = site.page("customer", customer)
    assert "once nothing is open" in page
    site.send("customer-activity", customer, **fields_of(page))
    assert "message error" in site.page("customer", customer)
    assert site.record("Customer", customer).active


def test_customers_and_vendors_are_sorted_by_what_is_open(site: Site):
    names = {"Anna": "5.00", "Bert": "80.00", "Cees": "20.00"}
    for name, amount in names.items():
        made = site.make("Customer", DisplayName=name)
        site.make("Invoice", **site.sold(amount, DueDate=DAY, CustomerRef={"value": made["Id"]}))
    for sign, wanted in (("-", ["Bert", "Cees", "Anna"]), ("", ["Anna", "Cees", "Bert"])):
        page = site.page("customers", query=f"?sort={sign}open")
        assert sorted(wanted, key=page.index) == wanted
    credit = site.make(
        "Payment", CustomerRef={"value": site.record("Customer", made["Id"]).wire_id}, TotalAmt=70
    )
    assert credit["UnappliedAmt"] == 70
    page = site.page("customers", query="?sort=open")
    assert page.index("Cees") < page.index("Anna"), "what is paid ahead lowers what is owed"
    site.page("vendors", query="?sort=-open")


def test_a_ledger_account_with_a_balance_says_so_before_it_is_made_inactive(site: Site):
    words = "It can be made inactive once its balance is nothing"
    empty = site.make("Account", Name="Pot", AccountType="Bank")["Id"]
    assert words not in site.page("register", empty)
    sides = [
        {
            "Amount": 3,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
        }
        for side, account in (("Debit", empty), ("Credit", site.account("owner's investment")))
    ]
    site.make("JournalEntry", TxnDate=DAY, Line=sides)
    assert words in site.page("register", empty)
    assert "3.00 USD stands on it" in site.page("register", empty)
    assert "3.00 USD stands on it" in site.page("register", site.account("owner's investment"))
