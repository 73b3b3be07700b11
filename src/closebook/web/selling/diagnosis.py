"""One conversation looked back at: its record, the closing diagnosis, sharing and the right of reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import ActionPoint, Conversation, Diagnosis
from closebook.apps.selling.selectors.coaching import (
    conversations_to_coach,
    earlier,
    open_points,
    rules_of,
    with_records,
)
from closebook.apps.selling.services import coaching
from closebook.core.errors import InputError
from closebook.core.selling.checklist import CHECKLIST, POSITIONINGS
from closebook.core.selling.diagnosis import (
    Point,
    Score,
    competitive_flag,
    first_to_work_on,
    proposed,
    scores,
    weakened,
)
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling.coaching_words import (
    ANSWERS,
    CONTACTS,
    DIAGNOSIS_STATES,
    KINDS,
    MOMENTS,
    TRIED,
    score_text,
    tried_words,
)
from closebook.web.selling.diagnosis_form import MORE, DiagnosisForm, known
from closebook.web.selling.scope import conversation_coached, diagnoses_seen
from closebook.web.selling.words import stage_word

_MOST_REPLY = 5000


@dataclass(frozen=True, slots=True)
class Bar:
    """A section's score as it is shown; ``first`` marks the one to work on first."""

    title: str
    score: Score
    text: str
    first: bool

    @property
    def most(self) -> int:
        """Return the halves that all its answered questions could give."""
        return 2 * self.score.questions


@dataclass(frozen=True, slots=True)
class Column:
    """A diagnosis beside others: its row, bars, action points, and what is worth a remark."""

    row: Diagnosis
    mine: bool
    bars: list[Bar]
    points: list[tuple[ActionPoint, Promise | str, Promise | str]]
    weakened: bool
    competitive: bool

    @property
    def state(self) -> Promise:
        """Return its state in words."""
        return DIAGNOSIS_STATES[self.row.state]


@company_page(Ability.SEE_SELLING)
@require_http_methods(["GET", "POST"])
def diagnosis(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Show a conversation with the diagnoses that the person may see, and keep the person's own."""
    talk = conversation_coached(request, conversation_id)
    seen = diagnoses_seen(request).filter(conversation=talk)
    rows = list(with_records(seen).order_by("own", "made_at", "pk"))
    mine = next((row for row in rows if row.by == request.user.username), None)
    form = _form(request, mine) if _writes(request, talk) else None
    if form and request.method == "POST" and form.is_valid():
        try:
            coaching.points_keep(request.company, _saved(request, talk, form).pk, form.points())
        except InputError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Kept."))
            return redirect("diagnosis", request.company.pk, talk.pk)
    request.place = "coaching"
    facts = {**_facts(request, talk, rows, mine), "form": form}
    return render(request, "web/selling/diagnosis.html", facts, status=400 if form and form.errors else 200)


def _writes(request: CompanyRequest, talk: Conversation) -> bool:
    mine = conversations_to_coach(request.company.pk, request.user.username, request.abilities)
    return mine.filter(pk=talk.pk).exists()


def _form(request: CompanyRequest, mine: Diagnosis | None) -> DiagnosisForm:
    kept = [point for point in mine.points.all() if point.state == "open"] if mine else []
    initial = known(mine.answers, mine.notes) if mine else {}
    return DiagnosisForm(request.POST or None, initial=initial, kept=kept, offered=_offered(mine))


def _offered(mine: Diagnosis | None) -> list[Point]:
    """Return the points that the answers propose and that were not taken yet."""
    if mine is None:
        return []
    taken = {word for point in mine.points.all() for word in (point.rule, point.text)}
    found = proposed(rules_of(mine))
    return [point for point in found if point.rule not in taken and said(point.text) not in taken]


def _saved(request: CompanyRequest, talk: Conversation, form: DiagnosisForm) -> Diagnosis:
    """Keep answers and notes, and add what was agreed or given to the conversation's record."""
    company, data = request.company, form.cleaned_data
    step = form.step()
    if step:
        coaching.step_add(company, talk.pk, *step)
    if data["concession"]:
        asked, back = data["concession_side"] != "given", data["in_return"]
        coaching.concession_add(company, talk.pk, data["concession"], asked=asked, in_return=back)
    return coaching.diagnosis_save(company, talk.pk, request.user.username, form.answers(), form.notes())


def _facts(
    request: CompanyRequest, talk: Conversation, rows: Sequence[Diagnosis], mine: Diagnosis | None
) -> dict[str, object]:
    person = request.user.username
    columns = [_column(row, mine=row is mine) for row in rows]
    before = earlier(talk, diagnoses_seen(request))
    return {
        "talk": talk,
        "kind": KINDS.get(talk.kind, talk.kind),
        "stage": stage_word(talk.opportunity.stage) if talk.opportunity else "",
        "prepared": [(words, talk.preparation[key]) for key, words in _PREPARED if talk.preparation.get(key)],
        "questions": talk.questions.order_by("pk"),
        "concessions": talk.concessions.order_by("pk"),
        "steps": talk.steps.order_by("pk"),
        "columns": columns,
        "mine": next((column for column in columns if column.mine), None),
        "shared": [column for column in columns if not column.mine],
        "compared": _compared(rows),
        "earlier": [_column(row, mine=False) for row in before],
        "open": _to_answer(request, talk),
        "buttons": [(key, words) for key, (_state, _helped, words) in TRIED.items()],
        "positionings": [said(text) for text in POSITIONINGS],
        "about_me": talk.person == person,
    }


_PREPARED = (
    ("goal", _("Goal")),
    ("agenda", _("Agenda")),
    ("tactic1", _("Tactic 1")),
    ("tactic2", _("Tactic 2")),
    ("concessions", _("Concessions")),
    ("used", _("Which was used")),
    ("worked", _("Did it work")),
)


def _to_answer(request: CompanyRequest, talk: Conversation) -> list[ActionPoint]:
    """Return the salesperson's open points of earlier conversations: whether they were tried comes first."""
    seen = set(diagnoses_seen(request).filter(conversation__person=talk.person).values_list("pk", flat=True))
    points = [one for one in open_points(request.company.pk, talk.person) if one.diagnosis_id in seen]
    of = {one.pk: one.diagnosis.conversation for one in points}
    return [one for one in points if of[one.pk].pk != talk.pk and of[one.pk].day <= talk.day]


def _column(row: Diagnosis, *, mine: bool) -> Column:
    rules = rules_of(row)
    found = scores(rules)
    first = first_to_work_on(found)
    titles = {section.code: said(section.title) for section in CHECKLIST.sections}
    bars = [Bar(titles[one.section], one, score_text(one), one.section == first) for one in found]
    points = [
        (one, MOMENTS.get(one.moment, ""), tried_words(one.state, helped=one.helped))
        for one in row.points.all()
        if one.state != "dropped"
    ]
    return Column(row, mine, bars, points, weakened(rules), competitive_flag(rules))


@dataclass(frozen=True, slots=True)
class Line:
    """A question, or a section's title, with what each diagnosis says of it."""

    text: str
    said: list[tuple[str, str]]
    heading: bool = False
    differs: bool = False


def _compared(rows: Sequence[Diagnosis]) -> list[Line]:
    """Return the diagnoses question by question; lines that nobody answered are left out."""
    found: list[Line] = []
    for section in CHECKLIST.sections:
        lines = [_line(question.code, said(question.text), rows) for question in section.questions]
        lines.append(_line(section.code, str(_("What stood out")), rows))
        lines = [line for line in lines if any(answer or note for answer, note in line.said)]
        found += [Line(said(section.title), [], heading=True), *lines] if lines else []
    return found


def _line(code: str, text: str, rows: Sequence[Diagnosis]) -> Line:
    cells = []
    for row in rows:
        answer = row.answers.get(code, "")
        which = ", ".join(
            str(CONTACTS.get(one, one)) for one in row.notes.get(MORE + code, "").split(",") if one
        )
        words = str(ANSWERS.get(answer, answer)) if answer else ""
        cells.append((f"{words} ({which})" if which else words, row.notes.get(code, "")))
    given = {answer for answer, _note in cells if answer}
    return Line(text, cells, differs=len(given) > 1)


@company_page(Ability.SEE_SELLING)
@require_POST
def diagnosis_share(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Share one's own diagnosis of a conversation, or with ``back`` make it private again."""
    talk = conversation_coached(request, conversation_id)
    mine = Diagnosis.objects.filter(
        company=request.company, conversation=talk, by=request.user.username
    ).first()
    if mine is None:
        raise Http404
    if "back" in request.POST:
        coaching.diagnosis_unshare(request.company, mine.pk, request.user.username)
        messages.success(request, _("It is private again."))
    else:
        coaching.diagnosis_share(request.company, mine.pk, request.user.username)
        words = _("Shared with the coaches.") if mine.own else _("Shared with its salesperson.")
        messages.success(request, words)
    return redirect("diagnosis", request.company.pk, talk.pk)


@company_page(Ability.SEE_SELLING)
@require_POST
def diagnosis_answer(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Keep the salesperson's reply to a diagnosis that is shared; Http404 for any other."""
    talk = conversation_coached(request, conversation_id)
    wanted, person = request.POST.get("diagnosis", ""), request.user.username
    shared = diagnoses_seen(request).filter(conversation=talk, conversation__person=person).exclude(by=person)
    found = next((row for row in shared if str(row.pk) == wanted), None)
    if found is None:
        raise Http404
    reply = request.POST.get("reply", "").replace("\0", "").strip()[:_MOST_REPLY]
    if reply:
        coaching.diagnosis_reply(request.company, found.pk, person, reply)
        messages.success(request, _("Your reply is kept; its writer reads it here."))
    return redirect("diagnosis", request.company.pk, talk.pk)
