"""Printed documents: a well-formed file with everything on it."""

from __future__ import annotations

import re

from closebook.apps.qbo.printing import document_lines, pdf_of

BODY = {
    "DocNumber": "1002",
    "TxnDate": "2026-03-04",
    "CustomerRef": {"value": "58", "name": "Ada Quill"},
    "Line": [
        {
            "Amount": 200,
            "Description": "Frame repair " * 8,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "21"}, "Qty": 2, "UnitPrice": 100},
        },
        {"Amount": 200, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        {"Amount": 20, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}},
    ],
    "TxnTaxDetail": {"TotalTax": 11},
    "TotalAmt": 191,
}


def test_a_document_has_its_lines_tax_and_total():
    lines = document_lines("Harbor Works", "Invoice", BODY, "USD")
    assert all(len(line) <= 84 for line in lines)
    text = "\n".join(" ".join(line.split()) for line in lines)
    for part in (
        "Harbor Works",
        "Number 1002",
        "For Ada Quill",
        "Subtotal 200.00",
        "Discount -20.00",
        "Tax 11.00",
    ):
        assert part in text
    assert "Total USD 191.00" in text
    assert "(2 x 100)" in text


def test_the_file_says_where_its_objects_are():
    content = pdf_of([f"line {number} (é) \\ 花" for number in range(130)])
    assert content.startswith(b"%PDF-1.4")
    assert b"/Count 3" in content
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", content).group(1))
    assert content[start:].startswith(b"xref")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", content)]
    for number, place in enumerate(places, start=1):
        assert content[place:].startswith(f"{number} 0 obj".encode())
    for length, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", content, re.DOTALL):
        assert int(length) == len(stream)
    assert b"\\(\xe9\\) \\\\ ?" in content
