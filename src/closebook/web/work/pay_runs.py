"""Payment runs: the list, a new one out of bills, and one run from approval to what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Payee, PaymentLine, PaymentRun
from closebook.apps.workforce.selectors.paying import bills_due, lines_of, runs_of
from closebook.apps.workforce.selectors.tax_list import Standing, rails_out, standings
from closebook.apps.workforce.services import paying
from closebook.apps.workforce.services.pay_answers import run_answered
from closebook.apps.workforce.services.pay_bank import run_from_bank
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.pay_jobs import line_recall, run_enqueue, run_refresh, run_submit
from closebook.apps.workforce.services.payees import account_of, facts_of, setting_of
from closebook.connectors.payouts.answers import MOST_BYTES
from closebook.connectors.payouts.rails import RAILS, lacking
from closebook.connectors.payouts.sheets import XLSX
from closebook.core.errors import ClosebookError, InvariantError
from closebook.core.workforce.pay_lines import LineState
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.pay_forms import AnswerForm, ReportForm, RunForm, rail_choices
from closebook.web.work.pay_words import MISSING_WORDS, PAY_STATES, RAIL_NOTES, RAIL_WORDS

_MEDIA = {"xml": "application/xml", "xlsx": XLSX}
COLUMNS = (
    Column(
        "ident",
        _("Payment run"),
        lambda row: row.ident,
        link=lambda row: reverse("pay-run", args=[row.company_id, row.pk]),
        sort="ident",
    ),
    Column("rail", _("Way to pay"), lambda row: RAIL_WORDS[row.rail], sort="rail"),
    Column("pay_on", _("Pay on"), lambda row: row.pay_on, "day", sort="pay_on"),
    Column("count", _("Payments"), lambda row: row.payments, "number", sort="payments"),
    Column(
        "total", _("Sum"), lambda row: row.total, "money", currency=lambda row: row.currency, sort="total"
    ),
    Column("currency", _("Currency"), lambda row: row.currency, sort="currency"),
    Column("state", _("State"), lambda row: PAY_STATES[row.state], sort="state"),
)


@company_page(Ability.APPROVE_PAY)
@require_safe
def pay_runs(request: CompanyRequest) -> HttpResponseBase:
    """Show the company's payment runs, the newest first."""
    rows = runs_of(request.company).annotate(payments=Count("lines"), total=Sum("lines__amount_minor"))
    listing = Listing(
        request,
        "pay-runs",
        rows,
        COLUMNS,
        search=("ident", "lines__bill__number", "lines__bill__payee__name"),
        empty=_(
            "No payment run yet. A run pays bills of accepted work: choose them, approve what you see, then"
            " download the file for your bank or send it by program."
        ),
    )
    return listing.show("web/work/pay_runs.html")


@company_page(Ability.APPROVE_PAY)
@require_http_methods(["GET", "POST"])
def pay_run_new(request: CompanyRequest) -> HttpResponse:
    """Show the bills that may be paid on a rail, and make a run of those that are ticked."""
    asked = request.POST.get("rail") or request.GET.get("rail", "")
    rail = asked if asked in RAILS else _usual_rail(request)
    due = bills_due(request.company)
    fits = [
        each for each in due if not RAILS[rail].currencies or each.bill.currency in RAILS[rail].currencies
    ]
    payable = [each for each in fits if each.payable_minor > 0]
    able = [each for each in payable if rail == "csv" or not lacking(rail, account_of(each.bill.payee, rail))]
    currencies = list(dict.fromkeys(each.bill.currency for each in able))
    chosen = request.POST.get("currency") or request.GET.get("currency", "")
    currency = chosen if chosen in currencies else (currencies or [""])[0]
    shown = [each for each in able if each.bill.currency == currency]
    form = RunForm(request.POST or None, dues=shown, initial={"pay_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = paying.run_make(
                request.company, rail, form.cleaned_data["pay_on"], form.wanted(), request.user.username
            )
        except InvariantError:
            raise
        except ClosebookError as error:
            form.add_error(None, said(error))
        else:
            return redirect("pay-run", request.company.pk, made.pk)
    facts = {
        "form": form, "rails": rail_choices(), "rail": rail, "note": RAIL_NOTES[rail], "currency": currency,
        "currencies": currencies, "shown": shown,
        "waits": [each for each in due if each.waits],
        "without": [each for each in payable if each not in able],
        "others": [each for each in due if each not in fits],
    }  # fmt: skip
    return render(request, "web/work/pay_run_new.html", facts, status=400 if form.errors else 200)


def _usual_rail(request: CompanyRequest) -> str:
    """Return the rail of the last run, else one that is set up, else the plain list."""
    last = runs_of(request.company).order_by("-pk").values_list("rail", flat=True).first()
    return last or next((rail for rail in RAILS if setting_of(request.company, rail)[0]), "csv")


def run_in(request: CompanyRequest, run_id: int) -> PaymentRun:
    """Return a payment run of the company; Http404 for any other."""
    found = runs_of(request.company).select_related("company").filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.APPROVE_PAY)
@require_safe
def pay_run(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show a run: its payments, sums and hash, who approved it, and what comes next."""
    return _shown(request, run_in(request, run_id))


def _shown(request: CompanyRequest, run: PaymentRun) -> HttpResponse:
    lines = list(lines_of(run))
    seen, limit = paying.hash_of(run), setting_of(run.company, run.rail)[1]
    total = sum(line.amount_minor for line in lines)
    approvers = [name for name in (run.approved_by, run.second_by) if name and run.digest == seen]
    facts = {
        "run": run, "state": PAY_STATES[run.state], "rail": RAIL_WORDS[run.rail], "hash": seen,
        "lines": [(line, PAY_STATES[line.state], _where(line)) for line in lines],
        "total": total, "fees": sum(line.fee_minor for line in lines), "limit": limit,
        "paid": sum(line.amount_minor for line in lines if line.state == LineState.PAID),
        "needed": paying.people_needed(run), "approvers": approvers,
        "mine": request.user.username in approvers, "changed": bool(run.digest) and run.digest != seen,
        "by_program": RAILS[run.rail].has_api, "problem": said(run.reason),
        "papers": _papers(run, lines) if run.state == "building" else [],
        "past": run.rail == "sepa" and run.state in {"building", "approved"} and _is_past(run),
        "answer": AnswerForm() if run.rail == "sepa" and run.file_name else None,
        "report": ReportForm(currency=run.currency, initial={"paid_on": clock.today()}),
    }  # fmt: skip
    return render(request, "web/work/pay_run.html", facts)


def _papers(run: PaymentRun, lines: list[PaymentLine]) -> list[tuple[Standing, Any]]:
    """Return the payees of dollars whose tax form is missing, or of whom a part has to be kept back."""
    if run.currency != "USD" or run.rail in rails_out(run.company):
        return []
    rows = Payee.objects.filter(pk__in={line.bill.payee_id for line in lines})
    found = standings(run.company, rows, clock.today())
    return [(one, MISSING_WORDS.get(one.missing, "")) for one in found if one.next_step]


def _is_past(run: PaymentRun) -> bool:
    return run.pay_on is not None and run.pay_on < clock.today()


def _where(line: PaymentLine) -> str:
    """Return where a payment goes: an account by its end, an e-mail address whole."""
    facts = facts_of(line.account)
    text = str(facts.get("iban") or facts.get("email") or facts.get("recipient") or facts.get("hint") or "")
    return f"… {text[-4:]}" if facts.get("iban") else text


def _done(request: CompanyRequest, run_id: int, work: Callable[[PaymentRun], Any]) -> HttpResponse:
    """Do something with a run and show it again; what stands in the way is said with its remedy."""
    run = run_in(request, run_id)
    try:
        answer = work(run)
    except InvariantError:
        raise
    except ClosebookError as error:
        messages.error(request, said(error))
        answer = None
    return answer if isinstance(answer, HttpResponse) else redirect("pay-run", request.company.pk, run.pk)


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_approve(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Approve a run as it was shown."""
    shown, actor = request.POST.get("hash", ""), request.user.username
    return _done(request, run_id, lambda run: paying.run_approve(run, shown, actor))


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_cancel(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Cancel a run of which nothing is paid."""
    reason, actor = request.POST.get("reason", "")[:500], request.user.username

    def cancel(run: PaymentRun) -> None:
        paying.run_cancel(run, reason, actor)
        messages.success(request, _("The run is cancelled; its bills are owed again."))

    return _done(request, run_id, cancel)


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_file(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Give the run's file, the same each time."""

    def file(run: PaymentRun) -> HttpResponse:
        name, content = run_file(run, request.user.username)
        media = _MEDIA.get(name.rpartition(".")[2], "text/csv")
        return HttpResponse(
            content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    return _done(request, run_id, file)


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_send(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Hand a run to the workers, who send it by its service's interface."""

    def send(run: PaymentRun) -> None:
        run_enqueue(run_submit(run, request.user.username))
        messages.success(request, _("The payments are being sent. This page shows what becomes of them."))

    return _done(request, run_id, send)


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_read(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Read back how the payments stand."""

    def read(run: PaymentRun) -> None:
        found = run_from_bank(run) + (run_refresh(run) if run.attempt else 0)
        text = ngettext("%(count)s payment changed.", "%(count)s payments changed.", found) % {"count": found}
        messages.success(request, text)

    return _done(request, run_id, read)


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_line(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Keep what became of payments, one or all that are on their way, or pay one anew."""
    run = run_in(request, run_id)
    number, actor = request.POST.get("line", ""), request.user.username
    rows = PaymentLine.objects.filter(run=run).select_related("company", "run__company", "bill__payee")
    chosen = rows.filter(pk=int(number)) if number.isdecimal() else rows.filter(state=LineState.SENT)
    if number and not chosen:
        raise Http404
    if request.POST.get("again") and number:
        return _done(request, run_id, lambda _run: _anew(request, chosen[0]))
    if request.POST.get("recall") and number:
        return _done(request, run_id, lambda _run: _recalled(request, chosen[0]))
    form = ReportForm(request.POST, currency=run.currency)
    if not form.is_valid():
        messages.error(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
        return redirect("pay-run", request.company.pk, run.pk)
    facts = form.cleaned_data

    def report(_run: PaymentRun) -> None:
        for line in chosen:
            paying.line_report(
                line, LineState(facts["to"]), actor, paid_on=facts["paid_on"], fee_minor=facts["fee"] or 0
            )

    return _done(request, run_id, report)


def _recalled(request: CompanyRequest, line: PaymentLine) -> None:
    if line_recall(line, request.user.username):
        messages.success(request, _("Its state was read back."))
    else:
        messages.warning(request, _("The service says nothing new. Try again later."))


@company_page(Ability.APPROVE_PAY)
@require_POST
def pay_run_answer(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Read the bank's answer to the file: what it refused has failed."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        run = run_in(request, run_id)
        messages.error(request, _("Choose the bank's answer first."))
        return redirect("pay-run", request.company.pk, run.pk)
    content = form.cleaned_data["file"].read(MOST_BYTES + 1)

    def read(run: PaymentRun) -> None:
        refused = run_answered(run, content, request.user.username)
        if refused:
            text = ngettext(
                "The bank refused %(count)s payment.", "The bank refused %(count)s payments.", refused
            )
            messages.warning(request, text % {"count": refused})
        else:
            messages.success(request, _("The bank refused nothing. Its statement proves what is paid."))

    return _done(request, run_id, read)


def _anew(request: CompanyRequest, line: PaymentLine) -> HttpResponse:
    made = paying.line_again(line, request.user.username)
    return redirect("pay-run", request.company.pk, made.pk)
