"""The details of a line of the audit log, read for people: names, words and the pages of what is named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.companies.selectors.memberships import member_numbers
from closebook.apps.sync.selectors.provenance import connections_of
from closebook.web.books.kinds import KINDS, document_address, title_of
from closebook.web.books.list_kinds import LISTS
from closebook.web.people.audit_words import RUN, actor_words, name_words, value_words
from closebook.web.templatetags.kit import count, moment, money

_SHOWN = 6
_AT_ONCE = 2  # facts that are seen without opening them
_MINOR = frozenset({"opening", "opening_minor", "money_minor"})
_LIST_PAGES = {kind.entity: kind for kind in LISTS.values()}


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail: its name, its value in words, and the page of what it names ("" for none)."""

    name: str
    words: str
    link: str = ""


class Facts:
    """The details of one line: a definition list on the page, a sentence in a file."""

    def __init__(self, facts: Iterable[Fact], left: int = 0) -> None:
        """Keep the facts and how many more there are."""
        self.facts, self.left = tuple(facts), left

    def __str__(self) -> str:
        """Return the facts one after another, as a spreadsheet takes them."""
        return "; ".join([*(f"{fact.name}: {fact.words}" for fact in self.facts), *self._more()])

    def __html__(self) -> SafeString:
        """Return the facts as a definition list with their links."""
        if not self.facts:
            return SafeString("")
        rows = format_html_join(
            "", "<dt>{}</dt><dd>{}</dd>", ((fact.name, _linked(fact)) for fact in self.facts)
        )
        more = format_html_join("", "<dd>{}</dd>", ((each,) for each in self._more()))
        shown = format_html('<dl class="facts">{}{}</dl>', rows, more)
        number = len(self.facts) + self.left
        words = ngettext("{count} detail", "{count} details", number).format(count=count(number))
        return shown if number <= _AT_ONCE else _opening(words, shown)

    def _more(self) -> list[str]:
        if not self.left:
            return []
        return [ngettext("and {count} more", "and {count} more", self.left).format(count=self.left)]


class Neighbours:
    """The details of lines that stand together on the page, each with its number and time."""

    def __init__(self, lines: Sequence[tuple[AuditEvent, Facts]]) -> None:
        """Keep the lines, newest first."""
        self.lines = lines

    def __str__(self) -> str:
        """Return the details one after another."""
        return "; ".join(str(facts) for _event, facts in self.lines)

    def __html__(self) -> SafeString:
        """Return how many lines there are, which opens them."""
        parts = ((event.number, moment(event.at), facts) for event, facts in self.lines)
        shown = format_html_join("", '<p class="note">{} · {}</p>{}', parts)
        number = len(self.lines)
        return _opening(ngettext("{count} line", "{count} lines", number).format(count=count(number)), shown)


def joined(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """Return the first of each stretch of neighbours in which the same did the same to the same; it knows
    its neighbours.
    """
    found = []
    for _key, each in groupby(events, key=lambda event: (event.actor, event.action, event.subject)):
        first, *others = each
        first.neighbours = others  # type: ignore[attr-defined]  # read by the column of details
        found.append(first)
    return found


def _opening(words: str, shown: SafeString) -> SafeString:
    return format_html("<details><summary>{}</summary>{}</details>", words, shown)


def _linked(fact: Fact) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', fact.link, fact.words) if fact.link else fact.words


class Reader:
    """Reads the lines of one company; people and connections are looked up once for all of them."""

    def __init__(self, company: Company, abilities: frozenset[Ability]) -> None:
        """Keep whose log is read, and what the reader may open."""
        self._company, self._abilities = company, abilities

    @cached_property
    def _members(self) -> dict[str, int]:
        return member_numbers(self._company.pk)

    @cached_property
    def _connections(self) -> dict[str, tuple[int, str]]:
        return {each.name: (each.pk, each.currency) for each in connections_of(self._company.pk)}

    def actor(self, event: AuditEvent) -> str:
        """Return who did it; a run's number in words."""
        return actor_words(event.actor)

    def actor_page(self, event: AuditEvent) -> str:
        """Return the page of the run or member who did it."""
        run = RUN.fullmatch(event.actor)
        return self._address("run", int(run[1])) if run else self._member(event.actor)

    def subject(self, event: AuditEvent) -> str:
        """Return what it was done to; a record by the name of its kind."""
        entity, _space, wire_id = event.subject.partition(" ")
        if entity in KINDS:
            return f"{title_of(entity)} {wire_id}"
        return f"{_LIST_PAGES[entity].title} {wire_id}" if entity in _LIST_PAGES else event.subject

    def subject_page(self, event: AuditEvent) -> str:
        """Return the page of the record, connection, member or webhook, "" for none."""
        entity, _space, wire_id = event.subject.partition(" ")
        if event.action.startswith(("record-", "file-attached")) and wire_id.isdecimal():
            return self._record(entity, wire_id)
        if event.action.startswith(("role-", "member-", "invitation-accepted", "owner-")):
            return self._member(event.subject)
        if event.action.startswith("webhook-"):
            return self._address("webhooks") if Ability.MANAGE_COMPANY in self._abilities else ""
        known = self._connections.get(event.subject)
        return self._address("connection", known[0]) if known else ""

    def details(self, event: AuditEvent) -> Facts | Neighbours:
        """Return the details of a line, with those of the neighbours that it stands for."""
        others: Sequence[AuditEvent] = getattr(event, "neighbours", ())
        if not others:
            return self.facts(event)
        return Neighbours([(each, self.facts(each)) for each in (event, *others)])

    def facts(self, event: AuditEvent) -> Facts:
        """Return the details, the first few of a long list."""
        kept = _details(event)
        known = self._connections.get(event.subject)
        currency = str(kept.get("currency") or (known[1] if known else "USD"))
        found = list(self._each(kept, currency))
        return Facts(found[:_SHOWN], max(0, len(found) - _SHOWN))

    def _each(self, kept: dict[str, Any], currency: str) -> Iterator[Fact]:
        for name, value in kept.items():
            minor = name in _MINOR and isinstance(value, int) and not isinstance(value, bool)
            words = f"{money(value, currency)} {currency}" if minor else value_words(name, value)
            yield Fact(name_words(name), words, self._page(name, value))

    def _page(self, name: str, value: Any) -> str:
        if name == "run" and isinstance(value, int):
            return self._address("run", value)
        if name == "key" and value:
            return f"{self._address('error-list')}?{urlencode({'q': value})}"
        return ""

    def _record(self, entity: str, wire_id: str) -> str:
        if entity in _LIST_PAGES:
            return _LIST_PAGES[entity].address(self._company.pk, wire_id)
        return document_address(self._company.pk, entity, wire_id)

    def _member(self, name: str) -> str:
        if Ability.MANAGE_PEOPLE not in self._abilities or name not in self._members:
            return ""
        return self._address("member", self._members[name])

    def _address(self, name: str, *parts: int) -> str:
        return reverse(name, args=(self._company.pk, *parts))


def _details(event: AuditEvent) -> dict[str, Any]:
    kept = json.loads(event.details or "{}")
    return kept if isinstance(kept, dict) else {"": kept}
