"""Rules for bank lines: the list, and one of them with what it would have done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.bank.models import BankAccount, BankLine, BankRuleRow
from closebook.apps.bank.selectors.bank_accounts import ledger_choices
from closebook.apps.bank.selectors.rules import newest_versions, rule_from_json, rule_preview
from closebook.apps.bank.services.rules import rule_save, rule_use
from closebook.apps.books.selectors.records import named_by_id, names_offered
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import InputError
from closebook.core.reconcile.rules import BankRule, Share, rule_checked
from closebook.web.bank.scope import rule_of
from closebook.web.books.books import books_of
from closebook.web.books.document_lookup import resolve
from closebook.web.books.fields import AmountField, NameField
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saving

_WHOLE = 10_000
_SIDES = (
    ("", gettext_lazy("in or out")),
    ("in", gettext_lazy("money in")),
    ("out", gettext_lazy("money out")),
)


class RuleForm(forms.Form):
    """What lines a rule takes, and where their money goes."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    words = forms.CharField(
        label=gettext_lazy("Text contains"),
        max_length=300,
        help_text=gettext_lazy(
            "Case and accents do not matter; * stands for anything between. Comma: all of them."
        ),
    )
    without = forms.CharField(label=gettext_lazy("But not"), max_length=300, required=False)
    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=_SIDES, required=False)

    def __init__(self, request: CompanyRequest, *args: Any, **options: Any) -> None:
        """Offer the company's bank accounts and ledger accounts."""
        super().__init__(*args, **options)
        company = request.company
        for name, label in (("least", gettext_lazy("From amount")), ("most", gettext_lazy("To amount"))):
            self.fields[name] = AmountField(label=label, currency=company.home_currency, required=False)
        banks = [("", _("all"))] + [
            (str(one.pk), one.name) for one in BankAccount.objects.filter(company=company).order_by("name")
        ]
        self.fields["bank_account"] = forms.ChoiceField(
            label=gettext_lazy("Bank account"), choices=banks, required=False
        )
        ledger = [("", "")] + [(one.wire_id, one.name) for one in ledger_choices(company)]
        self.fields["account_0"] = forms.ChoiceField(
            label=gettext_lazy("Ledger account"), choices=ledger, required=False
        )
        self.fields["percent"] = forms.IntegerField(
            label=gettext_lazy("Share in %"), min_value=1, max_value=100, required=False, initial=100
        )
        self.fields["account_1"] = forms.ChoiceField(
            label=gettext_lazy("The rest to"), choices=ledger, required=False
        )
        self.fields["party"] = NameField(
            "Vendor", "Customer", offers="parties", label=gettext_lazy("Vendor or customer"), required=False
        )
        self.fields["memo"] = forms.CharField(
            label=gettext_lazy("Memo or reason"), max_length=300, required=False
        )
        self.fields["excludes"] = forms.BooleanField(
            label=gettext_lazy("Leave these lines out of the books"), required=False
        )

    def rule(self, key: int) -> BankRule:
        """Return the rule of a valid form. Raises InputError bank-rule."""
        given = self.cleaned_data
        percent = given.get("percent") or 100
        shares = [Share(given["account_0"], percent * 100)] if given["account_0"] else []
        if given["account_1"] and percent < 100:
            shares.append(Share(given["account_1"], _WHOLE - percent * 100))
        return rule_checked(
            BankRule(
                key=key,
                words=_words(given["words"]),
                without=_words(given["without"]),
                side=given["side"],
                least_minor=given["least"],
                most_minor=given["most"],
                bank_account=int(given["bank_account"]) if given["bank_account"] else None,
                shares=() if given["excludes"] else tuple(shares),
                party=tuple(given["party"]) if given.get("party") else ("", ""),
                memo=given["memo"],
                excludes=given["excludes"],
            )
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_rules(request: CompanyRequest) -> HttpResponse:
    """Show the rules in the order in which they are tried."""
    books_of(request)
    names = {one.wire_id: one.name for one in ledger_choices(request.company)}
    rows = []
    for version in newest_versions(request.company):
        rule = rule_from_json(version.rule_id, version.body)
        goal = ", ".join(names.get(one.ledger_account, one.ledger_account) for one in rule.shares)
        rows.append({"row": version.rule, "version": version, "rule": rule, "goal": goal})
    return render(request, "web/bank/rules.html", {"rules": rows})


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once("preview")
def bank_rule_new(request: CompanyRequest) -> HttpResponse:
    """Make a rule; ``words`` of the address fill the text."""
    initial = {name: request.GET.get(name, "") for name in ("words", "name")}
    return _form(request, None, RuleForm(request, request.POST or None, initial=initial))


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once("preview")
def bank_rule(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """Change a rule: a new version. ``version`` of the address fills the form with an older one."""
    row = rule_of(request, rule_id)
    return _form(request, row, RuleForm(request, request.POST or None, initial=_initial(request, row)))


def _initial(request: CompanyRequest, row: BankRuleRow) -> dict[str, Any]:
    asked = request.GET.get("version", "")
    versions = row.versions.order_by("-number")
    version = (
        versions.filter(number=int(asked[:6])).first() if asked.isdecimal() else None
    ) or versions.first()
    rule = rule_from_json(row.pk, version.body if version else {})
    shares = [*rule.shares, Share("", 0), Share("", 0)]
    named = named_by_id(books_of(request).pk, [rule.party]) if rule.party[1] else {}
    return {
        "name": row.name, "words": ", ".join(rule.words), "without": ", ".join(rule.without),
        "side": rule.side, "least": rule.least_minor, "most": rule.most_minor,
        "bank_account": rule.bank_account or "", "account_0": shares[0].ledger_account,
        "percent": shares[0].per_myriad // 100 or 100, "account_1": shares[1].ledger_account,
        "party": named[rule.party].name if rule.party in named else "", "memo": rule.memo,
        "excludes": rule.excludes,
    }  # fmt: skip


def _form(request: CompanyRequest, row: BankRuleRow | None, form: RuleForm) -> HttpResponse:
    books = books_of(request)
    found: list[BankLine] = []
    count, tried = 0, False
    if request.method == "POST" and form.is_valid():
        resolve(books.pk, [form])
        try:
            rule = form.rule(row.pk if row else 0) if not form.errors else None
            if rule is not None and "save" in request.POST:
                _save(request, form.cleaned_data["name"], rule, row)
                messages.success(
                    request, _("The rule is saved. It suggests; nothing is written without your word.")
                )
                return redirect("bank_rules", request.company.pk)
            if rule is not None:
                (found, count), tried = rule_preview(request.company, rule), True
        except InputError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
    parties = sorted({*names_offered(books.pk, "Vendor", 200), *names_offered(books.pk, "Customer", 200)})
    versions = list(row.versions.order_by("-number")[:20]) if row else []
    facts = {
        "versions": versions,
        "form": form,
        "row": row,
        "found": found,
        "count": count,
        "tried": tried,
        "parties": parties,
    }
    return render(request, "web/bank/rule.html", facts, status=400 if form.errors else 200)


def _save(request: CompanyRequest, name: str, rule: BankRule, row: BankRuleRow | None) -> None:
    with saving(request) as use:
        saved = rule_save(request.company, name, rule, request.user.get_username(), row)
        use.address = reverse("bank_rule", args=[request.company.pk, saved.pk])


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_rule_use(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """Let a rule rest, or use it again."""
    row = rule_of(request, rule_id)
    rule_use(row, request.user.get_username(), active=not row.active)
    return redirect("bank_rules", request.company.pk)
