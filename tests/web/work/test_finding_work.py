"""An assistant's own profile and prospects: shown when wanted, private otherwise, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import AuditEvent, Membership
from closebook.apps.workforce.models import Pitch, Profile, Prospect
from closebook.apps.workforce.services.appointments import feed_renew
from closebook.transport import clock
from tests.apps.workforce.rooms import contract_of, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
ABOUT = "I answered the mail of two shops for three years. Both have kept me, and complaints fell by half."
WRITTEN = {
    "name": "Mei Lin", "headline": "Mail for small shops", "about": ABOUT, "languages": "English, 中文",
    "hours_week": "20", "weekdays": ["1", "3"], "begins": "09:00", "ends": "13:00", "zone": "Asia/Shanghai",
    "free_from": "2026-12-01",
}  # fmt: skip
SERVICE = {
    "service-kind": "email",
    "service-years": "3",
    "service-low_minor": "18",
    "service-high_minor": "22.50",
}
PROSPECT = {
    "name": "Quill & Co",
    "contact": "Ann Hill",
    "kind": "email",
    "next_step": "Write",
    "next_on": "2026-01-05",
}


@pytest.fixture
def desk():
    return room()


@pytest.fixture
def helper(desk):
    return client_of(desk.assistant)


def to(desk, name, *where):
    return reverse(name, args=[desk.company.pk, *where])


def written(desk, helper) -> Profile:
    assert helper.post(to(desk, "profile"), WRITTEN).status_code == 302
    assert helper.post(to(desk, "profile-service"), SERVICE).status_code == 302
    return Profile.objects.get()


def public(profile) -> str | None:
    answer = Client().get(reverse("profile-page", args=[profile.token]))
    return answer.content.decode() if answer.status_code == 200 else None


def test_a_profile_is_seen_by_nobody_until_it_is_shown(desk, helper):
    profile = written(desk, helper)
    assert public(profile) is None
    helper.post(to(desk, "profile-show"), {"to": "show"})
    text = public(profile)
    assert "Mail for small shops" in text
    assert "18.00 – 22.50 USD" in text
    assert "Mon, Wed" in text
    assert "09:00 – 13:00" in text
    assert "noindex" in text
    helper.post(to(desk, "profile-show"), {"to": "hide"})
    helper.post(to(desk, "profile-show"), {"to": "show"})
    assert public(profile) is None
    profile.refresh_from_db()
    assert public(profile) is not None
    said = AuditEvent.objects.filter(action__startswith="profile-").order_by("pk")
    assert list(said.values_list("action", flat=True)) == [
        "profile-shown", "profile-hidden", "profile-shown",
    ]  # fmt: skip


def test_search_engines_read_the_profile_as_a_person_where_they_may(desk, helper):
    profile = written(desk, helper)
    helper.post(to(desk, "profile"), {**WRITTEN, "is_found": "on", "about": ABOUT + " </script><b>"})
    helper.post(to(desk, "profile-show"), {"to": "show"})
    answer = Client().get(reverse("profile-page", args=[profile.token]))
    assert "X-Robots-Tag" not in answer
    text = answer.content.decode()
    assert 'name="robots"' not in text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])
    assert (data["@type"], data["name"]) == ("Person", "Mei Lin")
    assert data["description"].endswith("</script><b>")
    price = data["makesOffer"][0]["priceSpecification"]
    assert (price["minPrice"], price["maxPrice"], price["priceCurrency"]) == ("18.00", "22.50", "USD")
    assert data["knowsLanguage"] == ["English", "中文"]


def test_who_has_left_is_not_shown_any_more(desk, helper):
    profile = written(desk, helper)
    helper.post(to(desk, "profile-show"), {"to": "show"})
    Membership.objects.filter(person=desk.assistant).update(role="reader")
    assert public(profile) is None
    Membership.objects.filter(person=desk.assistant).delete()
    assert public(profile) is None


def test_an_unfinished_profile_is_not_shown_and_says_what_is_missing(desk, helper):
    helper.post(to(desk, "profile"), {"name": "Mei", "zone": "UTC"})
    answer = helper.post(to(desk, "profile-show"), {"to": "show"}, follow=True).content.decode()
    assert "Something is missing before others see it." in answer
    assert "Say in one line what you do, and for whom." in answer
    assert not Profile.objects.get().is_public


def test_only_references_whose_people_agreed_are_shown_and_all_can_be_put_back(desk, helper):
    profile = written(desk, helper)
    helper.post(to(desk, "profile-show"), {"to": "show"})
    for name, more in (("Ann Hill", {"reference-may_show": "on"}), ("Bo Berg", {})):
        typed = {"reference-name": name, "reference-words": f"{name} was glad.", **more}
        assert helper.post(to(desk, "profile-reference"), typed).status_code == 302
    assert "Ann Hill was glad." in public(profile)
    assert "Bo Berg" not in public(profile)
    one = profile.references.get(name="Ann Hill")
    part = {"kind": "reference", "part": one.pk}
    helper.post(to(desk, "profile-part"), part)
    assert "Ann Hill" not in public(profile)
    assert "Ann Hill" in helper.get(to(desk, "profile")).content.decode()
    helper.post(to(desk, "profile-part"), {**part, "to": "back"})
    assert "Ann Hill" in public(profile)
    assert client_of(desk.owner).post(to(desk, "profile-part"), part).status_code == 404


def test_finished_tasks_are_counted_where_the_person_says_so(desk, helper):
    profile = written(desk, helper)
    task_of(desk.contract, "closed")
    helper.post(to(desk, "profile-show"), {"to": "show"})
    assert "Finished tasks" not in public(profile)
    helper.post(to(desk, "profile"), {**WRITTEN, "shows_finished": "on"})
    assert "Finished tasks" in public(profile)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("profile", {**WRITTEN, "ends": "08:00"}, "Type from when until when."),
        ("profile", {**WRITTEN, "begins": "25:00"}, "Write the time as 09:00."),
        ("profile", {**WRITTEN, "zone": "Mars/Base"}, "Select a valid choice"),
        ("profile", {**WRITTEN, "hours_week": "900"}, "80"),
        ("profile", {**WRITTEN, "weekdays": ["8"]}, "Select a valid choice"),
        ("profile-service", {**SERVICE, "service-high_minor": "10"}, "The range goes from low to high."),
        (
            "profile-service",
            {**SERVICE, "service-low_minor": "0", "service-high_minor": "0"},
            "The range goes",
        ),
        ("profile-service", {**SERVICE, "service-kind": "magic"}, "Select a valid choice"),
        ("profile-reference", {}, "This field is required."),
        ("prospect-new", {**PROSPECT, "next_on": ""}, "A next step is what and by when."),
        ("prospect-new", {**PROSPECT, "link": "javascript:alert(1)"}, "link"),
        ("prospect-new", {}, "This field is required."),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(desk, helper, name, typed, words):
    answer = helper.post(to(desk, name), typed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Prospect.objects.exists()


def test_the_same_service_is_offered_once(desk, helper):
    written(desk, helper)
    answer = helper.post(to(desk, "profile-service"), SERVICE)
    assert "This service stands there already." in answer.content.decode()


def prospect_in(desk, helper) -> Prospect:
    assert helper.post(to(desk, "prospect-new"), PROSPECT).status_code == 302
    return Prospect.objects.get()


def test_prospects_are_nobody_elses_business(desk, helper):
    row = prospect_in(desk, helper)
    owner = client_of(desk.owner)
    assert "Quill" not in owner.get(to(desk, "prospects")).content.decode()
    for name in ("prospect", "prospect-move", "pitch-new", "pitch-answer"):
        assert owner.post(to(desk, name, row.pk), {"to": "won", "text": "x"}).status_code == 404
    assert owner.post(to(desk, "prospect-remove"), {"prospect": row.pk}).status_code == 404
    csv = owner.get(to(desk, "prospects"), {"export": "csv"})
    assert b"Quill" not in b"".join(csv.streaming_content if csv.streaming else [csv.content])
    assert not AuditEvent.objects.filter(action__contains="prospect").exists()
    row.refresh_from_db()
    assert row.state == "noted"


def test_a_pitch_begins_from_the_profile_in_three_languages_and_moves_the_prospect(desk, helper):
    profile, row = written(desk, helper), prospect_in(desk, helper)
    helper.post(to(desk, "profile-show"), {"to": "show"})
    letters = [
        helper.get(to(desk, "prospect", row.pk), {"in": code}).content.decode()
        for code in ("en", "nl", "zh-hans")
    ]
    assert "I have done e-mail for 3 years, for 18.00 – 22.50 USD an hour." in letters[0]
    assert profile.token in letters[0]
    assert "Beste Ann Hill" in letters[1]
    assert len(set(letters)) == 3
    sent = {"day": "2026-01-02", "channel": "E-mail", "text": "Dear Ann, …"}
    helper.post(to(desk, "pitch-new", row.pk), sent)
    row.refresh_from_db()
    assert (row.state, row.next_on) == ("pitched", dt.date(2026, 1, 5))
    pitch = Pitch.objects.get()
    helper.post(to(desk, "pitch-answer", row.pk), {"pitch": pitch.pk, "answer": "Call me."})
    assert "Call me." in helper.get(to(desk, "prospect", row.pk)).content.decode()
    assert helper.post(to(desk, "pitch-new", row.pk), {"day": "never", "text": ""}).status_code == 400


def test_a_pitch_without_a_next_step_gets_one(desk, helper):
    helper.post(to(desk, "prospect-new"), {**PROSPECT, "next_step": "", "next_on": ""})
    row = Prospect.objects.get()
    helper.post(to(desk, "pitch-new", row.pk), {"day": "2026-01-02", "text": "Dear Ann"})
    row.refresh_from_db()
    assert row.next_on == clock.today() + dt.timedelta(days=7)
    assert row.next_step


def test_what_is_due_stands_above_the_list_and_in_the_calendar(desk, helper):
    row = prospect_in(desk, helper)
    page = helper.get(to(desk, "prospects")).content.decode()
    assert page.index("overdue") < page.index("listing-prospects")
    assert "Quill" in helper.get(to(desk, "dates")).content.decode()
    assert "Quill" not in client_of(desk.owner).get(to(desk, "dates")).content.decode()
    feed = feed_renew(desk.company, desk.assistant)
    assert b"Quill" in Client().get(reverse("feed", args=[feed.token])).content
    assert helper.post(to(desk, "prospect-move", row.pk), {"to": "lost"}, follow=True).status_code == 200
    row.refresh_from_db()
    assert row.state == "noted"
    helper.post(to(desk, "prospect-move", row.pk), {"to": "lost", "reason": "Too dear."})
    row.refresh_from_db()
    assert (row.state, row.next_on) == ("lost", None)
    assert "overdue" not in helper.get(to(desk, "prospects")).content.decode()


def test_who_gives_out_work_has_no_entry_for_finding_it(desk, helper):
    address = to(desk, "prospects")
    assert address in helper.get(to(desk, "tasks")).content.decode()
    assert address not in client_of(desk.owner).get(to(desk, "tasks")).content.decode()


def test_a_prospect_is_taken_off_and_put_back(desk, helper):
    row = prospect_in(desk, helper)
    helper.post(to(desk, "prospect-remove"), {"prospect": row.pk})
    assert helper.get(to(desk, "prospect", row.pk)).status_code == 404
    assert "Put it back" in helper.get(to(desk, "prospects")).content.decode()
    helper.post(to(desk, "prospect-remove"), {"prospect": row.pk, "to": "back"})
    assert helper.get(to(desk, "prospect", row.pk)).status_code == 200


def test_many_prospects_cost_no_more_questions_than_one(desk, helper):
    row, counts = prospect_in(desk, helper), []
    helper.get(to(desk, "prospects"))
    for more in (0, 29):
        Prospect.objects.bulk_create(
            Prospect(
                company=desk.company, person=desk.assistant, name=f"B{n}", kind="email", made_at=clock.now(),
                next_step="x", next_on=row.next_on,
            )
            for n in range(more)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            helper.get(to(desk, "prospects"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_second_assistant_has_their_own(desk, helper):
    prospect_in(desk, helper)
    other = room("two")
    contract_of(desk.company, other.assistant)
    Membership.objects.create(company=desk.company, person=other.assistant, role="assistant")
    assert "Quill" not in client_of(other.assistant).get(to(desk, "prospects")).content.decode()
