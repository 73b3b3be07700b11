"""One form of a document while it is filled in: checked, looked up in the books, turned into a payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from closebook.apps.books.models import BooksCompany, Record
from closebook.connectors.quickbooks.wire import entry, objects
from closebook.core.errors import RemoteError
from closebook.web.books.document_forms import HeadForm, LineForm, LinesForm
from closebook.web.books.document_held import FIELD, Held
from closebook.web.books.document_lookup import Labels, resolve
from closebook.web.books.document_origin import copied
from closebook.web.books.document_specs import CREDITS, LINE_MEMBERS, PAID_FROM, SPECS
from closebook.web.books.document_wire import (
    PAYING_MEMBERS,
    Body,
    head_initial,
    head_payload,
    is_typed,
    kept_lines,
    line_payload,
    lines_initial,
    sale_amount,
)
from closebook.web.books.kinds import Kind
from closebook.web.books.writing import body_of, show_fault

_PREFIX = "lines"


class DocumentForm:
    """The fields above the lines and the lines themselves, of a new document or of a stored one."""

    def __init__(
        self,
        books: BooksCompany,
        kind: Kind,
        record: Record | None = None,
        *,
        company_id: int = 0,
        data: QueryDict | None = None,
        start: Mapping[str, Any] | None = None,
        first_lines: list[Body] | None = None,
        origin: Record | None = None,
    ) -> None:
        """Fill the form from what was sent, else from the stored document, else from ``start``; links lead to
        the pages of ``company_id``.

        A new document may be made of its ``origin``, an estimate or order, whose lines it takes over.
        """
        self.books, self.kind, self.record, self.origin = books, kind, record, origin
        self.spec = SPECS[kind.entity]
        self.body: Body = body_of(record) if record is not None else {}
        self.currency = str(entry(self.body, "CurrencyRef").get("value") or books.home_currency)
        self.kept = kept_lines(self.spec.lines, self.body) if record is not None else []
        self.held: Held | None = None
        if self.spec.lines == "deposit" and self.currency == books.home_currency:
            ticked = data.getlist(FIELD) if data is not None else None
            self.held = Held(books, company_id, record, self.body, ticked)
            self.kept = [line for line in self.kept if not line.get("LinkedTxn")]
        head: Mapping[str, Any] = start or {}
        lines: list[Body] = first_lines or []
        if origin is not None:
            self.body = copied(body_of(origin))
            self.kept = kept_lines(self.spec.lines, self.body)
            lines = lines_initial(self.spec.lines, self.body, Labels(books.pk, self.body), self.currency)
        if record is not None and data is None:
            labels = Labels(books.pk, self.body)
            head = head_initial(self.spec, self.body, labels, self.currency)
            lines = lines_initial(self.spec.lines, self.body, labels, self.currency)
        self.head = HeadForm(self.spec, self.currency, data, initial=dict(head))
        options = {"kind": self.spec.lines, "currency": self.currency}
        self.lines = (
            LinesForm(data, initial=lines, prefix=_PREFIX, form_kwargs=options) if self.spec.lines else None
        )

    def again(self, data: QueryDict, lines: list[Body] | None = None) -> None:
        """Show what was typed again with more empty lines, or with these; nothing is checked yet."""
        told = data.get(f"{_PREFIX}-TOTAL_FORMS", "")
        count = int(told) if told.isdecimal() and len(told) < 10 and self.spec.lines else 0
        names = [*LineForm(kind=self.spec.lines, currency=self.currency).fields]
        typed = [
            {name: data.get(f"{_PREFIX}-{at}-{name}", "") for name in names} for at in range(min(count, 1000))
        ]
        start = {one.name: data.get(one.name, "") for one in self.spec.head}
        self.head = HeadForm(self.spec, self.currency, initial=start)
        options = {"kind": self.spec.lines, "currency": self.currency}
        shown = typed if lines is None else lines
        self.lines = (
            LinesForm(initial=shown, prefix=_PREFIX, form_kwargs=options) if self.spec.lines else None
        )

    @property
    def line_forms(self) -> list[LineForm]:
        """Return the forms of all lines."""
        return list(self.lines.forms) if self.lines is not None else []

    def is_valid(self) -> bool:
        """Check everything that can be checked here, and look the names up; errors stand at their fields."""
        good = self.head.is_valid() and (self.lines is None or self.lines.is_valid())
        if not good:
            return False
        resolve(self.books.pk, [self.head, *self.typed_lines], self.spec.settles)
        for line in self.typed_lines:
            self._check_line(line)
        if self.lines is not None and self.spec.lines != "applied" and not self._has_lines:
            self.head.add_error(None, _("Fill in at least one line."))
        if self.spec.settles:
            self._check_total()
        still_held = self.held is None or self.held.is_valid()
        return still_held and not self.head.errors and all(not line.errors for line in self.line_forms)

    @property
    def _has_lines(self) -> bool:
        return bool(self.typed_lines or self.kept or (self.held is not None and self.held.ticked))

    @property
    def typed_lines(self) -> list[LineForm]:
        """Return the lines into which something is typed."""
        return [line for line in self.line_forms if not line.is_empty]

    def _check_line(self, line: LineForm) -> None:
        given = line.cleaned_data
        for name, text in (
            ("item", _("Choose an item.")),
            ("account", _("Choose a ledger account.")),
            ("document", _("Type the number of a document.")),
        ):
            if name in line.fields and not given.get(name) and name not in line.errors:
                line.add_error(name, text)
        if self.spec.lines == "journal":
            if (given.get("debit") is None) == (given.get("credit") is None) and not line.errors:
                line.add_error("debit", _("Type either a debit or a credit."))
        elif "amount" not in line.errors and self._amount(line) is None:
            line.add_error("amount", _("Type an amount."))

    def _check_total(self) -> None:
        """Take what the lines settle as the total of a payment for which none is typed."""
        if self.head.cleaned_data.get("amount") is not None or "amount" in self.head.errors:
            return
        parts = [line.cleaned_data for line in self.typed_lines if not line.errors]
        if not parts:
            self.head.add_error("amount", _("Type an amount."))
            return
        self.head.cleaned_data["amount"] = sum(
            -part["amount"] if part["document"][0] in CREDITS else part["amount"] for part in parts
        )

    def _amount(self, line: LineForm) -> int | None:
        given: Mapping[str, Any] = line.cleaned_data
        if self.spec.lines == "sale":
            return sale_amount(given, self._former(line), self.currency)
        return given.get("amount")

    def _former(self, line: LineForm) -> Body:
        return self.former_line(str(line.cleaned_data.get("id") or ""))

    def former_line(self, wanted: str) -> Body:
        """Return the stored line of an id, {} for a new one."""
        lines = objects(self.body.get("Line")) if wanted else []
        return next((one for one in lines if one.get("Id") == wanted and is_typed(self.spec.lines, one)), {})

    def payload(self) -> Body:
        """Return the wire's payload of what was typed; valid forms only."""
        made = head_payload(
            self.spec, self.head.cleaned_data, self.currency, keep_empty=self.record is not None
        )
        if self.spec.lines:
            typed = [
                line_payload(self.spec.lines, line.cleaned_data, self._former(line), self.currency)
                for line in self.typed_lines
            ]
            held = self.held.payload(self.currency) if self.held is not None else []
            made["Line"] = [*typed, *held, *self.kept]
        if self.origin is not None:
            made["LinkedTxn"] = [{"TxnId": self.origin.wire_id, "TxnType": self.origin.entity}]
        return made

    def show_fault(self, error: RemoteError) -> None:
        """Put an error of the books at its field, at the line's when there is only one line, else on top."""
        above = {one.member: one.name for one in self.spec.head}
        if PAID_FROM in above:
            above |= dict.fromkeys(PAYING_MEMBERS, above[PAID_FROM])
        members = LINE_MEMBERS[self.spec.lines]
        typed = self.typed_lines
        element = error.place.field.rpartition(".")[2]
        if element in members and element not in above and len(typed) == 1:
            show_fault(typed[0], error, members)
        else:
            show_fault(self.head, error, above)
