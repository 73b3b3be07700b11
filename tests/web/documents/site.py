"""Two companies with real books, and a person of the first at its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.prove import prove
from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.record_writing import record_write
from closebook.connectors.quickbooks.batch import BatchItem
from closebook.founding import company_ensure

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DAY = "2026-03-14"


def found() -> None:
    """Make both companies, and in the first a customer, a vendor and an item."""
    for name, owner in (("Mugs", "ada"), ("Rivals", "eve")):
        company_ensure(name, "USD", owner)
    for name in ("Mugs", "Rivals"):
        site = Site(Company.objects.get(name=name), "ada" if name == "Mugs" else "eve")
        site.make("Customer", DisplayName=f"{name} customer", PrimaryEmailAddr={"Address": "kim@example.org"})
        site.make("Vendor", DisplayName=f"{name} vendor")
        income = Record.objects.get(company=site.books, entity="Account", name_key="services").wire_id
        site.make(
            "Item", Name=f"{name} mug", Type="Service", UnitPrice=12, IncomeAccountRef={"value": income}
        )


class Site:
    """A company's pages and books, used by one of its people."""

    def __init__(self, company: Company, person: str) -> None:
        self.company = company
        self.books = BooksCompany.objects.get(realm_id=company.realm_id)
        self.person = Person.objects.get(username=person)
        self.client = Client()

    def sign_in(self) -> None:
        self.client.force_login(self.person, backend=BACKEND)

    def sign_in_as(self, role: Role) -> None:
        person = Person.objects.create(username=f"as-{role}")
        Membership.objects.create(person=person, company=self.company, role=role)
        self.client.force_login(person, backend=BACKEND)

    # In the books

    def make(self, entity: str, **payload: Any) -> dict[str, Any]:
        return record_write(self.company, "a program", "create", entity, payload, f"make-{uuid4().hex}")

    def make_all(self, wanted: list[tuple[str, dict[str, Any]]]) -> None:
        """Make many objects in a few requests."""
        items = [BatchItem("create", entity, payload) for entity, payload in wanted]
        with books_client(self.company) as client:
            for start in range(0, len(items), 30):
                answers = client.batch(items[start : start + 30], uuid4().hex)
                assert all(answer.error is None for answer in answers), answers

    def edit(self, entity: str, wire_id: str, **payload: Any) -> dict[str, Any]:
        record = self.record(entity, wire_id)
        head = {"Id": wire_id, "SyncToken": str(record.sync_token)}
        return record_write(
            self.company, "a program", "update", entity, head | payload, f"edit-{uuid4().hex}"
        )

    def record(self, entity: str, wire_id: str) -> Record:
        return Record.objects.get(company=self.books, entity=entity, wire_id=wire_id)

    def one(self, entity: str) -> Record:
        return (
            Record.objects.filter(company=self.books, entity=entity, deleted_at=None).order_by("pk").first()
        )

    def count(self, entity: str) -> int:
        return Record.objects.filter(company=self.books, entity=entity, deleted_at=None).count()

    def account(self, name: str) -> str:
        return Record.objects.get(company=self.books, entity="Account", name_key=name).wire_id

    def sold(self, amount: str = "12.00", **payload: Any) -> dict[str, Any]:
        """Return the payload of a sales receipt."""
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": self.one("Item").wire_id}},
        }
        return {"TxnDate": DAY, "Line": [line]} | payload

    def owed(self, amount: str = "12.00") -> dict[str, Any]:
        """Return the payload of an invoice."""
        return self.sold(amount, DueDate=DAY, CustomerRef={"value": self.one("Customer").wire_id})

    def sale(self, amount: str = "12.00", **payload: Any) -> dict[str, Any]:
        return self.make("SalesReceipt", **self.sold(amount, **payload))

    def invoice(self, amount: str = "12.00") -> dict[str, Any]:
        return self.make("Invoice", **self.owed(amount))

    def balance(self, name: str) -> int:
        """Return debits less credits of a ledger account."""
        key = Record.objects.get(company=self.books, entity="Account", name_key=name).pk
        with connections["books"].cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(amount_minor), 0) FROM posting WHERE ledger_account = %s", [key]
            )
            return int(cursor.fetchone()[0])

    def proved(self) -> bool:
        return prove(self.books.pk, thorough=True).ok

    # At the pages

    def address(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.company.pk, *args])

    def page(self, name: str, *args: Any, query: str = "", status: int = 200) -> str:
        answer = self.client.get(self.address(name, *args) + query)
        assert answer.status_code == status, (name, args, answer.status_code)
        return text_of(answer)

    def fields(self, name: str, *args: Any, query: str = "") -> dict[str, str]:
        """Return the fields of a page's form with the values that they hold."""
        return fields_of(self.page(name, *args, query=query))

    def send(self, view: str, /, *args: Any, status: int = 302, **fields: Any) -> Any:
        answer = self.client.post(self.address(view, *args), fields)
        assert answer.status_code == status, (answer.status_code, errors_of(text_of(answer)))
        return answer

    def type_in(self, kind: str, *, status: int = 302, **typed: str) -> Any:
        """Open the empty form of a kind, fill it in and send it."""
        fields = self.fields("document-new", kind) | {key.replace("__", "-"): v for key, v in typed.items()}
        return self.send("document-new", kind, status=status, **fields)


def text_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
        "utf-8", "replace"
    )


def errors_of(page: str) -> list[str]:
    """Return the texts of all errors that a page shows."""
    found = re.findall(r'class="errorlist[^"]*"[^>]*>(.*?)</ul>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", text).strip() for text in found]


def fields_of(page: str) -> dict[str, str]:
    """Return the values of the inputs, areas and lists of a page's posting form."""
    forms = [
        form
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
        if "logout" not in form
    ]
    form = max(forms, key=len)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        names = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        left = names.get("type") == "file" or (names.get("type") == "checkbox" and " checked" not in tag)
        if names.get("name") and not left:
            found[names["name"]] = names.get("value", "")
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = text.strip()
    for name, inner in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        found[name] = chosen.group(1) if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return {name: value.replace("&amp;", "&").replace("&#x27;", "'") for name, value in found.items()}


@contextmanager
def counted() -> Iterator[list[int]]:
    """Give a list that holds the number of queries on both databases at the end."""
    found: list[int] = []
    with (
        CaptureQueriesContext(connections["default"]) as own,
        CaptureQueriesContext(connections["books"]) as books,
    ):
        yield found
    found.append(len(own) + len(books))
