"""Paying by a service's interface as a job, against local services that lose replies and settle late."""

from __future__ import annotations

import pytest

from closebook.apps.workforce.services.pay_jobs import advance, line_recall, payments_tick, run_submit
from closebook.apps.workforce.services.payees import account_save, payee_for
from closebook.apps.workforce.services.paying import hash_of, line_again, run_approve, run_make
from closebook.core.errors import ConflictError, InputError
from tests.apps.workforce.pay_rooms import PAY_ON, bill_of, with_accounts
from tests.apps.workforce.rooms import room
from tests.fakes.payouts.server import FakePayPal, FakeWise, serving


@pytest.fixture
def desk(bare):
    made = room()
    with_accounts(made.company, made.assistant)
    return made


def approved(desk, *bills, rail):
    run = run_make(desk.company, rail, PAY_ON, {bill.pk: None for bill in bills}, "owner")
    return run_approve(run, hash_of(run), "owner")


@pytest.fixture
def http_job(settings):
    def drive(run):
        for _ in range(30):
            if advance(f"{run.pk}.{run.attempt}").finished:
                return

    return drive


def test_paypal_pays_by_a_job_that_survives_lost_replies_and_late_states(desk, settings, http_job):
    with serving(FakePayPal()) as far:
        settings.CLOSEBOOK_PAYPAL_API = far.url
        bills = [bill_of(desk.company, desk.assistant, 5000 + n) for n in range(3)]
        run = run_submit(approved(desk, *bills, rail="paypal"), "owner")
        far.faults = ["lost", "429", "503", "", "cut"]
        http_job(run)
        assert sorted(far.moved.values()) == [1, 1, 1]
        run.refresh_from_db()
        assert (run.state, run.reason) == ("settling", "")
        for word, state in (("UNCLAIMED", "unclaimed"), ("SUCCESS", "paid")):
            far.settle(word)
            assert payments_tick() == 3
            assert {line.state for line in run.lines.all()} == {state}
        assert {line.fee_minor for line in run.lines.all()} == {25}
        run.refresh_from_db()
        assert run.state == "settled"
        with pytest.raises(ConflictError):
            run_submit(run, "owner")


def test_a_payment_that_nobody_claimed_is_taken_back_and_paid_anew(desk, settings, http_job):
    with serving(FakePayPal()) as far:
        settings.CLOSEBOOK_PAYPAL_API = far.url
        run = run_submit(approved(desk, bill_of(desk.company, desk.assistant, 5000), rail="paypal"), "owner")
        http_job(run)
        line = run.lines.select_related("run__company", "bill__payee", "company").get()
        with pytest.raises(ConflictError, match="nobody has claimed"):
            line_recall(line, "owner")
        far.settle("UNCLAIMED")
        payments_tick()
        line.refresh_from_db()
        far.faults = ["", "lost", "503"]
        assert not line_recall(line, "owner")
        assert line_recall(line, "owner")
        line.refresh_from_db()
        assert line.state == "returned"
        assert line_again(line, "owner").lines.get().amount_minor == 5000
        far.settle("SUCCESS")
        assert len(far.moved) == 1


def test_a_payee_whom_wise_cannot_name_is_told_before_anything_is_sent(desk):
    payee = payee_for(desk.company, desk.assistant)
    account_save(payee, "wise", {"email": "ann@example.com"}, "ann")
    run = approved(desk, bill_of(desk.company, desk.assistant, 5000), rail="wise")
    with pytest.raises(InputError, match="no number of a recipient"):
        run_submit(run, "owner")
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("approved", 0)


def test_wise_drafts_one_group_and_says_when_the_keys_are_wrong(desk, settings, http_job):
    with serving(FakeWise()) as far:
        settings.CLOSEBOOK_WISE_API = far.url
        bills = [bill_of(desk.company, desk.assistant, 5000 + n) for n in range(2)]
        run = run_submit(approved(desk, *bills, rail="wise"), "owner")
        far.token = "other"
        http_job(run)
        run.refresh_from_db()
        assert "refused the keys" in run.reason
        far.token, far.faults = "t1", ["", "", "lost"]
        http_job(run_submit(run, "owner"))
        run.refresh_from_db()
        assert (run.state, [group["status"] for group in far.groups.values()]) == ("settling", ["COMPLETED"])
        assert sorted(far.moved.values()) == [1, 1]
        for transfer in far.transfers.values():
            transfer["status"] = "outgoing_payment_sent"
        assert payments_tick() == 2
