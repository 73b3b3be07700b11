"""The audit log says in words what was done, and links to what it names."""

from __future__ import annotations

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Role
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection
from closebook.transport import clock
from closebook.web.people.audit_words import ACTIONS
from tests.project.sources import ROOT

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def read(world, person=None, **wishes) -> str:
    answer = world.client(person).get(f"/c/{world.company.pk}/audit/", wishes)
    assert answer.status_code == 200
    return (
        "".join(map(bytes.decode, answer.streaming_content)) if answer.streaming else answer.content.decode()
    )


def shop(world, company, name="Shop") -> Connection:
    return Connection.objects.create(
        company=company, name=name, connector="etsy", currency="EUR", created_at=clock.now()
    )


def append(world, actor, action, subject, **details):
    return audit_append(world.company.pk, actor, action, subject, details)


def test_details_are_words_with_links_and_never_json(world):
    made = shop(world, world.company)
    member = world.member("bob")
    append(world, "ada", "run-approved", "Shop", run=7, actions=1234)
    append(world, "ada", "role-changed", "bob", **{"from": "reader", "to": "bookkeeper"})
    append(world, "ada", "record-made", "Invoice 145", request="r", token="0", before="")
    append(world, "ada", "profile-saved", "Shop", opening_minor=-123456)
    append(world, "run 7", "books-written", "Shop", **{f"order:{n}/sale": f"create {n}" for n in range(9)})
    append(world, "ada", "decided", "Shop", key="order:1/sale", word="ignore")
    append(world, "ada", "token-made", "Till", token=1, abilities=["see-books"], days=30)
    page = read(world)
    assert "{&quot;" not in page
    assert '{"' not in page.split("<main")[1]
    base = f"/c/{world.company.pk}"
    for address in (
        f"{base}/runs/7/", f"{base}/connections/{made.pk}/", f"{base}/people/{member.pk}/",
        f"{base}/documents/invoice/145/", "/errors/list/?q=order%3A1%2Fsale",
    ):  # fmt: skip
        assert address in page, address
    for words in (
        "approved a plan", "1,234", "Bookkeeper", "\u22121,234.56 EUR", "create 3", "and 3 more",
        "Leave it alone", "see the books", "Invoice 145",
    ):  # fmt: skip
        assert words.lower() in page.lower(), words
    assert page.count('<dl class="facts">') == 7


def test_neighbours_are_one_line_that_opens_and_a_file_has_each(world):
    for number in range(5):
        append(world, "run 7", "books-written", "Shop", **{f"order:{number}/sale": f"create {number}"})
    append(world, "run 8", "books-written", "Shop", **{"order:9/sale": "create 9"})
    page = read(world)
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == 2
    assert rows.count("<details>") == 1
    assert "<summary>5 lines</summary>" in rows
    assert rows.count('<dl class="facts">') == 6
    assert read(world, export="csv").count("run 7") == 5


def test_what_is_named_is_escaped_and_a_file_has_words(world):
    append(world, "ada", "files-pulled", "Shop", **{"<b>x.csv": "3 rows"})
    page = read(world)
    assert "<b>x.csv" not in page
    assert "&lt;b&gt;x.csv" in page
    assert "<b>x.csv: 3 rows" in read(world, export="csv")


def test_another_companys_shop_of_the_same_name_is_not_linked(world):
    theirs = shop(world, world.other)
    append(world, "ada", "run-approved", "Shop", actions=1)
    append(world, "ada", "role-changed", "eve", to="reader")
    page = read(world)
    assert f"/connections/{theirs.pk}/" not in page
    assert ">eve</a>" not in page


def test_who_may_not_open_a_page_gets_no_link_to_it(world):
    keeper = world.member("kim", Role.BOOKKEEPER).person
    append(world, "ada", "role-changed", "kim", to="bookkeeper")
    append(world, "ada", "webhook-made", "https://example.org/", webhook=1, events="all")
    page = read(world, keeper).split("<main")[1]
    assert "/people/" not in page
    assert "/webhooks/" not in page


def test_the_log_is_filtered_by_what_was_done(world):
    append(world, "ada", "run-approved", "Shop", run=7)
    append(world, "ada", "company-renamed", "Mugs", to="Mugs")
    body = read(world, action="run-approved").split("<tbody>")[1]
    assert "approved a plan" in body
    assert "renamed" not in body


def test_the_log_takes_as_many_queries_for_thirty_lines_as_for_one(world):
    shop(world, world.company)
    counts = []
    for lines in (1, 29):
        for number in range(lines):
            append(world, "ada", "run-approved", "Shop", run=number)
        read(world)
        with CaptureQueriesContext(database) as queries:
            read(world)
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


def test_each_action_of_the_log_has_words():
    known, source = set(), ROOT / "src" / "closebook"
    for path in source.rglob("*.py"):
        for call in re.findall(r"(?:audit_append|_note)\((.*?)\)", path.read_text("utf-8"), re.DOTALL):
            known |= set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', call))
    assert len(known) > 30
    assert known <= set(ACTIONS)
