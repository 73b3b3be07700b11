"""Forms of complaints: what was said, and exactly what each step needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.selling.models import Complaint
from closebook.core.selling.complaints import State
from closebook.web.books.fields import AmountField, day_field, text_field
from closebook.web.selling_people.words import VERDICTS

CAUSES: Mapping[str, Promise] = {
    "quality": _("quality"),
    "delivery": _("delivery"),
    "price": _("price or invoice"),
    "service": _("service"),
    "wrong-expectation": _("expected something else"),
    "transport": _("damage on the way"),
    "other": _("something else"),
}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    State.ACKNOWLEDGED: ("undertaking", "undertaking_by"),
    State.REPORTED: ("reported_to",),
    State.PLANNED: ("cause", "plan", "owner", "plan_by", "cost_minor"),
    State.CLOSED: ("verdict", "why_not_asked", "cost_minor"),
}


class ComplaintForm(forms.Form):
    """What a customer complains about."""

    customer = text_field(_("Customer or prospect"), 120, required=True)
    text = text_field(_("What the customer says"), 4000, rows=4, required=True)
    received = day_field(_("Received on"))
    product = text_field(_("Product"), 120)
    batch = text_field(_("Batch"), 60)
    order = text_field(_("Order"), 60)


class StepForm(forms.Form):
    """What one step of a complaint needs, and nothing else."""

    def __init__(self, data: Any = None, *, to: str, complaint: Complaint, currency: str) -> None:
        """Offer the fields of the step, with what is known already."""
        kept = {name: getattr(complaint, name) for name in _NEEDS.get(to, ())}
        if "reported_to" in kept:
            kept["reported_to"] = ", ".join(complaint.reported_to)
        super().__init__(data, initial={"to": to, **kept})
        self.to = to
        self.fields["to"] = forms.CharField(widget=forms.HiddenInput)
        made = {
            "undertaking": text_field(_("What the customer was promised"), 2000, rows=2),
            "undertaking_by": day_field(_("By when")),
            "reported_to": text_field(_("To whom it was reported, separated by commas"), 300),
            "cause": forms.ChoiceField(
                label=_("Cause"), choices=[("", ""), *list(CAUSES.items())], required=False
            ),
            "plan": text_field(_("What is done"), 4000, rows=3),
            "owner": text_field(_("Who sees to it"), 150),
            "plan_by": day_field(_("Done by")),
            "cost_minor": AmountField(label=_("What it costs"), currency=currency, required=False),
            "verdict": forms.ChoiceField(
                label=_("What the customer says of how it was handled"),
                choices=[("", ""), *list(VERDICTS.items())],
                required=False,
            ),
            "why_not_asked": text_field(_("If nobody asked: why"), 200),
        }
        for name in _NEEDS.get(to, ()):
            self.fields[name] = made[name]

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the complaint keeps it."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "to"}
        if "reported_to" in found:
            found["reported_to"] = [part.strip() for part in found["reported_to"].split(",") if part.strip()]
        return found
