"""Bad files of another program: each answer names its place and a remedy, and nothing is half done."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.selling.models import Customer, Opportunity
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
HEAD = "Deal ID,Deal Name,Company,Deal Owner,Deal Stage,Create Date,Close Date,Amount,Currency\n"
GOOD = (
    "1,Vase,Hill,ada,prospecting,2026-01-05,,100.00,USD\n2,Bowl,Café,bob,won,2026-01-06,2026-02-01,50,USD\n"
)
BAD = {
    "missing": ("Deal ID,Deal Name\n1,Vase\n", "field stage: No column is chosen for stage. Give it one"),
    "twin": (
        HEAD + GOOD + GOOD.replace("won", "lost"),
        "row 5, field Deal ID: Another row has the number 2. Keep",
    ),
    "day": (
        HEAD + GOOD.replace("2026-02-01", "02/01/2026"),
        "row 3, field Close Date: 02/01/2026 is no day. Write",
    ),
    "no day": (
        HEAD + GOOD.replace("2026-02-01", ""),
        "row 3, field Close Date: A decided opportunity has no day.",
    ),
    "currency": (
        HEAD + GOOD.replace("50,USD", "50,XQZ"),
        "row 3, field Currency: XQZ is no known currency. Write",
    ),
    "amount": (
        HEAD + GOOD.replace("100.00", "1.234"),
        "row 2, field Amount: 1.234 is no amount. Write it as",
    ),
    "endless": (
        HEAD + GOOD.replace("100.00", "9" * 20),
        "row 2, field Amount: 99999999999999999999 is no amount.",
    ),
    "long": (
        HEAD + GOOD.replace("1,Vase", "x" * 121 + ",Vase"),
        "row 2, field Deal ID: The text is too long. Shorten",
    ),
    "wide": (
        HEAD + GOOD.replace("Hill", "Hill, Inc."),
        "row 2: More cells than columns: USD. Put quotation",
    ),
    "quote": (
        HEAD + GOOD.replace("Bowl", '"Bowl'),
        "row 3: A quotation mark is not closed",
    ),
    "doubled": (HEAD.strip() + ",Amount\n" + GOOD, "The file has the column Amount twice. Rename"),
    "empty": ("", "The file is empty. Export it again"),
    "head only": (HEAD, "The file has no rows. Export it again"),
    "workbook": (b"PK\x03\x04\x14\0\x06\0", "This is an Excel workbook. Open it, save it as CSV"),
    "no text": (HEAD.encode() + b"1,\0\n", "This is no CSV file in UTF-8. Save it as CSV in UTF-8"),
}


def sent(desk, data, *, taken=False):
    """Return status and words of the page for a file."""
    raw = data if isinstance(data, bytes) else data.encode()
    more = {"import": "1"} if taken else {}
    file = SimpleUploadedFile("deals.csv", raw)
    answer = desk.clients["boss"].post(desk.address("deals-import"), {"file": file, **more}, follow=True)
    return answer, re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_with_its_place_and_a_remedy_and_nothing_is_kept(name):
    desk, (data, words) = Desk(), BAD[name]
    for taken in (False, True):
        answer, text = sent(desk, data, taken=taken)
        assert answer.status_code in ({400} if taken else {200, 400})
        assert words in text
        assert "deals.csv" in text
        assert "Take it in" not in text
    assert not Opportunity.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ((HEAD + GOOD).encode(), ""),
        ((HEAD + GOOD).encode("utf-16"), ""),
        ((HEAD + GOOD).replace(",", ";").encode(), ""),
        ((HEAD + GOOD).replace(",", "\t").encode(), ""),
        ((HEAD + GOOD).encode("windows-1252"), "Western letters"),
        ((HEAD + GOOD).replace("Café", "上海瓷器").encode("gb18030"), "Chinese letters"),
    ],
)
def test_a_file_of_other_letters_or_separators_is_read_and_says_so(data, note):
    desk = Desk()
    _answer, text = sent(desk, data)
    assert "2 opportunities were understood" in text
    assert "Café" in text or "上海瓷器" in text
    assert ("it was read as" in text) == bool(note)
    assert note in text
    sent(desk, data, taken=True)
    assert sorted(Opportunity.objects.values_list("value_minor", flat=True)) == [5_000, 10_000]


def test_rows_that_are_the_same_count_once_and_the_page_says_so():
    desk = Desk()
    _answer, text = sent(desk, HEAD + GOOD + GOOD)
    assert "2 rows are the same as others and count once." in text
    _answer, text = sent(desk, HEAD + GOOD + GOOD, taken=True)
    assert "2 added, 0 changed, 0 as they were." in text


def test_days_that_end_with_their_year_are_read_once_one_of_the_file_tells_the_order():
    desk = Desk()
    told = GOOD.replace("2026-01-05", "31/01/2026").replace("2026-01-06", "02/01/2026")
    _answer, text = sent(desk, HEAD + told)
    assert "Days such as 02/01/2026 were read with the day first." in text
    sent(desk, HEAD + told, taken=True)
    assert [str(row.opened_on) for row in Opportunity.objects.order_by("key")] == ["2026-01-31", "2026-01-02"]


@pytest.mark.parametrize("language", ["nl", "zh-hans"])
@pytest.mark.parametrize("name", [*BAD, "no such day"])
def test_each_bad_file_is_answered_in_every_language(name, language):
    desk = Desk()
    more = {"no such day": (HEAD + GOOD.replace("2026-02-01", "2026-13-45"), "")}
    data, _words = {**BAD, **more}[name]
    desk.clients["boss"].defaults["HTTP_ACCEPT_LANGUAGE"] = language
    answer, text = sent(desk, data)
    assert answer.status_code in {200, 400}
    assert "deals.csv" in text
    assert "Mend" not in text
