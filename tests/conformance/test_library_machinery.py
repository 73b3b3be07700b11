"""The published client libraries on batch, change data, attachments, reports, and OAuth."""

from __future__ import annotations

import datetime as dt

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import exceptions
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.salesreceipt import SalesReceipt

from tests.conformance.conftest import REDIRECT, connect
from tests.conformance.factory import ref

REPORTS = [
    "ProfitAndLoss", "ProfitAndLossDetail", "BalanceSheet", "CashFlow", "TrialBalance", "GeneralLedger",
    "TransactionList", "AgedReceivables", "AgedPayables", "CustomerIncome", "ItemSales",
]  # fmt: skip


def test_batches_create_change_and_delete(qb, make):
    made = batch_create([make.customer() for _ in range(35)], qb=qb)
    assert (len(made.successes), len(made.faults)) == (35, 0)
    for one in made.successes:
        one.Notes = "changed"
    changed = batch_update(made.successes, qb=qb)
    assert {one.SyncToken for one in changed.successes} == {"1"}
    receipts = batch_create([make.sales_receipt() for _ in range(3)], qb=qb)
    batch_delete(receipts.successes, qb=qb)
    for receipt in receipts.successes:
        with pytest.raises(exceptions.ObjectNotFoundException):
            SalesReceipt.get(receipt.Id, qb=qb)


def test_items_of_a_batch_fail_alone(qb, make):
    twin = make.customer()
    twin.DisplayName = make.kept("customer").DisplayName
    answer = batch_create([make.customer(), twin, make.customer()], qb=qb)
    assert (len(answer.successes), len(answer.faults)) == (2, 1)
    assert answer.faults[0].Error[0].code == "6240"


def test_change_data_tells_what_changed_and_what_is_gone(qb, make):
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    invoice, gone = make.invoice().save(qb=qb), make.invoice().save(qb=qb)
    gone.delete(qb=qb)
    customer = make.customer().save(qb=qb)
    text = since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    answer = change_data_capture([Invoice, Customer], text, qb=qb)
    found = {one.Id: one for one in answer.Invoice}
    assert found[invoice.Id].TotalAmt == 100
    assert found[gone.Id].status == "Deleted"
    assert customer.Id in {one.Id for one in answer.Customer}


def test_change_data_reaches_thirty_days_back(qb):
    with pytest.raises(exceptions.QuickbooksException):
        change_data_capture([Invoice], "2020-01-01T00:00:00+00:00", qb=qb)


def test_notes_and_files_are_attached(qb, make):
    invoice = make.invoice().save(qb=qb)
    target = AttachableRef()
    target.EntityRef = ref(invoice, "Invoice")
    note = Attachable()
    note.Note, note.AttachableRef = "called the buyer", [target]
    stored = note.save(qb=qb)
    assert stored.Note == "called the buyer"
    file = Attachable()
    file.FileName, file.ContentType, file.AttachableRef = "r.txt", "text/plain", [target]
    file._FileBytes = b"receipt \x00\xff bytes"
    kept = file.save(qb=qb)
    assert (kept.FileName, kept.Size) == ("r.txt", len(file._FileBytes))
    where = f"AttachableRef.EntityRef.Type = 'invoice' AND AttachableRef.EntityRef.value = '{invoice.Id}'"
    assert {one.Id for one in Attachable.where(where, qb=qb)} == {stored.Id, kept.Id}
    assert requests.get(Attachable.get(kept.Id, qb=qb).TempDownloadUri, timeout=10).content == file._FileBytes
    kept.delete(qb=qb)
    assert {one.Id for one in Attachable.where(where, qb=qb)} == {stored.Id}


def test_a_file_is_attached_from_disk(qb, tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.4 tiny")
    file = Attachable()
    file.FileName, file.ContentType, file._FilePath = "scan.pdf", "application/pdf", str(path)
    assert file.save(qb=qb).Size == 13


@pytest.mark.parametrize("name", REPORTS)
def test_reports_have_the_common_shape(qb, make, name):
    make.sales_receipt().save(qb=qb)
    report = qb.get_report(name, {"start_date": "2026-01-01", "end_date": "2026-12-31"})
    assert report["Header"]["ReportName"]
    assert report["Header"]["Currency"] == "USD"
    assert len(report["Columns"]["Column"]) >= 2
    assert {option["Name"] for option in report["Header"]["Option"]} >= {"NoReportData"}
    assert "Rows" in report


def test_a_trial_balance_balances(qb, make):
    make.invoice().save(qb=qb)
    rows = qb.get_report("TrialBalance", {"start_date": "2026-01-01", "end_date": "2026-12-31"})["Rows"][
        "Row"
    ]
    total = rows[-1]["Summary"]["ColData"]
    assert total[0]["value"] == "TOTAL"
    assert total[1]["value"] == total[2]["value"] != "0.00"


def test_an_unknown_report_is_refused(qb):
    with pytest.raises(exceptions.QuickbooksException) as caught:
        qb.get_report("Nonsense")
    assert caught.value.error_code == 5020


def test_a_wrong_token_is_refused_by_the_gateway(qb):
    kept = qb.session.token["access_token"]
    qb.session.token = {"access_token": "wrong"}
    try:
        with pytest.raises(exceptions.AuthorizationException) as caught:
            Customer.all(qb=qb)
    finally:
        qb.session.token = {"access_token": kept}
    assert '"fault"' in caught.value.detail.replace(" ", "")
    assert "3200" in caught.value.detail


def test_the_discovery_document_names_every_address(auth, server):
    assert auth.token_endpoint.startswith(server.url)
    assert auth.revoke_endpoint.startswith(server.url)
    url = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="s")
    assert url.startswith(server.url)


def test_tokens_are_refreshed_and_revoked(server):
    auth = connect(server)
    first = auth.access_token
    auth.refresh()
    assert auth.access_token != first
    assert auth.expires_in == 3600
    assert auth.x_refresh_token_expires_in > 0
    auth.revoke()
    with pytest.raises(AuthClientError) as caught:
        auth.refresh()
    assert caught.value.status_code == 400
    assert "invalid_grant" in str(caught.value.content)


def test_wrong_keys_and_wrong_tokens_have_the_documented_answers(server):
    wrong = AuthClient(server.facts["client_id"], "wrong-secret", REDIRECT, server.discovery)
    with pytest.raises(AuthClientError) as caught:
        wrong.refresh(refresh_token="x")
    assert caught.value.status_code == 401
    right = AuthClient(server.facts["client_id"], server.facts["client_secret"], REDIRECT, server.discovery)
    with pytest.raises(AuthClientError) as caught:
        right.refresh(refresh_token="x")
    assert caught.value.status_code == 400
    with pytest.raises(AuthClientError):
        right.get_bearer_token("no-such-code")
