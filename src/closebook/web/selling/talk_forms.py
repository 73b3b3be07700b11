"""The form of a conversation: a short part for the phone, the rest of it, and the rows that belong to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from closebook.apps.selling.models import Conversation, Customer, Opportunity
from closebook.transport import clock
from closebook.web.books.fields import day_field, text_field
from closebook.web.selling.talk_words import KINDS, OUTCOMES

PARTS = ("steps", "questions", "concessions")
_MAIN = {"steps": "what", "questions": "text", "concessions": "text"}
_NEW = {"steps": 2, "questions": 3, "concessions": 2}
_WHO = (("ours", _("we")), ("theirs", _("the customer")))
_ASKED = (("asked", _("the customer asked for it")), ("given", _("we gave it")))


def _row_fields(part: str) -> dict[str, forms.Field]:
    """Return the fields of one row of a part."""
    if part == "steps":
        return {
            "what": text_field(_("What is done next"), 300),
            "by": day_field(_("By when"), required=False),
            "ours": forms.ChoiceField(label=_("Who does it"), choices=_WHO, required=False),
            "who": text_field(_("Who, by name"), 150),
        }
    if part == "questions":
        return {
            "text": text_field(_("What the customer asked"), 2000),
            "answer": text_field(_("Our answer"), 2000),
        }
    return {
        "asked": forms.ChoiceField(label=_("Concession"), choices=_ASKED, required=False),
        "text": text_field(_("What"), 300),
        "in_return": text_field(_("In return"), 300),
    }


class PlanForm(forms.Form):
    """A conversation that is planned: with whom, how, when and what for."""

    folded: ClassVar[tuple[str, ...]] = ("opportunity",)
    customer = forms.CharField(
        label=_("Customer or prospect"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "customers", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=tuple(KINDS.items()))
    day = day_field(_("Day"))
    purpose = text_field(_("Purpose"), 200)

    def __init__(
        self, *args: Any, customer: Customer | None, deal: Opportunity | None = None, **options: Any
    ) -> None:
        """Offer the customer's open opportunities, once the customer is known."""
        super().__init__(*args, **options)
        deals = {deal.pk: deal.title} if deal else {}
        if customer:
            found = customer.opportunities.filter(company_id=customer.company_id, state="open")
            deals |= dict(found.order_by("title").values_list("pk", "title")[:50])
        if deals:
            self.fields["opportunity"] = forms.TypedChoiceField(
                label=_("Opportunity"), choices=[("", "–"), *deals.items()], coerce=int, empty_value=None,
                required=False, initial=deal.pk if deal else None,
            )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Return the fields of the conversation itself that were typed, without its customer."""
        rows = [name for name in self.fields if "-" in name]
        left_out = {"customer", "opportunity", *rows}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}

    def short(self) -> Iterator[BoundField]:
        """Yield the fields that are always shown."""
        return (self[name] for name in self.fields if name not in self.folded and "-" not in name)

    def rest(self) -> Iterator[BoundField]:
        """Yield the fields that are folded away."""
        return (self[name] for name in self.folded if name in self.fields)


class TalkForm(PlanForm):
    """A conversation that took place: its outcome, what comes next, and what was asked and given."""

    folded: ClassVar[tuple[str, ...]] = (
        "opportunity", "minutes", "cold", "conveyed", "customer_knows", "customer_wants", "suggestions",
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=tuple(OUTCOMES.items()), widget=forms.RadioSelect(attrs={"class": "big"})
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    cold = forms.BooleanField(label=_("They did not know us before"), required=False)
    conveyed = text_field(_("What we told them"), 5000, rows=2)
    customer_knows = text_field(_("What they knew and now accept"), 5000, rows=2)
    customer_wants = text_field(_("What they really want"), 5000, rows=2)
    suggestions = text_field(_("What they suggest"), 5000, rows=2)

    def __init__(self, *args: Any, known: Conversation | None = None, **options: Any) -> None:
        """Add the rows that are kept, and empty ones."""
        super().__init__(*args, **options)
        self.known: dict[str, list[str]] = {}
        for part in PARTS:
            kept = list(getattr(known, part).order_by("pk")) if known else []
            news = 1 if kept else _NEW[part]
            self.known[part] = [*(str(row.pk) for row in kept), *(f"new{at}" for at in range(news))]
            for row, name in zip([*kept, *[None] * news], self.known[part], strict=True):
                self._add(part, name, row)
        self.order_fields(["customer", "outcome", "kind", "day", "purpose"])

    def _add(self, part: str, name: str, row: Any) -> None:
        for key, made in _row_fields(part).items():
            if row is not None:
                made.initial = getattr(row, key)
            if key in {"ours", "asked"}:
                words = [word for word, _text in (_WHO if key == "ours" else _ASKED)]
                made.initial = words[0] if row is None or getattr(row, key) else words[1]
            self.fields[f"{part}-{name}-{key}"] = made

    def rows(self, part: str) -> list[list[BoundField]]:
        """Return the rows of a part, each with its fields."""
        return [[self[f"{part}-{name}-{key}"] for key in _row_fields(part)] for name in self.known[part]]

    @property
    def first_step(self) -> list[BoundField]:
        """Return the fields of the step that is always shown."""
        return self.rows("steps")[0]

    @property
    def later_steps(self) -> list[list[BoundField]]:
        """Return the rows of further steps."""
        return self.rows("steps")[1:]

    @property
    def questions(self) -> list[list[BoundField]]:
        """Return the rows of the customer's questions."""
        return self.rows("questions")

    @property
    def concessions(self) -> list[list[BoundField]]:
        """Return the rows of concessions."""
        return self.rows("concessions")

    def clean_day(self) -> dt.date:
        """Return the day; one that is still to come is planned, not logged. Far east it is tomorrow."""
        day: dt.date = self.cleaned_data["day"]
        if day > clock.today() + dt.timedelta(days=1):
            raise forms.ValidationError(_("This day is still to come. Plan the conversation instead."))
        return day

    def clean(self) -> dict[str, Any]:
        """Hold rows to their main field, and a next step to what is done by when."""
        given = super().clean() or self.cleaned_data
        for part, main in _MAIN.items():
            for name in self.known[part]:
                typed = self._typed(part, name)
                more = any(typed.get(key) for key in ("answer", "in_return", "by"))
                if more and not typed[main]:
                    self.add_error(f"{part}-{name}-{main}", _("Say what it is about."))
        steps = [self._typed("steps", name) for name in self.known["steps"]]
        if given.get("outcome") == "next_step" and not any(step["what"] and step["by"] for step in steps):
            first = self.known["steps"][0]
            self.add_error(f"steps-{first}-what", _("Say what is done next, and by which day."))
        return given

    def _typed(self, part: str, name: str) -> dict[str, Any]:
        return {key: self.cleaned_data.get(f"{part}-{name}-{key}") for key in _row_fields(part)}

    def parts(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return the rows of each part as the services take them; an emptied row has nothing but its pk."""
        return {part: list(self._rows(part)) for part in PARTS}

    def _rows(self, part: str) -> Iterator[dict[str, Any]]:
        for name in self.known[part]:
            kept = {} if name.startswith("new") else {"pk": int(name)}
            row = self._typed(part, name)
            if not row[_MAIN[part]]:
                if kept:
                    yield kept
                continue
            if part == "steps":
                row["ours"] = row["ours"] != "theirs"
            if part == "concessions":
                row["asked"] = row["asked"] != "given"
            yield {**kept, **row}


class PrepareForm(forms.Form):
    """The sheet for a conversation: what is wanted, in which order, and how."""

    goal = text_field(_("Goal: what shall be agreed at the end?"), 500, rows=2)
    agenda = text_field(_("Agenda that we propose"), 2000, rows=4)
    tactic1 = text_field(_("Tactic 1, if the customer sets another agenda"), 500, rows=2)
    tactic2 = text_field(_("Tactic 2"), 500, rows=2)
    concessions = text_field(_("Concessions we could make, and what we ask in return"), 1000, rows=2)
