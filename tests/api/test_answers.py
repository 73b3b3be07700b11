"""What the API tells of a synchronised shop, and what it does."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT, encode_multipart

from closebook.apps.companies.models import AuditEvent
from closebook.apps.sync.models import Run
from closebook.apps.sync.services import work

pytestmark = pytest.mark.xdist_group("api")


def test_who_calls(till):
    me = till.get("me")
    assert (me["role"], me["company"]["name"], me["token"]["name"]) == ("owner", "My company", "Till")
    assert "run-sync" in me["token"]["abilities"]
    assert till.get("company")["books_here"] is True


def test_connections_runs_and_actions(till, world):
    (connection,) = till.get("connections")["items"]
    assert till.get(f"connections/{connection['connection']}") == connection
    (run,) = till.get("runs")["items"]
    assert run["state"] == "done"
    assert all(proof["holds"] for proof in run["proofs"])
    assert till.get(f"runs/{run['run']}") == run
    actions = till.all(f"runs/{run['run']}/actions", 40)
    assert len(actions) == run["total"]
    assert [each["position"] for each in actions] == sorted(each["position"] for each in actions)
    assert till.get(f"runs/{run['run']}/progress")["ended"] is True
    assert till.get(f"runs?state=failed&connection={connection['connection']}")["items"] == []


def test_figures_are_what_the_command_says(till, world):
    told = world.json("statement", "trial-balance", "--company", "My company", "--to", "2027-12-31")
    told.pop("company")
    assert till.get("statements/trial-balance?day_to=2027-12-31&day_from=2027-01-01") == told
    by_name = {}
    for each in till.all("ledger-accounts?as_of=2027-12-31", 50):
        if each["balance_minor"]:
            by_name[each["full_name"].rsplit(":")[-1]] = each["balance_minor"]
    assert sum(by_name.values()) == 0
    assert by_name
    assert "trial-balance" in till.get("statements")["statements"]


def test_a_figure_opens_its_postings(till):
    table = till.get("statements/profit-and-loss?day_from=2026-01-01&day_to=2026-02-28")
    figures = [cell for row in _rows(table["rows"]) for cell in row["cells"][1:] + row["total"][1:]]
    opened = [cell for cell in figures if cell.get("opens")]
    assert opened
    for cell in opened[:6]:
        found = _postings(till, cell["opens"], 7)
        sign = -1 if cell["opens"]["credit_positive"] else 1
        assert sign * sum(each["amount_minor"] for each in found) == (cell["value"] or 0)
        keys = [(each["entry"], each["line"]) for each in found]
        assert len(keys) == len(set(keys))


def _rows(rows):
    for row in rows:
        yield row
        yield from _rows(row["rows"])


def _postings(till, opens, limit):
    found, address = [], f"postings?limit={limit}"
    while address:
        page = till.post(address, opens, key="")
        found += page["items"]
        address = page["next"]
    return found


def test_documents_lead_to_their_source_rows(till):
    listed = till.all("documents?kind=SalesReceipt", 10)
    assert listed
    assert all(each["kind"] == "SalesReceipt" and each["currency"] == "USD" for each in listed)
    whole = till.get(f"documents/SalesReceipt/{listed[0]['id']}")
    assert whole["trail"]["postings"]
    assert whole["trail"]["rows"][0]["file"].endswith(".csv")
    assert sum(each["amount_minor"] for each in whole["trail"]["postings"]) == 0
    row = whole["trail"]["rows"][0]
    assert till.get(f"why?ref={row['file']}:{row['row']}")["documents"]
    assert till.get(f"why?ref={listed[0]['document']}")["documents"][0]["ref"] == listed[0]["document"]


@pytest.mark.parametrize("name", ["customers", "vendors", "items"])
def test_lists(till, name):
    rows = till.all(name, 20)
    assert rows
    assert till.get(f"{name}/{rows[0]['id']}") == rows[0]
    assert till.call("GET", f"{name}/999999").status_code == 404


def test_proofs(till, world):
    proved = till.get("proof")
    assert (proved["holds"], proved["audit_broken_at"]) == (True, None)
    assert proved["postings"] > 50
    tied = till.get(f"connections/{world.connection.pk}/tie-out")
    assert tied["rows"]
    assert tied == world.json("tieout", world.connection.name, code=0 if tied["ties"] else 3)
    one = till.get(f"connections/{world.connection.pk}/tie-out?month=2026-01")
    assert {row["month"] for row in one["rows"]} == {"2026-01"}


def test_a_profile_is_read_tried_and_changed(till, world):
    address = f"connections/{world.connection.pk}/profile"
    profile = till.get(address)["profile"]
    changed = {**profile, "number_prefix": "X"}
    tried = till.call("POST", f"{address}/try", {"profile": changed}, key="")
    assert tried.status_code == 200
    assert all(each["now_minor"] == each["then_minor"] for each in tried.json()["lines"])
    assert till.get(address)["version"] == 1
    assert till.call("PUT", address, {"profile": changed}).json()["version"] == 2
    for wrong in (
        {},
        {**profile, "modes": 1},
        {**profile, "customer_policy": []},
        {**profile, "currency": "EUR"},
    ):
        answer = till.call("PUT", address, {"profile": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong-profile"), wrong
    assert till.get(address)["version"] == 2


def upload(till, address, paths, **headers):
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    body = encode_multipart(MULTIPART_CONTENT.split("boundary=")[1], {"files": files})
    sent = {"Authorization": f"Bearer {till.plain}", "Idempotency-Key": "upload", **headers}
    return till.client.generic(
        "POST", f"/api/v1/{address}", body, content_type=MULTIPART_CONTENT, headers=sent
    )


def test_files_are_pulled_planned_approved_and_undone(till, world, shop_months):
    address = f"connections/{world.connection.pk}"
    pulled = upload(till, f"{address}/files", shop_months[-1:])
    assert pulled.status_code == 200, pulled.content
    assert [each["state"] for each in pulled.json()["files"]] == ["staged"]
    plan = till.post(f"{address}/plan")
    assert plan["run"]
    assert till.get(f"{address}/plan") == plan
    begun = till.post(f"runs/{plan['run']}/approve")
    assert begun["state"] == "planned"
    done = world.apply(Run.objects.select_related("connection__company").get(pk=plan["run"]))
    assert done.state == "done", done.reason
    assert till.call("POST", f"runs/{done.pk}/approve").json()["code"] == "run-ended"
    undone = till.post(f"runs/{done.pk}/undo", {"only": []})
    assert (undone["undoes"], undone["run"]) == (done.pk, None)
    assert undone["plan"]["total"] > 0
    actors = set(AuditEvent.objects.values_list("actor", flat=True))
    assert any(actor.endswith("by token Till") for actor in actors)


def test_a_sync_hands_its_run_to_the_worker(till, world, shop_months):
    world.pull(shop_months[-1])
    started = till.post(f"connections/{world.connection.pk}/sync")
    run = started["run"]
    assert run["run"] == started["plan"]["run"]
    assert work.job_standing(f"{run['run']}.1").finished is False
    assert Run.objects.get(pk=run["run"]).approved_at is not None


def test_an_error_in_a_file_names_its_place(till, world, shop_months, tmp_path):
    broken = tmp_path / "etsy_statement_2026_3.csv"
    text = next(path for path in shop_months if "statement" in path.name).read_text("utf-8-sig")
    head, first, second, *_rest = text.splitlines()
    broken.write_text("\n".join([head, first, re.sub(r"\d+\.\d\d", "abc", second)]) + "\n")
    upload(till, f"connections/{world.connection.pk}/files", [broken])
    error = next(each for each in till.get("errors")["items"] if each["row"])
    assert till.get(f"errors/{error['error']}") == error
    assert (error["file"], error["row"], error["held"]) == (broken.name, 3, False)
    answer = till.call("POST", f"errors/{error['error']}/retry", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "error-in-file")


def test_a_hold_is_decided(till, world):
    receipt = world.link(kind="sales-receipt")
    world.delete("SalesReceipt", receipt.remote_id)
    till.post(f"connections/{world.connection.pk}/plan")
    (hold,) = till.get("holds")["items"]
    assert hold["key"] == receipt.key
    answer = till.post(f"errors/{hold['error']}/decide", {"word": "recreate"})
    assert answer["plan"]["total"] == 1
    assert till.call("POST", f"errors/{hold['error']}/decide", {"word": "burn"}).status_code == 422


def test_the_audit_log_is_listed(till, world):
    lines = till.all("audit-log", 3)
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
