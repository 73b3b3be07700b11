"""The form of a closing diagnosis: each question with its answers as equals, notes, and action points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from closebook.apps.selling.models import ActionPoint
from closebook.apps.selling.services.coaching import Kept
from closebook.core.selling.checklist import CHECKLIST, Question, Section
from closebook.core.selling.diagnosis import MOST_POINTS, Point
from closebook.web.books.fields import day_field, text_field
from closebook.web.kit.said import said
from closebook.web.selling.coaching_words import ANSWERS, CONTACTS, MOMENTS

NOTE, MORE = "note-", "more-"
_MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the form with its fields; ``answer`` is None for one that the record answers."""

    question: Question
    text: str
    answer: BoundField | None
    note: BoundField
    more: BoundField | None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form, its words in the reader's language."""

    section: Section
    number: int
    title: str
    look_for: str
    tip: str
    asked: list[Asked]
    note: BoundField


class DiagnosisForm(forms.Form):
    """The checklist, a step and a concession to add to the record, and the action points that are kept."""

    step_what = text_field(_("Next step that was agreed"), 300)
    step_who = text_field(_("Who does it"), 150)
    step_by = day_field(_("By when"), required=False)
    concession = text_field(_("Concession"), 300)
    concession_side = forms.ChoiceField(
        label=_("Which way"),
        choices=(("asked", _("The customer asked for it")), ("given", _("We gave it"))),
        required=False,
    )
    in_return = text_field(_("In return"), 300)

    def __init__(
        self, *args: Any, kept: Sequence[ActionPoint], offered: Sequence[Point], **more: Any
    ) -> None:
        """Add a field for each question, a row for each action point, and the points that are proposed."""
        super().__init__(*args, **more)
        for question in CHECKLIST.questions().values():
            self._ask(question)
        for section in CHECKLIST.sections:
            self.fields[NOTE + section.code] = text_field(_("What stood out"), _MOST_NOTE, rows=2)
        self.offered = {point.rule: point for point in offered}
        self.kept = list(kept)
        self._points()

    def _ask(self, question: Question) -> None:
        if question.choices:
            known = [(code, ANSWERS[code]) for code in (*question.choices, "")]
            self.fields[question.code] = forms.ChoiceField(
                label=said(question.text), choices=known, required=False, widget=forms.RadioSelect
            )
        if question.more:
            self.fields[MORE + question.code] = forms.MultipleChoiceField(
                label=_("Which"),
                choices=[(code, CONTACTS[code]) for code in question.more],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields[NOTE + question.code] = text_field(_("Note"), _MOST_NOTE)

    def _points(self) -> None:
        for number in range(MOST_POINTS):
            one = self.kept[number] if number < len(self.kept) else None
            text, moment = (
                text_field(_("Action point"), 300),
                forms.ChoiceField(label=_("When"), choices=tuple(MOMENTS.items()), required=False),
            )
            text.initial, moment.initial = (one.text, one.moment) if one else ("", "during")
            self.fields[f"point-{number}"], self.fields[f"moment-{number}"] = text, moment
        self.fields["take"] = forms.MultipleChoiceField(
            label=_("Proposed by the answers"),
            choices=[(rule, said(point.text)) for rule, point in self.offered.items()],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def parts(self) -> Iterator[Part]:
        """Yield the sections with their questions as the page shows them."""
        for number, section in enumerate(CHECKLIST.sections, 1):
            asked = [
                Asked(
                    question,
                    said(question.text),
                    self[question.code] if question.choices else None,
                    self[NOTE + question.code],
                    self[MORE + question.code] if question.more else None,
                )
                for question in section.questions
            ]
            words = (said(section.title), said(section.look_for), said(section.tip))
            yield Part(section, number, *words, asked, self[NOTE + section.code])

    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Yield the text and moment of each action point."""
        return ((self[f"point-{number}"], self[f"moment-{number}"]) for number in range(MOST_POINTS))

    def answers(self) -> dict[str, str]:
        """Return the answers that were given, by code."""
        given = {code: self.cleaned_data.get(code, "") for code in CHECKLIST.questions()}
        return {code: answer for code, answer in given.items() if answer}

    def notes(self) -> dict[str, str]:
        """Return the notes by the code of their question or section; ``more-`` before a code says which."""
        found: dict[str, str] = {}
        for name, value in self.cleaned_data.items():
            if name.startswith(NOTE) and value:
                found[name.removeprefix(NOTE)] = value
            elif name.startswith(MORE) and value:
                found[name] = ",".join(value)
        return found

    def points(self) -> list[Kept]:
        """Return the action points that are kept: those typed, then the proposed ones that were ticked."""
        data, rules = self.cleaned_data, {one.text: one.rule for one in self.kept}
        typed = [(data[f"point-{number}"], data[f"moment-{number}"]) for number in range(MOST_POINTS)]
        own = [Kept(text, moment, rules.get(text, "")) for text, moment in typed if text]
        taken = [self.offered[rule] for rule in data["take"]]
        return [*own, *(Kept(said(point.text), point.moment, point.rule) for point in taken)]

    def step(self) -> tuple[str, str, dt.date | None] | None:
        """Return the next step to add, None without one."""
        data = self.cleaned_data
        return (data["step_what"], data["step_who"], data["step_by"]) if data["step_what"] else None


def known(answers: dict[str, str], notes: dict[str, str]) -> dict[str, Any]:
    """Return a diagnosis as the form's first values."""
    found: dict[str, Any] = dict(answers)
    for code, text in notes.items():
        if code.startswith(MORE):
            found[code] = text.split(",")
        else:
            found[NOTE + code] = text
    return found
