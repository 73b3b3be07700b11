"""Forms of contracts, tasks and time by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.models import Person
from closebook.apps.workforce.models import Agency, Contract, Task
from closebook.core.workforce.checklists import CHECKLISTS
from closebook.web.books.fields import day_field, text_field
from closebook.web.kit.said import said
from closebook.web.work.fields import MOST_MINUTES, PayField
from closebook.web.work.words import CHANNELS, EVIDENCE_WORDS, IDLE_WORDS, KINDS, REPEAT_WORDS

_WEEK_MINUTES = 7 * 24 * 60
_RATE = "rate_"
_ORDER = ("starts_on", "hourly_minor", "evidence", "review_days", "cap_minutes", "cap_minor")


class TermForm(forms.Form):
    """What holds from a day on."""

    starts_on = day_field(_("From"))
    evidence = forms.ChoiceField(
        label=_("What is recorded while a timer runs"),
        choices=tuple(EVIDENCE_WORDS.items()),
        help_text=_("Never pictures, keys or contents; nothing at all outside a timer."),
    )
    review_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=30, initial=5)
    cap_minutes = forms.IntegerField(
        label=_("At most minutes per week"), min_value=1, max_value=_WEEK_MINUTES, required=False
    )
    away_seconds = forms.IntegerField(
        label=_("A timer pauses after seconds without input"),
        min_value=60,
        max_value=3600,
        initial=180,
        required=False,
        help_text=_("Where the agent records whether somebody is there."),
    )
    idle_policy = forms.ChoiceField(
        label=_("Time away counts"), choices=tuple(IDLE_WORDS.items()), required=False
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the rates in the contract's currency."""
        super().__init__(*args, **options)
        self.fields["hourly_minor"] = PayField(label=_("Rate per hour"), currency=currency)
        self.fields["cap_minor"] = PayField(
            label=_("At most per week, in money"), currency=currency, required=False
        )
        for kind, words in KINDS:
            self.fields[_RATE + kind] = PayField(label=words, currency=currency, required=False)
        self.order_fields(_ORDER)

    def clean(self) -> dict[str, Any]:
        """Return the facts, with the rates of kinds of service that differ under ``rates``."""
        typed = self.cleaned_data
        rates = {kind: typed.pop(_RATE + kind, None) for kind, _words in KINDS}
        typed["rates"] = {kind: rate for kind, rate in rates.items() if rate is not None}
        return typed

    @property
    def common(self) -> list[forms.BoundField]:
        """Return the fields but those of single kinds of service."""
        return [field for field in self if not field.name.startswith(_RATE)]

    @property
    def by_kind(self) -> list[forms.BoundField]:
        """Return the rates of single kinds of service."""
        return [field for field in self if field.name.startswith(_RATE)]


class ContractForm(TermForm):
    """A contract with its first term."""

    def __init__(
        self, *args: Any, assistants: Iterable[Person], agencies: Iterable[Agency] = (), **options: Any
    ) -> None:
        """Add with whom, through which agency, and in which zone the person lives."""
        super().__init__(*args, **options)
        through = [(agency.pk, agency.name) for agency in agencies]
        if through:
            self.fields["agency"] = forms.ChoiceField(
                label=_("Through an agency"),
                choices=[("", _("no, the person is paid")), *through],
                required=False,
                help_text=_("Bills and payments are the agency's then."),
            )
        self.fields["person"] = forms.ChoiceField(
            label=_("Assistant"), choices=[(person.pk, person.username) for person in assistants]
        )
        self.fields["title"] = text_field(_("Title"), 120, required=True)
        self.fields["zone"] = forms.ChoiceField(
            label=_("The assistant's time zone"),
            choices=[(zone, zone) for zone in sorted(available_timezones())],
            initial="UTC",
        )
        self.order_fields(["title", "person", "agency", "zone", "starts_on", "hourly_minor"])


class TaskForm(forms.Form):
    """What is asked."""

    title = text_field(_("Title"), 120, required=True)
    kind = forms.ChoiceField(label=_("Kind of service"), choices=KINDS)
    description = text_field(_("What is to be done"), 5000, required=True, rows=4)
    done_means = text_field(_("Done means"), 2000, required=True, rows=2)
    cap_minutes = forms.IntegerField(
        label=_("At most minutes"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    due_on = day_field(_("Due"), required=False)
    repeats = forms.ChoiceField(
        label=_("Repeats"), choices=(("", _("never")), *REPEAT_WORDS.items()), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what repeats and has no first day."""
        if self.cleaned_data.get("repeats") and not self.cleaned_data.get("due_on"):
            self.add_error("due_on", _("What repeats is due on a day first."))
        return self.cleaned_data

    def __init__(self, *args: Any, contracts: Iterable[Contract], **options: Any) -> None:
        """Add for whom, and the checklists in the reader's words."""
        super().__init__(*args, **options)
        rows = [(row.pk, f"{row.person.username}: {row.title}") for row in contracts]
        self.fields["contract"] = forms.ChoiceField(label=_("For"), choices=rows)
        lists = [("", _("none")), *((name, said(each.title)) for name, each in CHECKLISTS.items())]
        self.fields["checklist"] = forms.ChoiceField(label=_("Checklist"), choices=lists, required=False)
        self.order_fields(["contract"])


class EstimateForm(forms.Form):
    """How long a task takes, in minutes."""

    low = forms.IntegerField(label=_("At least, minutes"), min_value=0, max_value=MOST_MINUTES)
    likely = forms.IntegerField(label=_("Likely, minutes"), min_value=0, max_value=MOST_MINUTES)
    high = forms.IntegerField(label=_("At most, minutes"), min_value=0, max_value=MOST_MINUTES)


class TimeForm(forms.Form):
    """Time by hand."""

    starts_at = forms.CharField(
        label=_("Began"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), max_length=20
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)
    reason = text_field(_("Reason"), 500, required=True)

    def __init__(self, *args: Any, tasks: Iterable[Task], **options: Any) -> None:
        """Add the tasks that time can be entered for."""
        super().__init__(*args, **options)
        self.fields["task"] = forms.ChoiceField(
            label=_("Task"), choices=[(row.pk, row.title) for row in tasks]
        )
        self.order_fields(["task"])


class MoveForm(forms.Form):
    """A move of a task with a few words, or the words alone."""

    to = forms.CharField(max_length=20, required=False)
    text = forms.CharField(max_length=5000, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a comment that says nothing."""
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Write a few words first."))
        return self.cleaned_data


class DraftMoveForm(MoveForm):
    """A decision about a draft, with the text, the reason or the receipt; ``back`` leads to the inbox."""

    text = forms.CharField(max_length=20_000, required=False)
    back = forms.CharField(max_length=10, required=False)


class DraftForm(forms.Form):
    """What is to leave once it is approved."""

    channel = forms.ChoiceField(label=_("What"), choices=tuple(CHANNELS.items()))
    title = text_field(_("Title"), 200, required=True)
    target = text_field(_("To whom or where"), 200, required=True)
    body = text_field(_("Text"), 20_000, required=True, rows=8)
    hours = forms.IntegerField(
        label=_("Expires after hours"),
        min_value=1,
        max_value=720,
        required=False,
        help_text=_("Leave it empty if it does not matter when."),
    )

    def __init__(
        self, *args: Any, contracts: Iterable[Contract], tasks: Iterable[Task], currency: str, **options: Any
    ) -> None:
        """Add the contract, its task and the amount."""
        super().__init__(*args, **options)
        rows = [(row.pk, row.title) for row in contracts]
        known = [("", "–"), *((row.pk, row.title) for row in tasks)]
        self.fields["contract"] = forms.ChoiceField(label=_("Contract"), choices=rows)
        self.fields["task"] = forms.ChoiceField(label=_("Task"), choices=known, required=False)
        self.fields["amount_minor"] = PayField(
            label=_("Amount (%(currency)s)") % {"currency": currency}, currency=currency, required=False
        )
        self.order_fields(["contract", "task", "channel", "title", "target", "amount_minor", "body"])


class MilestoneForm(forms.Form):
    """A fixed amount for a result."""

    title = text_field(_("Result"), 200, required=True)
    due_on = day_field(_("Due"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the amount in the contract's currency."""
        super().__init__(*args, **options)
        self.fields["amount_minor"] = PayField(
            label=_("Amount (%(currency)s)") % {"currency": currency}, currency=currency
        )


class ReleaseForm(forms.Form):
    """How much of a milestone may be paid."""

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the amount in the contract's currency."""
        super().__init__(*args, **options)
        self.fields["amount_minor"] = PayField(
            label=_("Amount (%(currency)s)") % {"currency": currency}, currency=currency
        )


class ItemForm(forms.Form):
    """A point to tick off."""

    text = text_field(_("Point"), 200, required=True)


class AppointmentForm(forms.Form):
    """A time with somebody."""

    title = text_field(_("Title"), 200, required=True)
    starts_at = forms.DateTimeField(
        label=_("Begins, in the assistant's time zone"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440, initial=30)
    place = text_field(_("Place or link"), 500)
    with_name = text_field(_("With whom"), 200)
    with_email = forms.EmailField(label=_("E-mail address"), required=False)

    def __init__(self, *args: Any, contracts: Iterable[Contract], **options: Any) -> None:
        """Add whose time it is."""
        super().__init__(*args, **options)
        rows = [(row.pk, f"{row.person.username}: {row.title}") for row in contracts]
        self.fields["contract"] = forms.ChoiceField(label=_("Contract"), choices=rows)
        self.order_fields(["contract"])
