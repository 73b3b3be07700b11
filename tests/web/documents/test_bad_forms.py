"""Whatever is typed into a form of the books is answered on the form; nothing of it is stored."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.books.models import Record
from closebook.web.books.document_specs import SPECS
from tests.web.documents.site import Site, errors_of, text_of

BAD = {
    "empty": "",
    "too long": "x" * 10_000,
    "markup": "<script>alert(1)</script>",
    "nul": "a\x00b",
    "huge": "9" * 40,
    "negative": "-99,999,999,999,999.99",
    "no such day": "2026-02-30",
}
FORMS = [("document-new", kind.lower()) for kind in SPECS]
FORMS += [(f"{word}-new",) for word in ("customer", "vendor", "item", "ledger-account")]
FIXED = ("request_id", "token", "lines-TOTAL_FORMS", "lines-INITIAL_FORMS", "lines-MIN_NUM_FORMS")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[-1])
def test_bad_input_is_answered_on_the_form(site: Site, form: tuple[str, ...]):
    view, *args = form
    fields = site.fields(view, *args)
    before = Record.objects.count()
    for name, bad in BAD.items():
        sent = {each: value if each in FIXED else bad for each, value in fields.items()}
        answer = site.client.post(site.address(view, *args), sent)
        page = text_of(answer)
        assert answer.status_code == 400, (form, name, answer.status_code)
        assert errors_of(page), (form, name)
        assert "<script>alert" not in page, (form, name)
        assert Record.objects.count() == before, (form, name)
    nothing = site.client.post(site.address(view, *args), {})
    assert nothing.status_code == 400
    for total in ("x", "-1", "9" * 30, ""):
        wrong = fields | {"lines-TOTAL_FORMS": total}
        for more in ({}, {"more": "1"}, {"sums": "1"}, {"open": "1"}):
            answer = site.client.post(site.address(view, *args), wrong | more)
            assert answer.status_code in {200, 400}, (form, total, more)
    assert Record.objects.count() == before


@pytest.mark.parametrize(
    "file",
    [
        None,
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("junk.bin", bytes(range(256)) * 4),
        SimpleUploadedFile("x" * 3000 + ".csv", "name,é".encode("utf-16")),
        SimpleUploadedFile("a.zip", b"PK\x03\x04 not really"),
        SimpleUploadedFile("../../etc/passwd", b"x"),
    ],
    ids=["none", "empty", "binary", "long name", "zip", "path"],
)
def test_an_odd_file_is_kept_or_refused_in_words(site: Site, file: SimpleUploadedFile | None):
    wire_id = site.sale()["Id"]
    sent = {"request_id": "page-12345678"} | ({"file": file} if file else {})
    answer = site.client.post(site.address("document-attach", "salesreceipt", wire_id), sent)
    assert answer.status_code in {302, 400}
    assert 'class="message' in site.page("document", "salesreceipt", wire_id) or answer.status_code == 400
