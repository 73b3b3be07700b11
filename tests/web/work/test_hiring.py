"""Hiring: a posting becomes public, people apply, and each step is told, by what they sent and no more."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.workforce.models import Application, Candidate, Posting, Screening
from closebook.apps.workforce.services.finding import apply, posting_move, posting_save
from tests.apps.workforce.rooms import Room, room

pytestmark = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FACTS = {
    "title": "Inbox </script> of the shop",
    "kind": "email",
    "description": "Sort the mail of the shop into folders by customer.",
    "done_means": "The inbox of the shop is empty each evening.",
    "hours_week": 5,
    "market": "",
    "low_minor": 1500,
    "high_minor": 3000,
    "currency": "USD",
}
TYPED = {**FACTS, "low_minor": "15", "high_minor": "30"}
SENT = {"name": "Bea", "email": "Bea@example.com", "letter": "I sort mail with pleasure.", "wish_minor": "20"}


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def desk() -> Room:
    cache.clear()
    return room()


def opened(desk: Room) -> Posting:
    return posting_move(posting_save(desk.company, None, FACTS, "ada"), "open", "ada")


def test_a_posting_is_written_made_clearer_and_opened(desk):
    owner, number = client_of(desk.owner), desk.company.pk
    assert "Nothing is offered yet" in owner.get(reverse("postings", args=[number])).content.decode()
    new = reverse("posting-new", args=[number])
    assert owner.post(new, {**TYPED, "low_minor": "99"}).status_code == 400
    owner.post(new, {**TYPED, "description": "Various things."})
    posting = Posting.objects.get()
    assert (posting.low_minor, posting.state) == (1500, "draft")
    where = [number, posting.pk]
    assert Client().get(reverse("job", args=[posting.token])).status_code == 404
    refused = owner.post(reverse("posting-move", args=where), {"to": "open"}, follow=True)
    assert "Say in a sentence or two" in refused.content.decode()
    owner.post(reverse("posting-edit", args=where), TYPED)
    owner.post(reverse("posting-move", args=where), {"to": "open"})
    posting.refresh_from_db()
    assert posting.state == "open"
    assert reverse("job", args=[posting.token]) in owner.get(reverse("posting", args=where)).content.decode()


def test_the_public_page_says_what_search_engines_read(desk):
    page = Client().get(reverse("job", args=[opened(desk).token])).content.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found = json.loads(data)
    assert found["title"] == FACTS["title"]
    assert found["baseSalary"]["value"]["minValue"] == "15.00"


def test_somebody_applies_once_and_reads_how_it_stands(desk):
    posting, visitor = opened(desk), Client()
    page = reverse("job", args=[posting.token])
    wrong = visitor.post(page, {**SENT, "file": SimpleUploadedFile("virus.exe", b"x")})
    assert wrong.status_code == 400
    assert visitor.post(page, {**SENT, "website": "spam"}).status_code == 302
    assert not Application.objects.exists()
    answer = visitor.post(page, {**SENT, "file": SimpleUploadedFile("cv.pdf", b"%PDF")})
    assert "received" in visitor.get(answer["Location"]).content.decode()
    assert answer["Location"] in mail.outbox[0].body
    again = visitor.post(page, {**SENT, "letter": "Another letter, by somebody else."})
    assert "applied" not in again["Location"]
    made = Application.objects.get()
    assert made.letter == SENT["letter"]
    owner, where = client_of(desk.owner), [desk.company.pk, made.pk]
    file = owner.get(reverse("application-file", args=where))
    assert "attachment" in file["Content-Disposition"]
    assert file.getvalue() == b"%PDF"
    owner.post(reverse("application-move", args=where), {"to": "shortlisted"})
    owner.post(reverse("application-move", args=where), {"to": "declined"})
    made.refresh_from_db()
    assert made.state == "shortlisted"
    owner.post(reverse("application-move", args=where), {"to": "declined", "reason": "We need evenings."})
    assert "We need evenings." in mail.outbox[-1].body
    assert "We need evenings." in visitor.get(answer["Location"]).content.decode()
    assert visitor.get("/applied/1:forged/").status_code == 404


def test_an_offer_is_taken_by_the_applicant_alone(desk):
    posting, visitor = opened(desk), Client()
    link = visitor.post(reverse("job", args=[posting.token]), SENT)["Location"]
    made, owner = Application.objects.get(), client_of(desk.owner)
    where = [desk.company.pk, made.pk]
    for to in ("shortlisted", "offered", "hired"):
        owner.post(reverse("application-move", args=where), {"to": to})
    made.refresh_from_db()
    assert made.state == "offered"
    visitor.post(link, {"to": "hired"})
    made.refresh_from_db()
    assert made.state == "hired"


def test_too_many_applications_from_one_place_are_refused(desk):
    page, visitor = reverse("job", args=[opened(desk).token]), Client()
    statuses = [
        visitor.post(page, {**SENT, "email": f"p{number}@example.com"}).status_code for number in range(11)
    ]
    assert statuses == [302] * 10 + [400]


def test_a_marketplace_list_joins_people_by_mail_and_telephone(desk):
    posting = opened(desk)
    text = (
        "Full name,Email,Mobile\nBea,bea@example.com,+31 6 1\nB. E. A.,BEA@example.com,\n"
        "Bea again,,31-61\nCleo,cleo@example.com,\n"
    )
    owner, where = client_of(desk.owner), [desk.company.pk, posting.pk]
    owner.post(reverse("posting-list", args=where), {"file": SimpleUploadedFile("a.csv", text.encode())})
    assert sorted(Candidate.objects.values_list("name", flat=True)) == ["Bea", "Cleo"]
    bad = owner.post(
        reverse("posting-list", args=where), {"file": SimpleUploadedFile("a.csv", b"x\n1\n")}, follow=True
    )
    assert "no column with names" in bad.content.decode()


def test_a_check_is_kept_and_another_company_finds_nothing(desk):
    posting, other = opened(desk), room("two")
    made, _new = apply(posting, {"name": "Bea", "email": "bea@example.com"})
    owner, stranger = client_of(desk.owner), client_of(other.owner)
    check = {"name": "References", "passed": "on", "note": "Two, both good."}
    assert owner.post(reverse("application-check", args=[desk.company.pk, made.pk]), {}).status_code == 400
    owner.post(reverse("application-check", args=[desk.company.pk, made.pk]), check)
    assert Screening.objects.get().passed
    mine = other.company.pk
    for name in ("posting", "posting-edit"):
        assert stranger.get(reverse(name, args=[mine, posting.pk])).status_code == 404
    for name in ("posting-move", "posting-list"):
        assert stranger.post(reverse(name, args=[mine, posting.pk])).status_code == 404
    for name in ("application", "application-file"):
        assert stranger.get(reverse(name, args=[mine, made.pk])).status_code == 404
    for name in ("application-move", "application-check"):
        assert stranger.post(reverse(name, args=[mine, made.pk])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_rows(desk):
    posting, owner, counted = opened(desk), client_of(desk.owner), []
    for more in (1, 12):
        for number in range(more):
            posting_save(desk.company, None, FACTS, "ada")
            apply(posting, {"name": "P", "email": f"{more}-{number}@example.com"})
        for name, where in (("postings", []), ("posting", [posting.pk])):
            address = reverse(name, args=[desk.company.pk, *where])
            owner.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]


def test_a_vague_posting_is_asked_what_one_would_look_at(desk):
    facts = {**FACTS, "done_means": "nice"}
    posting = posting_save(desk.company, None, facts, "ada")
    owner, where = client_of(desk.owner), [desk.company.pk, posting.pk]
    told = owner.post(reverse("posting-move", args=where), {"to": "open"}, follow=True).content.decode()
    assert told.count("What would you look at to see that it is finished?") == 2
    posting.refresh_from_db()
    assert posting.state == "draft"


LISTS = {
    "semicolons": b"Naam;E-mail\nPiet Pauw;piet@example.com\n",
    "western letters": "Name,Email\nJosé Núñez,jose@example.com\n".encode("cp1252"),
    "two bytes": "Name,Email\nKim,kim@example.com\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_however_it_was_saved(desk, name):
    where = [desk.company.pk, opened(desk).pk]
    file = SimpleUploadedFile("a.csv", LISTS[name])
    client_of(desk.owner).post(reverse("posting-list", args=where), {"file": file})
    assert Candidate.objects.get().name in {"Piet Pauw", "José Núñez", "Kim"}


def test_rows_that_cannot_be_right_are_named_and_the_others_taken(desk):
    posting, owner = opened(desk), client_of(desk.owner)
    where = [desk.company.pk, posting.pk]
    rows = ["Bea,bea@example.com", ",nobody@example.com", "Cleo,not-a-mail", f"{'N' * 201},n@example.com"]
    text = "Name,Email\n" + "\n".join(rows)

    def take(data):
        file = SimpleUploadedFile("a.csv", data)
        told = owner.post(reverse("posting-list", args=where), {"file": file}, follow=True)
        assert told.status_code == 200
        return told.content.decode()

    told = take(text.encode())
    assert "1 applied" in told
    for words in (
        "3 rows were left out",
        "row 3, there is no name",
        "row 4, this is no mail",
        "row 5, a cell",
    ):
        assert words in told
    assert Candidate.objects.get().name == "Bea"
    for broken in (b"", b'Name,Email\n"' + b"x" * 200_000 + b'",a@example.com\n', bytes(range(256)) * 20):
        take(broken)
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize("phone", ["0049 170 1234567", "+49 (0)170 1234567", "+49-170/1234567"])
def test_who_applies_again_with_another_spelling_is_one_person(desk, phone):
    posting = opened(desk)
    first, _new = apply(posting, {"name": "Zoë", "email": "zoe@example.com", "phone": "+49 170 1234567"})
    again, new = apply(posting, {"name": "Zoe Wang", "email": "zoe.wang@example.com", "phone": phone})
    assert (again, new) == (first, False)


def test_somebody_of_the_same_name_is_pointed_at(desk):
    posting, other = opened(desk), room("two")
    one, _new = apply(posting, {"name": "Zoe Wang", "email": "zoe@example.com"})
    apply(opened(other), {"name": "Zoe Wang", "email": "zoe@example.org"})
    page = reverse("application", args=[desk.company.pk, one.pk])
    owner = client_of(desk.owner)
    assert "may be one person" not in owner.get(page).content.decode()
    two, _new = apply(posting, {"name": "zoe wang", "email": "zw@example.com"})
    found = owner.get(page).content.decode()
    assert "may be one person" in found
    assert reverse("application", args=[desk.company.pk, two.pk]) in found
