"""What a tax form has to be, which one fits, what is missing, and how long it is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.core.errors import InputError
from closebook.core.workforce.tax_forms import Box, Need
from closebook.core.workforce.tax_papers import (
    MOST_BYTES,
    W8BEN,
    W8BENE,
    W9,
    Match,
    Paper,
    Why,
    kept_until,
    lacking,
    media_of,
    paper_fits,
    tin_checked,
    why_of,
    withholds,
)

TODAY = dt.date(2026, 11, 23)
PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "media"), [(PDF, "pdf"), (b"\x89PNG\r\n\x1a\n..", "png"), (b"\xff\xd8\xff\xe0", "jpg")]
)
def test_a_form_is_a_pdf_or_a_picture_by_its_content(content, media):
    assert media_of(content) == media


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "tax-file-empty"),
        (b"PK\x03\x04form.pdf", "tax-file-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "tax-file-kind"),
        (b"<!doctype html><p>%PDF-1.7", "tax-file-kind"),
        (b"MZ\x90\x00", "tax-file-kind"),
        (b"GIF89a", "tax-file-kind"),
        (PDF + b"x" * MOST_BYTES, "tax-file-large"),
    ],
)
def test_every_other_file_is_refused(content, code):
    with pytest.raises(InputError) as refused:
        media_of(content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("123-45-6789", "SSN", "123456789"),
        ("12 3456789", "EIN", "123456789"),
        ("912-70-1234", "ITIN", "912701234"),
    ],
)
def test_a_number_is_kept_as_nine_digits(typed, kind, number):
    assert tin_checked(typed, kind) == number


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("12345678", "SSN"), ("", "SSN"), ("１２３４５６７８９", "SSN"), ("000-12-3456", "SSN"),
        ("666-12-3456", "SSN"), ("912-12-3456", "SSN"), ("123-00-4567", "SSN"), ("123-45-0000", "SSN"),
        ("123-70-4567", "ITIN"), ("912-10-4567", "ITIN"), ("00-1234567", "EIN"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_without_being_repeated(typed, kind):
    with pytest.raises(InputError) as refused:
        tin_checked(typed, kind)
    assert not typed or typed not in f"{refused.value} {refused.value.args}"


def test_a_form_fits_the_country_and_the_kind_of_payee():
    paper_fits(W9, "NL", entity=True)
    paper_fits(W8BENE, "PH", entity=True)
    paper_fits(W8BEN, "PH", entity=False)
    for kind, country, entity in ((W8BEN, "US", False), (W8BENE, "US", True), (W8BEN, "PH", True)):
        with pytest.raises(InputError):
            paper_fits(kind, country, entity=entity)


def paper(kind=W9, signed=dt.date(2026, 1, 5), *, number=True, file=True, **more):
    return Paper(kind, "US", signed, has_number=number, has_file=file, **more)


@pytest.mark.parametrize(
    ("need", "handed", "missing"),
    [
        (Need.NONE, None, ""),
        (Need.W9, None, "paper"),
        (Need.W9, paper(W8BEN), "wrong"),
        (Need.W8, paper(W8BEN, entity=True), "wrong"),
        (Need.W8, paper(W8BEN, dt.date(2022, 5, 5)), "over"),
        (Need.W8, paper(W8BEN, dt.date(2023, 1, 1)), ""),
        (Need.W8, paper(W8BEN, None), "over"),
        (Need.W9, paper(number=False), "number"),
        (Need.W9, paper(file=False), "file"),
        (Need.W9, paper(signed=dt.date(2001, 1, 1)), ""),
        (Need.W8_AND_1042S, paper(W8BEN, number=False), ""),
    ],
)
def test_what_is_missing_is_named(need, handed, missing):
    assert lacking(need, handed, TODAY) == missing


def test_a_part_is_kept_back_without_a_valid_number():
    assert withholds(Need.W9, None)
    assert withholds(Need.W9, paper(number=False))
    assert withholds(Need.W9, paper(match=Match.DIFFERENT))
    assert withholds(Need.W9, paper(match=Match.WITHHOLD))
    assert withholds(Need.W9, paper(told_to_withhold=True))
    assert not withholds(Need.W9, paper(match=Match.MATCHED))
    assert not withholds(Need.W8, None)


@pytest.mark.parametrize(
    ("counted", "left", "due", "need", "missing", "classification", "why"),
    [
        (300_000, 0, True, Need.W9, "paper", "", Why.DUE),
        (300_000, 0, False, Need.W9, "", "c-corporation", Why.CORPORATION),
        (300_000, 0, False, Need.W9, "", "exempt", Why.EXEMPT),
        (0, 300_000, False, Need.W9, "", "individual", Why.RAIL),
        (100, 300_000, False, Need.W9, "", "individual", Why.BELOW),
        (300_000, 0, False, Need.W8, "", "", Why.FOREIGN),
        (300_000, 0, False, Need.W8, "over", "", Why.UNSURE),
        (300_000, 0, False, Need.W8_AND_1042S, "", "", Why.FOREIGN_HERE),
    ],
)
def test_a_payee_is_left_out_with_the_reason(counted, left, due, need, missing, classification, why):
    box = Box("1", 2026, counted, 0, {"paypal": left} if left else {}, due)
    assert why_of(box, need, missing, classification) == why


def test_an_llc_goes_by_its_letter():
    box = Box("1", 2026, 300_000, 0, {}, due=False)
    assert why_of(box, Need.W9, "", "llc", "S") == Why.CORPORATION


def test_a_form_is_kept_for_years_after_the_forms_of_its_last_year():
    assert kept_until(dt.date(2026, 12, 31)) == dt.date(2031, 1, 31)
    assert kept_until(dt.date(2026, 1, 1), 7) == dt.date(2034, 1, 31)
