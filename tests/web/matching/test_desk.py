"""The desk, as a person uses it: from the file to the last decision and back."""

from __future__ import annotations

import io

import pytest
from django.db import connections as databases
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Role
from closebook.apps.matching.models import MatchList, MatchRow, RowState
from closebook.apps.matching.services.lists import list_make
from closebook.core.matching.party import Party
from tests.web.sync.conftest import Site, empty_site, other_company  # noqa: F401 - one is a fixture

FILE = (
    b"client_id,display_name,first_name,last_name,email,phone,parent_id\n"
    b"7,Ann Hill,Ann,Hill,ann@hill.com,555 010 0199,\n"
    b"8,Bob Stone,Bob,Stone,bob@stone.com,,\n"
    b"9,New Person,New,Person,new@person.com,,\n"
    b"10,Ann Hill:Kitchen,,,,,7\n"
)


def hand_in(site: Site, data: bytes = FILE, code: int = 302, **more: str) -> str:
    file = io.BytesIO(data)
    file.name = "clients.csv"
    return site.post("matching/new/", {"kind": "customer", "source": "ProjX360", "file": file, **more}, code)


@pytest.fixture
def world(bare):
    mail = {
        "PrimaryEmailAddr": {"Address": "ANN@hill.com"},
        "PrimaryPhone": {"FreeFormNumber": "(555) 010-0199"},
    }
    bare.make("Customer", DisplayName="Hill, Ann", **mail)
    bare.make("Customer", DisplayName="Robert Stone", PrimaryEmailAddr={"Address": "bob@stone.com"})
    bare.make("Vendor", DisplayName="New Person")
    return bare


@pytest.fixture
def site(world) -> Site:
    return Site(world.company())


def row(source_id: str) -> MatchRow:
    return MatchRow.objects.get(source_id=source_id)


def desk() -> str:
    return f"matching/{MatchList.objects.get().pk}/"


def test_a_list_stands_beside_the_books(site):
    assert "No list is matched yet" in site.get("matching/")
    assert hand_in(site) == f"/c/{site.company.pk}/{desk()}"
    page = site.get(desk())
    for text in (
        "Ann Hill",
        "Hill, Ann",
        "same e-mail, same phone, same",
        "nobody like it in the books",
        "Ignore 1 job",
    ):
        assert text in page
    assert "ProjX360" in site.get("matching/")


def test_a_file_that_is_no_list_is_said_at_its_field(site):
    page = hand_in(site, b"1,2\n3,4\n", code=400)
    assert "names its columns" in page
    assert "ProjX360" in page
    assert not MatchList.objects.exists()


def test_one_is_matched_one_ignored_and_taken_back(site):
    hand_in(site)
    page = site.follow(f"{desk()}decide/", {"one": f"{row('7').pk}:match"})
    assert "1 is matched." in page
    assert row("7").chosen_id
    site.post(f"{desk()}decide/", {"one": f"{row('8').pk}:ignore"})
    assert "Bob Stone" in site.get(f"{desk()}?state=ignored")
    act = MatchList.objects.get().acts.latest("pk")
    assert "1 row is as it was." in site.follow(f"{desk()}undo/", {"act": act.pk})
    assert row("8").state == RowState.OPEN
    site.post(f"{desk()}decide/", {"one": f"{row('7').pk}:undo"})
    assert row("7").state == RowState.OPEN


def test_a_name_that_a_vendor_has_is_not_added(site):
    hand_in(site)
    page = site.follow(f"{desk()}decide/", {"one": f"{row('9').pk}:add"})
    assert "a vendor of the name New Person" in page
    assert row("9").state == RowState.OPEN


def test_ticked_rows_go_together(site):
    hand_in(site)
    page = site.follow(f"{desk()}decide/", {"word": "ignore", "row": [row("7").pk, row("8").pk]})
    assert "2 are left out." in page
    assert "No row was chosen" in site.follow(f"{desk()}decide/", {"word": "ignore"})
    assert "Nothing was chosen" in site.follow(f"{desk()}decide/", {"word": "dance"})


def test_jobs_are_ignored_by_one_button(site):
    hand_in(site)
    site.post(f"{desk()}decide/", {"word": "ignore-jobs"})
    assert row("10").state == RowState.IGNORED


def test_the_automatic_match_shows_what_it_would_do_and_does_it(site):
    hand_in(site)
    page = site.get(f"{desk()}automatic/")
    assert "of 4 open rows" in page
    assert row("7").state == RowState.OPEN
    site.follow(f"{desk()}automatic/", {"score": "99"})
    assert row("7").state == RowState.MATCHED
    site.get(f"{desk()}automatic/?score=7", code=400)


def test_another_record_is_found_and_chosen(site):
    hand_in(site)
    page = site.get(f"{desk()}rows/{row('9').pk}/?q=robert")
    assert "Robert Stone" in page
    found = MatchList.objects.get().partners.get(name="Robert Stone")
    site.post(f"{desk()}decide/", {"one": f"{row('9').pk}:match", "partner": found.remote_id})
    assert row("9").chosen_id == found.remote_id


def test_books_without_customers_take_the_whole_list(bare):
    site = Site(bare.company())
    hand_in(site, FILE)
    assert "marked to be added at once" in site.get(desk())
    site.post(f"{desk()}decide/", {"word": "add-all"})
    assert MatchRow.objects.filter(state=RowState.ADDED).count() == 3


def test_many_are_added_after_one_look_at_all_names(bare):
    site = Site(bare.company())
    lines = b"".join(b"%d,Person %d,p%d@x.nl\n" % (n, n, n) for n in range(15))
    hand_in(site, b"id,name,email\n" + lines)
    bare.make("Vendor", DisplayName="person 7")
    assert "a vendor of the name Person 7" in site.follow(f"{desk()}decide/", {"word": "add-all"})
    assert not MatchRow.objects.filter(state=RowState.ADDED).exists()


def test_search_filter_and_export(site):
    hand_in(site)
    page = site.get(f"{desk()}?q=stone")
    assert "Bob Stone" in page
    assert "New Person" not in page
    exported = site.get(f"{desk()}?state=all&export=csv")
    assert "Ann Hill,7,open," in exported
    assert "Nothing fits" in site.get(f"{desk()}?q=zzz")


def test_the_way_back_stays_on_the_desk(site):
    hand_in(site)
    data = {"one": f"{row('7').pk}:ignore", "next": "https://elsewhere.org/"}
    assert site.post(f"{desk()}decide/", data) == f"/c/{site.company.pk}/{desk()}"
    data = {"one": f"{row('8').pk}:ignore", "next": f"/c/{site.company.pk}/{desk()}?q=b"}
    assert site.post(f"{desk()}decide/", data).endswith("?q=b")


def test_another_companys_lists_are_not_found(site):
    hand_in(site)
    act = {"act": 1, "one": f"{row('7').pk}:ignore"}
    elsewhere = Site(other_company(), name="eve")
    for path in ("", "automatic/", f"rows/{row('7').pk}/"):
        elsewhere.get(f"{desk()}{path}", code=404)
    for path in ("decide/", "undo/", "automatic/"):
        elsewhere.post(f"{desk()}{path}", act, code=404)
    assert "ProjX360" not in elsewhere.get("matching/")
    assert row("7").state == RowState.OPEN


def test_a_row_of_another_list_is_not_found_or_changed(site):
    hand_in(site)
    mine = desk()
    other = list_make(site.company, "ada", [Party("x", "X")], [Party("1", "Y")], kind="customer", source="Z")
    stranger = other.rows.get()
    site.get(f"{mine}rows/{stranger.pk}/", code=404)
    site.post(f"{mine}decide/", {"one": f"{stranger.pk}:ignore"})
    stranger.refresh_from_db()
    assert stranger.state == RowState.OPEN


def test_a_reader_looks_and_does_not_decide(site):
    hand_in(site)
    reader = Site(site.company, Role.READER, "rea")
    assert "data-key" not in reader.get(desk())
    reader.post(f"{desk()}decide/", {"one": f"{row('7').pk}:ignore"}, code=403)
    reader.get("matching/new/", code=403)


def test_thirty_rows_cost_as_many_queries_as_one(site):
    counts = []
    for many in (1, 30):
        ours = [Party(f"{n}", f"Person {n}", emails=(f"p{n}@x{n}.com",)) for n in range(many)]
        theirs = [Party(f"r{n}", f"Person {n}", emails=(f"p{n}@x{n}.com",)) for n in range(many)]
        held = list_make(site.company, "ada", ours, theirs, kind="customer", source=f"S{many}")
        site.get(f"matching/{held.pk}/")
        with CaptureQueriesContext(databases["default"]) as found:
            site.get(f"matching/{held.pk}/")
            site.get(f"matching/{held.pk}/automatic/")
        counts.append(len(found))
    assert counts[0] == counts[1]
