"""Forms of opportunities: what one is, and a move to another stage or to its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closebook.apps.selling.models import Opportunity
from closebook.core.selling.opportunities import STAGES
from closebook.web.books.fields import AmountField, day_field, text_field
from closebook.web.kit.said import said
from closebook.web.selling.words import CATEGORIES, ENDS, stage_word


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
            order.append("owner")
        self.order_fields(order)


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
