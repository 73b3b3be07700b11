"""Forms of opportunities: what one is, and a move to another stage or to its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closebook.apps.selling.models import Opportunity
from closebook.core.errors import InputError
from closebook.core.selling.identities import shares_checked
from closebook.core.selling.opportunities import STAGES
from closebook.web.books.fields import AmountField, day_field, text_field
from closebook.web.kit.said import said
from closebook.web.selling.words import CATEGORIES, ENDS, stage_word

_SHARE = re.compile(r"(.{1,150}?)[ :]+(\d{1,3})(?:[.,](\d{1,2}))? ?%?", re.ASCII)


def shares_text(shares: Sequence[Sequence[Any]]) -> str:
    """Return shares as they are typed: a name and percent a line.

    >>> shares_text([["ann", 6000], ["bob", 4050]]).splitlines()
    ['ann 60', 'bob 40.5']
    """
    return "\n".join(f"{name} {part // 100}{_rest(part % 100)}" for name, part in shares)


def _rest(hundredths: int) -> str:
    return f".{hundredths:02}".rstrip("0") if hundredths else ""


class OpportunityForm(forms.Form):
    """What is hoped for, from whom, and what is done next."""

    title = text_field(_("Title"), 200, required=True)
    customer = text_field(_("Customer or prospect"), 120)
    category = forms.ChoiceField(label=_("How sure you are"), choices=tuple(CATEGORIES.items()))
    source = text_field(_("Where it came from"), 80)
    product = text_field(_("Product or service"), 120)
    competitor = text_field(_("Competitor"), 200)
    next_step = day_field(_("Next step on"))
    next_step_text = text_field(_("Next step"), 200, required=True)
    notes = text_field(_("Notes"), 5000, rows=4)

    def __init__(self, *args: Any, currency: str, manages: bool, **options: Any) -> None:
        """Add the value in the currency, and for managers whose it is."""
        super().__init__(*args, **options)
        self.fields["value_minor"] = AmountField(label=_("Value"), currency=currency)
        order = ["title", "customer", "value_minor", "next_step_text", "next_step", "category"]
        if manages:
            self.fields["owner"] = text_field(_("Salesperson"), 150)
            self.fields["shares"] = text_field(
                _("Shares, when it is not one person's: a name and percent a line"), 1000, rows=3
            )
            self.fields["shares"].help_text = _("Such as: ann 60")
            order += ["owner", "shares"]
        self.order_fields(order)

    def clean_shares(self) -> list[list[Any]]:
        """Return shares as an opportunity keeps them: [name, hundredths of a percent]; together 100 %."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["shares"].splitlines())):
            fit = _SHARE.fullmatch(line)
            if fit is None:
                raise forms.ValidationError(
                    _("“%(line)s” is no name with its percent.") % {"line": line[:60]}
                )
            found.append((fit[1].strip(), int(fit[2]) * 100 + int((fit[3] or "").ljust(2, "0"))))
        try:
            return [list(share) for share in shares_checked(found)] if found else []
        except InputError as error:
            raise forms.ValidationError(said(error)) from error


class MoveForm(forms.Form):
    """Where an opportunity goes, what is so by now, and what comes next."""

    next_step = day_field(_("Next step on"), required=False)
    reason = text_field(_("Reason"), 200)

    def __init__(self, *args: Any, opportunity: Opportunity, **options: Any) -> None:
        """Offer every stage but its own, and the ends."""
        super().__init__(*args, **options)
        stages = [(stage.code, stage_word(stage.code)) for stage in STAGES if stage.code != opportunity.stage]
        if opportunity.state != "open":
            stages = [(stage.code, stage_word(stage.code)) for stage in STAGES]
        ends = [(word, words) for word, words in ENDS.items() if word != opportunity.state]
        criteria = next((one.exit_criteria for one in STAGES if one.code == opportunity.stage), ())
        codes = [stage.code for stage in STAGES]
        after = codes.index(opportunity.stage) + 1 if opportunity.stage in codes else 0
        self.fields["to"] = forms.ChoiceField(
            label=_("To"), choices=[*stages, *ends], initial=[*codes, "won"][after]
        )
        if criteria and opportunity.state == "open":
            self.fields["ticked"] = forms.MultipleChoiceField(
                label=_("What is so"),
                choices=[(text, said(text)) for text in criteria],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["came_minor"] = AmountField(
            label=_("What it brought, if it is won"), currency=opportunity.currency, required=False
        )
        self.order_fields(["to", "ticked", "next_step", "reason", "came_minor"])


class ImportForm(forms.Form):
    """A CSV file of another program."""

    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
