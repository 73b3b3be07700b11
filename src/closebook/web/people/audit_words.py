"""What the audit log says in words for people: what was done, and the names of its details."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.models import Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.web.hooks.words import EVENT_WORDS as HOOK_WORDS
from closebook.web.people.ability_words import ABILITY_WORDS
from closebook.web.sync.problem_words import WORDS, thing_of
from closebook.web.sync.profile_words import MODES
from closebook.web.sync.schedules import RHYTHMS, WEEKDAYS
from closebook.web.sync.words import ACTION_WORDS, connector_title
from closebook.web.templatetags.kit import count

RUN = re.compile(r"run (\d+)")
"""A run as the log names it among those who did something."""

ACTIONS: Mapping[str, Promise] = {
    "complaint-received": _("wrote a complaint down"),
    "payment-promised": _("kept a promise to pay"),
    "promise-withdrawn": _("took a promise to pay back"),
    "invoice-disputed": _("kept a dispute about an invoice"),
    "dispute-settled": _("settled a dispute about an invoice"),
    "opportunity-sent": _("sent an opportunity to the books"),
    "summary-begun": _("began a sales summary"),
    "conversation-changed": _("corrected a conversation"),
    "conversation-moved": _("put a conversation off or called it off"),
    "follow-up-closed": _("closed a follow-up with a reason"),
    "follow-up-reopened": _("reopened a follow-up"),
    "summary-final": _("made a sales summary final"),
    "run-approved": _("approved a plan"),
    "run-dropped": _("dropped a plan"),
    "run-stop-asked": _("asked a run to stop"),
    "run-begun": _("began a run"),
    "books-written": _("wrote into the books"),
    "run-done": _("ended; everything is proved"),
    "run-done-with-errors": _("ended; some actions failed"),
    "run-held": _("was held by a safety rule"),
    "run-stale": _("stopped; the plan did not fit any more"),
    "run-waiting": _("waits for the books to answer"),
    "run-stopped": _("stopped"),
    "run-failed": _("failed"),
    "decided": _("decided on a hold"),
    "decision-taken-back": _("took a decision back"),
    "connection-made": _("made a connection"),
    "profile-saved": _("took the opening balance on"),
    "profile-changed": _("changed the profile"),
    "schedule-changed": _("changed the schedule"),
    "files-pulled": _("added files"),
    "record-made": _("made a record"),
    "record-changed": _("changed a record"),
    "record-deleted": _("deleted a record"),
    "record-voided": _("voided a record"),
    "file-attached": _("attached a file"),
    "role-changed": _("gave another role"),
    "member-removed": _("removed a member"),
    "member-restored": _("brought a member back"),
    "invited": _("invited somebody"),
    "invited-again": _("sent an invitation again"),
    "invitation-withdrawn": _("withdrew an invitation"),
    "invitation-accepted": _("accepted an invitation"),
    "owner-made": _("became the owner"),
    "company-renamed": _("renamed the company"),
    "company-zone": _("changed the company's time zone"),
    "token-made": _("made a token"),
    "token-revoked": _("revoked a token"),
    "books-proved": _("proved the books"),
    "books-differ": _("found the books different from their postings"),
    "kept-rebuilt": _("made balances and sums anew from the postings"),
    "webhook-made": _("made a webhook"),
    "webhook-changed": _("changed a webhook"),
    "webhook-paused": _("paused a webhook"),
    "webhook-resumed": _("resumed a webhook"),
    "webhook-secret-changed": _("changed a webhook's secret"),
    "webhook-deleted": _("deleted a webhook"),
    "webhook-replayed": _("had events sent again"),
    "app-keys-saved": _("kept the keys of an app"),
    "bank-account-made": _("made a bank account"),
    "bank-file-imported": _("imported a bank file"),
    "bank-file-removed": _("removed a bank file"),
    "bank-answers-approved": _("approved answers to bank lines"),
    "bank-answers-stopped": _("stopped answers to bank lines"),
    "bank-answers-undone": _("took answers to bank lines back"),
    "bank-answer-undone": _("took the answer to a bank line back"),
    "bank-line-excluded": _("left a bank line out"),
    "bank-line-matched": _("matched a bank line"),
    "bank-line-written": _("wrote a bank line into the books"),
    "bank-line-own": _("said that a bank line is no repetition"),
    "bank-rule-rests": _("let a bank rule rest"),
    "bank-rule-saved": _("saved a bank rule"),
    "bank-rule-used": _("used a bank rule again"),
    "batches-set": _("chose how requests are sent"),
    "books-connected": _("connected the books"),
    "books-disconnected": _("disconnected the books"),
    "books-login-ended": _("lost the login at the books"),
    "books-login-ends-soon": _("told that the login at the books ends soon"),
    "contract-offered": _("offered a contract"),
    "term-offered": _("offered a change of a contract"),
    "term-dropped": _("took an offered change of terms away"),
    "term-signed": _("signed a contract"),
    "payee-changed": _("changed payment details"),
    "tax-saved": _("handed in a tax form"),
    "tax-number-read": _("read a tax number"),
    "tax-file-read": _("opened a tax form"),
    "tin-matched": _("kept the IRS's answer about a tax number"),
    "tax-setting-changed": _("changed the settings of tax forms"),
    "tax-form-deleted": _("deleted a tax form after its time"),
    "rail-changed": _("changed a way to pay"),
    "pay-run-made": _("made a payment run"),
    "pay-run-approved": _("approved a payment run"),
    "pay-run-cancelled": _("cancelled a payment run"),
    "pay-file-made": _("made a payment file"),
    "pay-answer-read": _("read the bank's answer to a payment file"),
    "pay-sent": _("sent a payment run"),
    "payment-reported": _("said what became of a payment"),
    "site-rule-made": _("made a rule for a site"),
    "site-rule-ended": _("ended a rule for a site"),
    "profile-shown": _("showed a profile of one's own at its public address"),
    "profile-hidden": _("hid a profile of one's own"),
    "interview-cancelled": _("cancelled an interview"),
    "time-withdrawn": _("took time by hand back"),
    "timesheet-signed": _("signed a timesheet"),
    "timesheet-returned": _("sent a timesheet back"),
    "timesheet-approved": _("approved a timesheet"),
    "timesheet-corrected": _("corrected a timesheet"),
    "proposal-ruled": _("ruled on a proposed deduction"),
    "bill-made": _("made an assistant's bill"),
    "bill-approved": _("approved an assistant's bill"),
    "expense-decided": _("decided on an expense"),
    "desk-booked": _("wrote assistants' work into the books"),
    "desk-unbooked": _("took assistants' work out of the books"),
    "task-asked": _("asked for a task"),
    "task-moved": _("moved a task on"),
    "contract-moved": _("suspended, went on with or ended a contract"),
    "milestone-moved": _("moved a milestone on"),
    "customer-rate-set": _("set what a customer pays for hours"),
    "trial-billed": _("put a paid trial on a bill"),
    "trial-moved": _("moved a paid trial on"),
    "task-filed": _("added a file to a task"),
    "appointment-moved": _("booked or cancelled an appointment"),
    "feed-renewed": _("made a new calendar address"),
    "rate-range-added": _("added a usual rate"),
    "draft-moved": _("decided about a draft"),
    "posting-saved": _("saved a posting"),
    "posting-moved": _("opened or closed a posting"),
    "agency-saved": _("saved an agency"),
    "application-moved": _("moved an application on"),
    "applicants-imported": _("took a list of applicants in"),
    "match-decided": _("decided who is who"),
    "match-list-read": _("read a list for matching"),
    "match-undone": _("took matches back"),
    "paid-in-books": _("found a payment received in the books"),
    "merge-followed": _("followed a merge of two names in the books"),
    "cleanup-planned": _("planned to take others' documents out"),
    "overlap-chosen": _("chose what to do about others' postings"),
    "service-connected": _("gave access to a service"),
    "service-disconnected": _("took the access to a service away"),
    "statement-closed": _("closed a bank statement"),
    "statement-reopened": _("reopened a bank statement"),
    "customer-saved": _("saved a customer"),
    "customers-merged": _("merged two customers"),
    "customers-unmerged": _("took a merge of two customers back"),
    "customers-apart": _("said that two customers are not the same"),
    "customers-apart-undone": _("took back that two customers are not the same"),
    "dealer-graded": _("gave a dealer a grade"),
    "opportunity-made": _("added an opportunity"),
    "opportunity-changed": _("changed an opportunity"),
    "opportunity-moved": _("moved an opportunity"),
    "complaint-moved": _("took a step with a complaint"),
    "summary-template": _("handed in a Word template for summaries"),
    "summary-template-dropped": _("removed the Word template of summaries"),
    "diagnosis-shared": _("shared a diagnosis"),
    "diagnosis-unshared": _("made a diagnosis private again"),
    "target-agreed": _("put a target in force"),
    "target-withdrawn": _("took the agreement on a target back"),
    "target-dropped": _("deleted a target's draft"),
    "forecast-judged": _("judged what will come in"),
    "selling-calendar-saved": _("saved the calendar of working days"),
    "crm-imported": _("imported opportunities"),
}
"""Each action after the name of who did it."""

ACTION_CHOICES = tuple(ACTIONS.items())
"""The actions as a filter offers them."""

NAMES: Mapping[str, Promise] = {
    "run": _("Run"),
    "actions": _("Actions"),
    "key": _("About"),
    "word": _("Decided"),
    "cause": _("Cause"),
    "code": _("Cause"),
    "count": _("Holds"),
    "money_minor": _("Money"),
    "file": _("File"),
    "files": _("Files"),
    "row": _("Row"),
    "rows": _("Rows"),
    "role": _("Role"),
    "before": _("Before"),
    "after": _("After"),
    "from": _("Before"),
    "to": _("After"),
    "invited": _("Invited as"),
    "token": _("Token"),
    "abilities": _("It may"),
    "days": _("Days"),
    "source": _("Shop"),
    "currency": _("Currency"),
    "mode": _("Way of posting"),
    "since": _("First day"),
    "opening": _("Opening balance"),
    "opening_minor": _("Opening balance"),
    "version": _("Version"),
    "fields": _("Fields"),
    "rhythm": _("How often"),
    "minute": _("Minute"),
    "hour": _("Hour"),
    "weekday": _("Day of the week"),
    "applies": _("Applies by itself"),
    "mails": _("Sends a mail"),
    "postings": _("Postings"),
    "differences": _("Differences"),
    "reason": _("Reason"),
    "events": _("Events"),
    "deliveries": _("Deliveries"),
    "why": _("Reason"),
    "webhook": _("Webhook"),
    "request": _("Request"),
}
"""Each detail's name; what has none is shown as it was kept."""


def action_words(action: str) -> str:
    """Return what was done in words."""
    return str(ACTIONS.get(action, action))


def actor_words(actor: str) -> str:
    """Return who did it; a run's number in words."""
    run = RUN.fullmatch(actor)
    return gettext("run {number}").format(number=run[1]) if run else actor


def name_words(name: str) -> str:
    """Return a detail's name in words: a key of the books as what it is about."""
    if name in NAMES:
        return str(NAMES[name])
    return thing_of(name) if ":" in name else name.replace("_", " ")


def value_words(name: str, value: Any) -> str:
    """Return a detail's value in words."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(value_words(name, each) for each in value)
    if value in (None, ""):
        return "–"
    if name in _VALUES:
        return _VALUES[name](value)
    return count(value) if isinstance(value, int) else _written(str(value))


def _written(text: str) -> str:
    """Return the words of what a pull or a batch noted: ``12 rows`` and ``create 145``."""
    first, _space, rest = text.partition(" ")
    if first in ACTION_WORDS and rest.isdecimal():
        return f"{ACTION_WORDS[first]} {rest}"
    if first.isdecimal() and rest == "rows":
        return ngettext("{count} row", "{count} rows", int(first)).format(count=count(int(first)))
    return text


def _of(words: Mapping[Any, Any]) -> Callable[[Any], str]:
    return lambda value: str(words.get(value, value))


def _role(value: Any) -> str:
    return str(ROLE_WORDS[Role(value)]) if value in Role.values else str(value)


_VALUES: Mapping[str, Callable[[Any], str]] = {
    "key": lambda value: thing_of(str(value)),
    "word": lambda value: str(WORDS[value].title) if value in WORDS else str(value),
    "role": _role,
    "before": _role,
    "after": _role,
    "from": _role,
    "to": _role,
    "abilities": _of({ability.value: words for ability, words in ABILITY_WORDS.items()}),
    "source": lambda value: connector_title(str(value)),
    "mode": _of(MODES),
    "weekday": lambda value: str(WEEKDAYS[value]) if value in range(len(WEEKDAYS)) else str(value),
    "hour": lambda value: f"{value:02d}" if isinstance(value, int) else str(value),
    "minute": lambda value: f"{value:02d}" if isinstance(value, int) else str(value),
    "fields": lambda value: str(value).replace("_", " "),
    "rhythm": _of({rhythm.value: words for rhythm, words in RHYTHMS.items()}),
    "events": _of({**HOOK_WORDS, "all": _("all")}),
    "run": str,
    "token": str,
    "webhook": str,
    "version": str,
}
