"""What is to be added becomes a plan, a run, records of the books, and is taken back."""

from __future__ import annotations

import pytest

from closebook.apps.companies.models import Role
from closebook.apps.matching.models import MatchList, MatchMemory, MatchRow, RowState
from closebook.apps.sync.models import Run
from closebook.apps.sync.services.adding import additions_plan
from closebook.apps.sync.services.undoing import undo_plan
from closebook.apps.sync.services.work import run_approve, run_enqueue
from closebook.core.errors import InputError
from tests.web.matching.test_desk import desk, hand_in, row
from tests.web.sync.conftest import Site, other_company, worked

FILE = (
    b"client_id,display_name,company,first_name,last_name,email,phone,street,city,postcode,parent_id\n"
    b"aB,Ann Hill,Hill Homes,Ann,Hill,ann@hill.com,555 010 0199,Oak 1,Lyon,69001,\n"
    b"ab,Bob Stone,,Bob,Stone,bob@stone.com,,,,,\n"
    b"10,Ann Hill:Kitchen,,,,,,,,,aB\n"
    b"11,Bob Stone:Kitchen,,,,,,,,,ab\n"
)


@pytest.fixture
def site(bare) -> Site:
    return Site(bare.company())


def add_all(site: Site) -> None:
    """Mark every row, jobs too."""
    rows = MatchRow.objects.filter(match_list=MatchList.objects.get())
    site.post(f"{desk()}decide/", {"word": "add", "row": [one.pk for one in rows]})


def planned(site: Site, **more: str) -> Run:
    address = site.post(f"{desk()}additions/", more)
    return Run.objects.get(pk=int(address.rstrip("/").rpartition("/")[2]))


def done(run: Run) -> Run:
    run_approve(run, "ada")
    run_enqueue(run)
    return worked(run)


def customers(world) -> dict[str, dict]:
    return {one["DisplayName"]: one for one in world.person().query_all("Customer")}


def test_an_empty_company_gets_the_whole_list(site, bare):
    hand_in(site, FILE)
    add_all(site)
    assert "Put 4 into the books" in site.get(desk())
    page = site.get(f"{desk()}additions/")
    assert "4 records are to be made." in page
    assert "2 of them are jobs" in page
    run = planned(site)
    assert not customers(bare)
    page = site.get(f"runs/{run.pk}/")
    assert "4 actions would be written" in page
    run = done(run)
    assert run.state == "done", run.reason
    assert [one["holds"] for one in run.proofs] == [True]
    found = customers(bare)
    assert set(found) == {"Ann Hill", "Bob Stone", "Kitchen", "Kitchen (Bob Stone)"}
    ann = found["Ann Hill"]
    assert (ann["CompanyName"], ann["GivenName"], ann["FamilyName"]) == ("Hill Homes", "Ann", "Hill")
    assert ann["PrimaryPhone"]["FreeFormNumber"] == "555 010 0199"
    assert found["Kitchen"]["ParentRef"]["value"] == ann["Id"]
    assert found["Kitchen"]["Job"] is True
    assert row("aB").state == RowState.MATCHED
    assert row("aB").chosen_id == ann["Id"]
    assert MatchMemory.objects.get(source_id="aB").remote_id == ann["Id"]
    assert "Ann Hill" in site.get(f"{desk()}?state=matched")
    assert "Put " not in site.get(desk())
    assert "ProjX360" not in site.get("connections/")


def test_an_undo_takes_them_back_but_not_what_was_touched(site, bare):
    hand_in(site, FILE)
    add_all(site)
    run = done(planned(site))
    client = bare.person()
    bob = customers(bare)["Bob Stone"]
    client.update("Customer", {**bob, "DisplayName": "Robert Stone"}, "touch-1")
    undo, plan = undo_plan(run)
    assert undo is not None
    assert {one.code for one in plan.actions if one.code} == {"left-changed-by-person"}
    undo = done(undo)
    assert undo.state == "done", undo.reason
    assert set(customers(bare)) == {"Robert Stone"}
    assert {one.source_id: one.state for one in MatchRow.objects.all()} == {
        "aB": RowState.ADDED,
        "10": RowState.ADDED,
        "11": RowState.ADDED,
        "ab": RowState.MATCHED,
    }
    again = done(planned(site))
    assert again.state == "done", again.reason
    assert set(customers(bare)) == {"Robert Stone", "Ann Hill", "Kitchen", "Kitchen (Bob Stone)"}


def test_a_job_hangs_under_the_customer_that_was_matched(site, bare):
    made = bare.make("Customer", DisplayName="Hill, Ann", PrimaryEmailAddr={"Address": "ann@hill.com"})
    hand_in(site, FILE)
    site.post(f"{desk()}decide/", {"one": f"{row('aB').pk}:match"})
    site.post(f"{desk()}decide/", {"one": f"{row('10').pk}:add"})
    site.post(f"{desk()}decide/", {"one": f"{row('11').pk}:add"})
    run = planned(site)
    page = site.get(f"runs/{run.pk}/")
    assert "Kitchen" in page
    assert run.actions.get(code="parent-missing").target.count("Kitchen") == 1
    run = done(run)
    assert run.state == "done", run.reason
    assert customers(bare)["Kitchen"]["ParentRef"]["value"] == str(made["Id"])
    assert row("11").state == RowState.ADDED


def test_a_name_that_was_taken_meanwhile_is_held(site, bare):
    hand_in(site, FILE)
    site.post(f"{desk()}decide/", {"one": f"{row('ab').pk}:add"})
    bare.make("Vendor", DisplayName="BOB stone")
    page = site.follow(f"{desk()}additions/")
    assert "The books have Bob Stone already." in page
    assert not Run.objects.exists()


def test_a_plan_is_stale_when_the_list_was_decided_anew(site, bare):
    hand_in(site, FILE)
    add_all(site)
    run = planned(site)
    site.post(f"{desk()}decide/", {"one": f"{row('ab').pk}:undo"})
    run = done(run)
    assert run.state == "stale"
    assert "decided anew" in run.reason
    assert not customers(bare)


def test_items_need_an_income_ledger_account(site, bare):
    income = bare.make("Account", Name="Goods", AccountType="Income")
    hand_in(site, b"item_id,name,sku\n1,Lamp,L-1\n2,Chair,C-2\n", kind="item")
    add_all(site)
    assert "Goods" in site.get(f"{desk()}additions/")
    site.post(f"{desk()}additions/", {"income": "99999"}, 400)
    with pytest.raises(InputError, match="income"):
        additions_plan(MatchList.objects.get(), income="99999")
    run = done(planned(site, income=str(income["Id"])))
    assert run.state == "done", run.reason
    items = {one["Name"]: one for one in bare.person().query_all("Item")}
    assert items["Lamp"]["Sku"] == "L-1"
    assert items["Chair"]["IncomeAccountRef"]["value"] == str(income["Id"])


def test_another_company_and_a_reader_add_nothing(site):
    hand_in(site, FILE)
    add_all(site)
    other = Site(other_company())
    other.get(f"{desk()}additions/", 404)
    Site(site.company, Role.READER, "vera").get(f"{desk()}additions/", 403)
