"""What anybody sees: a posting with the form to apply, and an applicant's own page by a secret link."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.services.mail import mail_carry, mail_make
from closebook.apps.workforce.models import Application, Posting, Trial
from closebook.apps.workforce.selectors.finding import application_of_link, posting_shown
from closebook.apps.workforce.selectors.trials import PENDING, works_until
from closebook.apps.workforce.services import finding as services
from closebook.core.errors import ConflictError, HeldError, RetryError
from closebook.core.money import decimal_from_minor
from closebook.core.workforce.states import APPLICATION, TRIAL, Who
from closebook.web.frame.access import public
from closebook.web.work.forms import ApplyForm
from closebook.web.work.linked_data import linked_data
from closebook.web.work.words import KIND_WORDS, TRIAL_MOVES, WORK_STATES

_SIGNER = Signer(salt="closebook.workforce.application")
MOST_PER_HOUR = 10
_HOUR_SECONDS = 3600
_LAZY_SUBJECT = gettext_lazy("Your application: {title}")
_LAZY_WORDS = gettext_lazy("Your application is now: {state}.")
_LAZY_BUTTON = gettext_lazy("Open my application")
_LAZY_WHY = gettext_lazy("You get this because you applied.")


def _linked_data(posting: Posting) -> SafeString:
    """Return the posting as schema.org's JobPosting.

    Source: schema.org/JobPosting
    """
    low, high = (
        str(decimal_from_minor(minor, posting.currency)) for minor in (posting.low_minor, posting.high_minor)
    )
    salary = {"@type": "QuantitativeValue", "minValue": low, "maxValue": high, "unitText": "HOUR"}
    facts: dict[str, Any] = {
        "@type": "JobPosting",
        "title": posting.title,
        "description": f"{posting.description}\n\n{posting.done_means}",
        "datePosted": posting.opened_at.date().isoformat() if posting.opened_at else "",
        "hiringOrganization": {"@type": "Organization", "name": posting.company.name},
        "employmentType": "CONTRACTOR",
        "jobLocationType": "TELECOMMUTE",
        "baseSalary": {"@type": "MonetaryAmount", "currency": posting.currency, "value": salary},
    }
    if posting.market:
        facts["applicantLocationRequirements"] = {"@type": "AdministrativeArea", "name": posting.market}
    return linked_data(facts)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, token: str) -> HttpResponse:
    """Show an open posting, and take an application."""
    posting = posting_shown(token)
    if posting is None:
        raise Http404
    form = ApplyForm(request.POST or None, request.FILES or None, currency=posting.currency)
    if request.method == "POST" and posting.state == "open" and form.is_valid():
        if not _too_many(request):
            return _applied(posting, form)
        form.add_error(None, _("Too many applications came from here. Try again in an hour."))
    facts = {"posting": posting, "form": form, "kind": KIND_WORDS.get(posting.kind, posting.kind)}
    if posting.state == "open":
        facts["linked_data"] = _linked_data(posting)
    return render(request, "web/work/job.html", facts, status=400 if form.errors else 200)


def _too_many(request: HttpRequest) -> bool:
    key = f"apply-{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, _HOUR_SECONDS)
    return cache.incr(key) > MOST_PER_HOUR


def _applied(posting: Posting, form: ApplyForm) -> HttpResponse:
    """Keep an application and lead to its page; whoever applied before gets the link by mail alone."""
    facts = {**form.cleaned_data, "language": translation.get_language() or "en"}
    if facts.pop("website"):
        return redirect("job", posting.token)
    made, new = services.apply(posting, facts, facts.pop("file", None))
    with suppress(RetryError):
        applicant_told(made)
    return redirect("applied", link_of(made)) if new else redirect("job_sent", posting.token)


def link_of(application: Application) -> str:
    """Return the secret word of an applicant's page."""
    return _SIGNER.sign(str(application.pk))


def applicant_told(
    application: Application, files: Sequence[tuple[str, bytes, str]] = (), words: Promise | None = None
) -> bool:
    """Tell an applicant how it stands, or other words, with files (name, content, type); False for one
    without an address.

    Raises RetryError when the mail is not taken.
    """
    if not application.candidate.email:
        return False
    address = reverse("applied", args=[link_of(application)])
    facts = {
        "application": application,
        "subject": format_lazy(_LAZY_SUBJECT, title=application.posting.title),
        "words": words or format_lazy(_LAZY_WORDS, state=WORK_STATES[application.state]),
        "button": _LAZY_BUTTON,
        "why": _LAZY_WHY,
        "link": settings.CLOSEBOOK_BASE_URL.rstrip("/") + address,
    }
    made = mail_make("application", application.candidate.email, application.candidate.language, facts)
    for file in files:
        made.attach(*file)
    mail_carry(made)
    return True


@public
@require_http_methods(["GET", "HEAD"])
def job_sent(request: HttpRequest, token: str) -> HttpResponse:
    """Say that the link to an application made before is in the mail."""
    posting = posting_shown(token)
    if posting is None:
        raise Http404
    return render(request, "web/work/job_sent.html", {"posting": posting})


def application_by(link: str) -> Application:
    """Return the application that a secret word leads to; Http404 for any other word."""
    try:
        found = application_of_link(int(_SIGNER.unsign(link)))
    except BadSignature:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def _trial_words(application: Application) -> dict[str, Any] | None:
    found = Trial.objects.filter(application=application).first()
    if found is None:
        return None
    words = TRIAL.moves_from(found.state, Who.ASSISTANT)
    state = "delivered" if found.state == "scored" else found.state
    return {
        "row": found,
        "until": works_until(found) if found.state in PENDING[:3] else None,
        "asks_account": asks_account(found),
        "state": WORK_STATES["offered" if state == "proposed" else state],
        "moves": [(word, TRIAL_MOVES[word]) for word in words if word != "delivered"],
        "may_deliver": "delivered" in words,
    }


def asks_account(trial: Trial) -> bool:
    """Tell whether the applicant says on their own page how the trial is paid: nobody else is paid for them,
    and they have no login yet.
    """
    candidate = trial.application.candidate
    delivered = trial.state in {"delivered", "scored", "paid"}
    return delivered and candidate.agency_id is None and candidate.person_id is None


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def applied(request: HttpRequest, link: str) -> HttpResponse:
    """Show an applicant how it stands; an offer is taken here, and an application withdrawn."""
    found = application_by(link)
    if request.method == "POST":
        with suppress(ConflictError, HeldError):
            services.application_move(found, request.POST.get("to", ""), Who.ASSISTANT, found.candidate.name)
        return redirect("applied", link)
    facts = {
        "application": found,
        "state": WORK_STATES[found.state],
        "steps": [(step, WORK_STATES[step.target]) for step in found.steps.order_by("pk")],
        "moves": APPLICATION.moves_from(found.state, Who.ASSISTANT),
        "link": link,
        "interviews": found.interviews.order_by("starts_at"),
        "trial": _trial_words(found),
    }
    return render(request, "web/work/applied.html", facts)
