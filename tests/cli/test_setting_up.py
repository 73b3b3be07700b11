"""Setting up: init, keys, webhook, sample, doctor, prove, worker and help."""

from __future__ import annotations

import json

import pytest
from django.db import connections

from closebook.apps.books.models import Record
from closebook.apps.companies.models import AuditEvent, Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.qbo.models import Subscription
from closebook.apps.sync.models import Run, RunState
from closebook.jobs.slots import take_slot

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])


def test_init_makes_a_company_and_an_owner_and_repeats_nothing(closebook):
    first = closebook.json("init", "--company", "Quill & Daughters", "--owner", "ada")
    again = closebook.json("init", "--company", "Quill & Daughters", "--owner", "ada")
    assert again == {**first, "one_time_password": ""}
    assert Person.objects.get(username="ada").check_password(first["one_time_password"])
    assert Company.objects.filter(name="Quill & Daughters").count() == 1
    assert first["one_time_password"] not in closebook("init", "--company", "Quill & Daughters").out


def test_init_refuses_what_is_no_currency(closebook):
    for currency in ("usd", "US", "DOLLARS", "U$D", ""):
        result = closebook("init", "--company", "New", "--currency", currency, code=2)
        assert "currency" in result.err
    assert not Company.objects.filter(name="New").exists()


def test_keys_open_the_company_and_each_call_makes_new_ones(closebook, client):
    one, two = closebook.json("keys"), closebook.json("keys")
    assert one["realm_id"] == two["realm_id"]
    for name in ("client_id", "client_secret", "access_token", "refresh_token"):
        assert one[name] != two[name]
    for keys in (one, two):
        response = client.get(
            f"/v3/company/{keys['realm_id']}/companyinfo/{keys['realm_id']}",
            headers={"Authorization": f"Bearer {keys['access_token']}"},
        )
        assert response.status_code == 200
        assert json.loads(response.content)["CompanyInfo"]["CompanyName"] == "My company"


def test_a_webhook_is_kept_with_its_token_and_a_wrong_address_is_refused(closebook):
    told = closebook.json("webhook", "https://shop.example/hook", "--entities", "Invoice", "Customer")
    kept = Subscription.objects.using("books").get()
    assert (kept.url, kept.entities) == ("https://shop.example/hook", "Invoice Customer")
    assert kept.verifier_token == told["verifier_token"]
    assert "https" in closebook("webhook", "shop.example", code=2).err


def test_sample_writes_files_and_resets_its_company_alone(closebook, tmp_path):
    made = closebook.json("sample", "--rows", 60, "--files", tmp_path / "shop")
    assert all(name.startswith(str(tmp_path / "shop")) for name in made["files"])
    mine = tmp_path / "shop" / "mine.csv"
    mine.write_text("kept")
    closebook("sync", "Sample shop", *made["files"], "--yes")
    before = Company.objects.get(is_sample=True).realm_id
    again = closebook.json("sample", "--rows", 60, "--files", tmp_path / "shop")
    assert again["files"] == made["files"]
    assert mine.read_text() == "kept"
    assert Company.objects.get(is_sample=True).realm_id != before
    assert not any(closebook.trial_balance("Sample company").values())
    assert Company.objects.filter(name="My company", is_sample=False).exists()


def test_the_same_seed_gives_the_same_files(closebook, tmp_path):
    def contents(name: str, seed: int) -> list[bytes]:
        closebook("sample", "--rows", 60, "--seed", seed, "--files", tmp_path / name)
        return [path.read_bytes() for path in sorted((tmp_path / name).iterdir())]

    assert contents("one", 3) == contents("two", 3) != contents("three", 4)


def test_a_sample_that_cannot_be_is_refused(closebook):
    for rows, currency in ((11, "USD"), (5_000_001, "USD"), (60, "CHF")):
        closebook("sample", "--rows", rows, "--currency", currency, code=2)


def test_doctor_finds_nothing_wrong_in_a_new_folder(closebook, tmp_path):
    tmp_path.chmod(0o700)
    found = closebook.json("doctor")
    assert found["well"]
    assert {finding["name"] for finding in found["findings"]} >= {
        "Python",
        "data folder",
        "databases",
        "books of My company",
        "audit log of My company",
    }


def test_doctor_names_a_folder_that_others_may_read(closebook, tmp_path):
    tmp_path.chmod(0o755)
    result = closebook("doctor", code=3)
    assert "WRONG privacy" in result.out
    assert f"chmod 700 {tmp_path}" in result.out


def test_a_changed_balance_is_found_by_doctor_and_prove(closebook, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    with connections["books"].cursor() as cursor:
        cursor.execute("UPDATE month_balance SET debit_minor = debit_minor + 1 WHERE debit_minor > 0")
    proved = closebook.json("prove", code=3)
    assert not proved["holds"]
    assert proved["differences"]
    assert "WRONG books of My company" in closebook("doctor", code=3).out


DAMAGES = (
    "UPDATE day_balance SET debit_minor = debit_minor + 1",
    "DELETE FROM name_balance",
    "DELETE FROM open_document",
)


def damaged(sql: str) -> None:
    with connections["books"].cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount > 0


def test_what_is_kept_beside_the_postings_is_made_anew(closebook, client, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    an_invoice(client, closebook.json("keys"))
    before = closebook.trial_balance()
    for damage in DAMAGES:
        damaged(damage)
        assert "`closebook prove --rebuild` makes anew" in closebook("prove", code=3).out
        assert "Everything agrees." in closebook("prove", "--rebuild").out
    damaged(DAMAGES[0])
    Run.objects.update(state=RunState.RUNNING)
    assert "writes into these books" in closebook("prove", "--rebuild", code=3).err
    assert not closebook.json("prove", code=3)["holds"]
    Run.objects.update(state=RunState.DONE)
    assert closebook.json("prove", "--rebuild")["holds"]
    assert closebook.trial_balance() == before
    assert AuditEvent.objects.filter(action="kept-rebuilt").count() == len(DAMAGES) + 1


def an_invoice(client, keys) -> None:
    """Have a customer owe something, as a program that speaks the protocol does."""

    def post(what: str, **body):
        answer = client.post(
            f"/v3/company/{keys['realm_id']}/{what}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {keys['access_token']}"},
        )
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    customer = post("customer", DisplayName="Hill, Ann")["Customer"]
    item = Record.objects.filter(entity="Item").first()
    detail = {"ItemRef": {"value": item.wire_id}}
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    post("invoice", CustomerRef={"value": customer["Id"]}, Line=[line])


def test_a_changed_audit_log_is_found_by_doctor_and_prove(closebook):
    company = Company.objects.get()
    for number in range(3):
        audit_append(company.pk, "ada", "looked", "", {"n": number})
    AuditEvent.objects.filter(company=company, number=2).update(actor="eve")
    assert closebook.json("prove", code=3)["audit_broken_at"] == 2
    assert "breaks at line 2" in closebook("doctor", code=3).out


def test_a_second_worker_is_refused(closebook, tmp_path):
    slot = take_slot(tmp_path)
    assert slot is not None
    result = closebook("worker", code=3)
    slot.release()
    assert "already lives" in result.err
