"""``GET /<document>/<id>/pdf``: a sales document as plain pages.

Source: QuickBooks Online Accounting API, PDF of sales documents; PDF 1.4 reference for the file's
structure, whose built-in font Courier needs no file and gives every letter the same width.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.calls import Answer
from closebook.apps.qbo.sending import SENDABLE
from closebook.apps.qbo.wire import Body, decode
from closebook.core.money import format_minor, minor_from_decimal

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.base import Entity

_COLUMNS = 84
_LINES_A_PAGE = 56
_TITLES = {
    "SalesReceipt": "Sales Receipt",
    "CreditMemo": "Credit Memo",
    "RefundReceipt": "Refund Receipt",
    "PurchaseOrder": "Purchase Order",
}


def printed(ctx: Context, entity: Entity, wire_id: str) -> Answer:
    """Return a document's pages as a PDF. Raises 500 for what cannot be printed, 610 for what does not
    exist.
    """
    if entity.name not in SENDABLE:
        raise faults.unsupported_operation(f"Operation pdf is not supported on {entity.name}")
    record = store.by_wire_id(ctx.cursor, ctx.company_id, entity.name, wire_id)
    if record is None:
        raise faults.not_found()
    lines = document_lines(ctx.company.name, entity.name, decode(record.body), ctx.home_currency)
    return Answer(pdf_of(lines), content_type="application/pdf")


def document_lines(company: str, entity: str, body: Body, home_currency: str) -> list[str]:
    """Return a document as lines of text, at most 84 letters wide."""
    currency = body.get("CurrencyRef", {}).get("value") or home_currency
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    head = [company, "", _TITLES.get(entity, entity), ""]
    head += [f"Number  {body['DocNumber']}"] if body.get("DocNumber") else []
    head += [f"Date    {body.get('TxnDate', '')}"]
    head += [f"Due     {body['DueDate']}"] if body.get("DueDate") else []
    head += [f"For     {party['name']}"] if party.get("name") else []
    rows = [row for line in body.get("Line", []) for row in _rows(line, currency)]
    tax = body.get("TxnTaxDetail", {}).get("TotalTax", 0)
    foot = [_pair("Tax", tax, currency)] if tax else []
    foot += [_pair(f"Total {currency}", body.get("TotalAmt", 0), currency)]
    note = body.get("CustomerMemo", {}).get("value", "")
    return [*head, "", "-" * _COLUMNS, *rows, "-" * _COLUMNS, *foot, "", *_wrapped(note, _COLUMNS)]


def _rows(line: Body, currency: str) -> list[str]:
    """Return a document line as text: what it is in up to 62 letters a row, and the amount on the first
    row.
    """
    kind = line.get("DetailType", "")
    detail = line.get(kind, {})
    named = line.get("Description") or detail.get("ItemRef", {}).get("name") or ""
    words = {"SubTotalLineDetail": "Subtotal", "DiscountLineDetail": "Discount"}.get(kind, named)
    if detail.get("Qty") not in (None, 1) and "UnitPrice" in detail:
        words = f"{words}  ({detail['Qty']} x {detail['UnitPrice']})"
    first, *more = _wrapped(words, _COLUMNS - 22) or [""]
    sign = -1 if kind == "DiscountLineDetail" else 1
    return [_pair(first, sign * Decimal(line.get("Amount", 0)), currency), *more]


def _pair(text: str, amount: Decimal | int, currency: str) -> str:
    """Return a text on the left and an amount on the right."""
    shown = format_minor(minor_from_decimal(Decimal(amount), currency), currency)
    return f"{text:<{_COLUMNS - 20}}{shown:>20}"


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text cut into rows between words where that is possible."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows += [word[start : start + width] for start in range(0, len(word), width)]
    return rows


def pdf_of(lines: list[str]) -> bytes:
    """Return a PDF of Letter pages with lines of text; letters outside Windows-1252 become question marks."""
    pages = [lines[start : start + _LINES_A_PAGE] for start in range(0, len(lines), _LINES_A_PAGE)] or [[]]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        stream = _stream(page)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {5 + 2 * number} 0 R >>".encode("ascii"),
            f"<< /Length {len(stream)} >>\nstream\n".encode("ascii") + stream + b"\nendstream",
        ]
    return _file(objects)


def _stream(page: list[str]) -> bytes:
    """Return the drawing operations of one page."""
    shown = []
    for line in page:
        escaped = (
            line.encode("cp1252", "replace")
            .replace(b"\\", b"\\\\")
            .replace(b"(", b"\\(")
            .replace(b")", b"\\)")
        )
        shown.append(b"(" + escaped + b") Tj T*")
    return b"BT /F1 10 Tf 12.5 TL 54 738 Td\n" + b"\n".join(shown) + b"\nET"


def _file(objects: list[bytes]) -> bytes:
    """Return the file of numbered objects with its table of their places."""
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n".encode("ascii") + one + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return content + f"{tail}startxref\n{len(content)}\n%%EOF\n".encode("ascii")
