"""Site rules: which sites are listed as no work, allowed, or calls; for all, a contract, a kind or a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Contract, SiteRule, Task
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen
from closebook.apps.workforce.services.site_rules import rule_add, rule_end
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.web.books.fields import text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.scope import manages
from closebook.web.work.words import KIND_WORDS, KINDS

_OVER = ("closed", "cancelled")
_MOST_TASKS = 200
MEANINGS = {
    "domain-poor": _("a site that is no work"),
    "domain-work": _("a site that is work"),
    "app-poor": _("a program that is no work"),
    "app-work": _("a program that is work"),
    "call-work": _("a site on which calls are work"),
}


def _for(row: SiteRule) -> object:
    if row.task:
        return row.task.title
    if row.task_kind:
        return KIND_WORDS.get(row.task_kind, row.task_kind)
    return row.contract.title if row.contract else _("all")


COLUMNS = (
    Column("value", _("Site or program"), lambda row: row.value, sort="value"),
    Column("means", _("Is"), lambda row: MEANINGS.get(f"{row.match}-{row.verdict}", row.verdict)),
    Column("for", pgettext_lazy("rule", "For"), _for),
    Column("tolerance", _("Beyond, seconds"), lambda row: row.tolerance_seconds, "number"),
    Column("ask", _("Asked about"), lambda row: _("yes") if row.ask else ""),
    Column("note", _("Note"), lambda row: row.note),
    Column("from", _("From"), lambda row: row.starts_on, "day", sort="starts_on"),
    Column("until", _("Until"), lambda row: row.ends_on, "day", sort="ends_on"),
    Column("actor", _("Made by"), lambda row: row.actor, hidden=True),
)


class RuleForm(forms.Form):
    """A rule that holds from tomorrow on."""

    field_order = ("value", "means", "subject", "tolerance", "ask", "note")

    value = text_field(_("Site or program"), 200, required=True)
    means = forms.ChoiceField(label=_("Is"), choices=tuple(MEANINGS.items()))
    tolerance = forms.IntegerField(
        label=_("Visits beyond so many seconds"), min_value=0, max_value=3600, initial=60
    )
    ask = forms.BooleanField(
        label=_("Ask while it is in front whether it is work"),
        help_text=_(
            "The assistant's own program asks with buttons; what is said to be work is paid and shown."
        ),
        required=False,
    )
    note = text_field(_("Note"), 200)

    def __init__(
        self, *args: Any, contracts: Iterable[Contract], tasks: Iterable[Task], **options: Any
    ) -> None:
        """Add for what the rule is."""
        super().__init__(*args, **options)
        kinds = [(f"kind-{kind}", words) for kind, words in KINDS]
        agreed = [(f"contract-{row.pk}", f"{row.person.username}: {row.title}") for row in contracts]
        asked = [(f"task-{row.pk}", f"{row.contract.person.username}: {row.title}") for row in tasks]
        groups = ((_("Kind of service"), kinds), (_("Contract"), agreed), (_("Task"), asked))
        self.fields["subject"] = forms.ChoiceField(
            label=pgettext_lazy("rule", "For"),
            choices=[("", _("all")), *[(name, rows) for name, rows in groups if rows]],
            required=False,
        )


@company_page(Ability.DO_TASKS)
@require_safe
def site_rules(request: CompanyRequest) -> HttpResponseBase:
    """Show the rules; an assistant sees those for all and for their own contracts."""
    rows = SiteRule.objects.filter(company=request.company).select_related("contract", "task")
    if not manages(request):
        own = contracts_seen(request.company, request.user, manages=False)
        rows = rows.filter(Q(contract=None) | Q(contract__in=own), Q(task=None) | Q(task__contract__in=own))
    today = clock.today()
    listing = Listing(
        request,
        "site-rules",
        rows,
        COLUMNS,
        search=("value",),
        empty=_(
            "No rule yet: every site is work. A rule matters only where a contract records kinds of sites,"
            " and nothing is deducted by it alone."
        ),
        facts={"open": rows.filter(Q(ends_on=None) | Q(ends_on__gt=today)).order_by("value")[:200]},
    )
    request.place = "contracts"
    return listing.show("web/work/site_rules.html")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def site_rule_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a rule, and keep it."""
    contracts = contracts_seen(request.company, request.user, manages=True)
    tasks = tasks_seen(request.company, request.user, manages=True).exclude(state__in=_OVER)
    shown = tasks.select_related("contract__person").order_by("-pk")[:_MOST_TASKS]
    first = {name: request.GET[name] for name in ("value", "means", "subject") if name in request.GET}
    form = RuleForm(request.POST or None, contracts=contracts, tasks=shown, initial=first)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        match, verdict = typed["means"].split("-")
        scope, _dash, subject = typed["subject"].partition("-")
        try:
            rule_add(
                request.company,
                {
                    "match": match, "verdict": verdict, "value": typed["value"],
                    "tolerance_seconds": typed["tolerance"],
                    "ask": typed["ask"] and verdict == "poor",
                    "note": typed["note"],
                    "task_id": int(subject) if scope == "task" else None,
                    "contract_id": int(subject) if scope == "contract" else None,
                    "task_kind": subject if scope == "kind" else "",
                    "starts_on": clock.today() + dt.timedelta(days=1),
                },
                request.user.username,
            )  # fmt: skip
            return redirect("site-rules", request.company.pk)
        except InputError as error:
            form.add_error("value", said(error))
    request.place = "contracts"
    return render(request, "web/work/site_rule_form.html", {"form": form}, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_WORK)
@require_POST
def site_rule_end(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """End a rule with tomorrow; the days before keep it."""
    found = SiteRule.objects.filter(company=request.company, pk=rule_id).first()
    if found is None:
        raise Http404
    rule_end(found, request.user.username)
    return redirect("site-rules", request.company.pk)
