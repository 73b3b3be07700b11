"""The plan of a run: from what the books should hold and what they hold to actions that can be read."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from closebook.core.planning.actions import Action, ActionKind, Link, Plan, followers_first
from closebook.core.planning.changes import (
    FIELDS,
    MONEY_FIELDS,
    changed_fields,
    document_diff,
    in_words,
    merged,
)
from closebook.core.planning.desired import Desired
from closebook.core.planning.documents import Document, DocumentKind
from closebook.core.planning.impact import effect_of
from closebook.core.planning.lists import RECREATE, ListPlanner
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_fingerprint
from closebook.core.planning.remote import RemoteFacts, RemoteObject, edited
from closebook.core.planning.requests import request_id
from closebook.core.wording import shown

IGNORE = "ignore"
"""The decision to leave a document alone, whatever its source says."""
KEEP = "keep"
"""The decision that a person's change in the books stands."""
OVERWRITE = "overwrite"
"""The decision to write our version over a person's change."""

_RANK = {kind: rank for rank, kind in enumerate(DocumentKind)}
_DOCUMENTS = frozenset(DocumentKind)
_WRITING = frozenset({ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE})


def make_plan(
    desired: Desired,
    links: Mapping[str, Link],
    remote: RemoteFacts,
    profile: Profile,
    *,
    groups: Collection[str] | None = None,
    run: str = "",
    decisions: Mapping[str, str] | None = None,
    live_documents: int | None = None,
    profile_print: str = "",
) -> Plan:
    """Return what has to be done so that the books hold what they should; nothing when they do.

    ``links`` by key: those of all list objects, and those of the documents of ``groups`` (of all documents
    when ``groups`` is None, which means that everything was planned). ``run`` names the run, so that its
    request ids are its own. ``decisions`` maps keys to words: ``ignore``, ``recreate`` what a person deleted,
    ``keep`` or ``overwrite`` a person's change. ``live_documents`` is how many documents of the connection
    the books hold (default: the links of documents given). ``profile_print`` is the profile's fingerprint,
    for a caller who plans again and again with the same one.

    The actions stand in the order in which they can be sent: list objects (parents first), deletions,
    documents by day, transfers last; held actions at the end. A match carries in ``link`` the link to be
    stored. When a safety rail is broken every writing action is held with the code ``rail`` and nothing can
    be written.
    """
    lists = ListPlanner(links, remote, profile.platform, decisions or {})
    lists.plan(desired.list_objects)
    planner = _Planner(lists, links, remote, profile, decisions or {})
    planner.wanted(desired)
    planner.vanished(desired, groups)
    actions, warnings = planner.ordered(), [*desired.notes, *planner.warnings]
    live = sum(1 for link in links.values() if _is_live(link)) if live_documents is None else live_documents
    broken = profile.rails.broken(removed=len(planner.deletes), changed=planner.updates, live=live)
    if broken:
        warnings += broken
        _hold_all(actions, broken[0])
    _number(actions, planner.fingerprints, profile.connection, run)
    return Plan(
        actions, effect_of(actions), _basis(planner, links, remote, profile, profile_print), tuple(warnings)
    )


def basis_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return what changed between the bases of two plans, a line each; () when the plan still fits."""
    was, now = before.get("closing") or shown("not set"), after.get("closing") or shown("gone")
    words = {
        "desired": "The source records or what follows from them changed.",
        "links": "Another run wrote into the books.",
        "remote": "Somebody changed the books.",
        "profile": "The posting profile changed.",
        "closing": f"The closing date is {now}; it was {was}.",
    }
    return tuple(text for name, text in words.items() if before.get(name, "") != after.get(name, ""))


class _Planner:
    """Decides for each document."""

    def __init__(
        self,
        lists: ListPlanner,
        links: Mapping[str, Link],
        remote: RemoteFacts,
        profile: Profile,
        decisions: Mapping[str, str],
    ) -> None:
        self.lists = lists
        self.links = links
        self.remote = remote
        self.profile = profile
        self.decisions = decisions
        self.deletes: list[Action] = []
        self.writes: list[Action] = []
        self.holds: dict[str, Action] = {}
        self.updates = 0
        self.warnings: list[str] = []
        self.fingerprints: dict[str, str] = {}
        self.held: list[str] = []
        self._pending = {action.key for action in lists.actions}
        self._unusable = lists.blocked.keys()
        self._needed: set[str] = set()
        self._made: set[str] = set()

    def wanted(self, desired: Desired) -> None:
        """Decide for each document that the books should hold, and carry over the holds."""
        links, decisions, ignored = self.links, self.decisions, 0
        fingerprints = self.fingerprints
        for document in desired.documents:
            key = document.key
            fingerprint = fingerprints[key] = document.fingerprint()
            if decisions and decisions.get(key) == IGNORE:
                ignored += 1
                continue
            link = links.get(key)
            if link is None:
                self._create(document, None, "The books do not have it yet.")
            else:
                self._known(document, fingerprint, link)
        for hold in desired.holds:
            self.held.append(f"{hold.key} {hold.difference_minor}")
            if decisions.get(hold.key) == IGNORE:
                ignored += 1
            else:
                self._hold(hold.key, None, links.get(hold.key), hold.code, hold.message)
        if ignored:
            self.warnings.append(f"{ignored} documents are left out because a person said so.")

    def vanished(self, desired: Desired, groups: Collection[str] | None) -> None:
        """Decide for each posted document whose source is gone."""
        kept = {document.key for document in desired.documents}
        held_rows = {key for hold in desired.holds for key in hold.source_keys}
        before_cut_off = 0
        for key, link in self.links.items():
            if (
                link.kind not in _DOCUMENTS
                or key in kept
                or key in self.holds
                or not link.ours
                or link.tombstone
            ):
                continue
            if groups is not None and group_of_key(key) not in groups:
                continue
            if self.decisions.get(key) == IGNORE:
                continue
            if isinstance(link.target, Document) and not self.profile.covers(link.target.day):
                before_cut_off += 1
                continue
            self._gone(key, link, held_rows)
        if before_cut_off:
            self.warnings.append(
                f"{before_cut_off} posted documents lie outside the profile's days and are left alone."
            )

    def ordered(self) -> list[Action]:
        """Return all actions in the order in which they are sent."""
        self.writes.sort(key=_order)
        self.deletes.sort(key=lambda action: action.key, reverse=True)
        followers_first(self.deletes)
        needed = [self.lists.blocked[key] for key in self.lists.blocked if key in self._needed]
        return [*self.lists.actions, *self.deletes, *self.writes, *needed, *self.holds.values()]

    def _hold(self, key: str, document: Document | None, link: Link | None, code: str, reason: str) -> None:
        before = link.target if link is not None and isinstance(link.target, Document) else None
        diff = document_diff(before, document) if document is not None else ()
        self.holds[key] = Action(key, ActionKind.HOLD, document, link, reason, diff=diff, code=code)

    def _create(self, document: Document, link: Link | None, reason: str) -> None:
        number = self.remote.numbers.get(document.number) if self.remote.numbers else None
        if self._closed(document.day):
            self._hold(document.key, document, link, "period-closed", self._closed_words(document.day))
        elif number is not None:
            words = f"The books have another document with the number {document.number} (id {number})."
            self._hold(document.key, document, link, "number-taken", words)
        elif document.settles and not self._has_invoice(document.settles):
            names = document.settles
            self._hold(document.key, document, link, "needs-held", f"It needs what is held: {names}.")
        elif not self._blocked(document, link):
            if document.follows and not self._has_invoice(document.follows):
                document = replace(document, follows="")
            needs = self._needs(document)
            needs += tuple(key for key in (document.settles, document.follows) if key in self._made)
            self._made.add(document.key)
            self.writes.append(Action(document.key, ActionKind.CREATE, document, link, reason, needs))

    def _has_invoice(self, key: str) -> bool:
        """Tell whether the books hold the invoice of a payment or an invoice's estimate, or will by then."""
        link = self.links.get(key)
        state = self.remote.of(link) if link is not None else None
        stands = link is not None and not link.tombstone and not (state is not None and state.deleted)
        return key in self._made or stands

    def _known(self, document: Document, fingerprint: str, link: Link) -> None:
        state, decision = self.remote.of(link), self.decisions.get(document.key)
        if link.tombstone or (state is not None and state.deleted):
            if decision == RECREATE:
                self._create(document, link, "A person deleted it and wants it back.")
            elif not link.tombstone:
                self._ask_about_deleted(document, link, state)
            return
        source = document
        if link.theirs:
            link = _without_given_back(link, source, state)
            document = merged(document, link.target, link.theirs)
            fingerprint = document.fingerprint()
        if edited(link, state) and state is not None:
            if decision == OVERWRITE:
                self._overwrite(source, link, state)
            else:
                self._merge(document, fingerprint, link, state, decision)
        elif fingerprint != link.posted:
            self._update(document, link, "Its source changed.")

    def _ask_about_deleted(self, document: Document, link: Link, state: RemoteObject | None) -> None:
        who = state.by if state is not None and state.by else shown("Somebody")
        words = f"{who} deleted it in the books. It is not made again unless you say so."
        self._hold(document.key, document, replace(link, tombstone=True), "deleted-in-books", words)

    def _merge(
        self, document: Document, fingerprint: str, link: Link, state: RemoteObject, decision: str | None
    ) -> None:
        base, theirs = link.target, state.value
        link = replace(link, sync_token=state.sync_token)
        if not isinstance(base, Document) or not isinstance(theirs, Document):
            if fingerprint != link.posted and decision == KEEP:
                self._leave(document, link, state)
            elif fingerprint != link.posted:
                words = (
                    "It was changed in the books and its source changed too; what was changed cannot be told."
                )
                self._hold(document.key, document, link, "both-changed", words)
            return
        fields = changed_fields(base, theirs)
        ours = changed_fields(base, document)
        against = changed_fields(document, theirs)
        both = [name for name in fields if name in ours and name in against]
        changed = in_words(document_diff(base, theirs))
        if both and decision != KEEP:
            words = (
                f"It was changed in the books ({changed}) and its source changed the same: {', '.join(both)}."
            )
            self._hold(document.key, document, link, "both-changed", words)
        elif MONEY_FIELDS.intersection(fields, against) and decision != KEEP:
            words = f"It was changed in the books ({changed}) and no longer says what its source says."
            self._hold(document.key, document, link, "changed-by-person", words)
        else:
            self._join(document, link, state, theirs, fields)

    def _overwrite(self, source: Document, link: Link, state: RemoteObject) -> None:
        """Write over what was asked about; what a person took over before stays theirs, where both can be
        told apart.
        """
        kept: set[str] = set()
        if isinstance(link.target, Document) and isinstance(state.value, Document):
            kept = set(link.theirs).difference(changed_fields(link.target, state.value))
        document = merged(source, link.target, kept)
        link = replace(link, sync_token=state.sync_token, theirs=tuple(sorted(kept)))
        self._update(document, link, "A person's change is written over, as decided.")

    def _leave(self, document: Document, link: Link, state: RemoteObject) -> None:
        """Leave a document as a person made it: as what was changed cannot be told, every field is theirs."""
        base = link.target if isinstance(link.target, Document) else document
        posted, seen = base.fingerprint(), state.fingerprint
        link = replace(link, target=base, posted=posted, remote=seen, theirs=tuple(sorted(FIELDS)))
        reason = "It was changed in the books; that stands, as decided."
        self.writes.append(Action(document.key, ActionKind.MATCH, base, link, reason))

    def _join(
        self, document: Document, link: Link, state: RemoteObject, theirs: Document, fields: tuple[str, ...]
    ) -> None:
        whole = merged(document, theirs, fields)
        # Where both say the same nobody took anything over: later changes of the source go on to count.
        names = tuple(sorted({*link.theirs, *changed_fields(document, whole)}))
        link = replace(link, theirs=names, remote=state.fingerprint)
        if not changed_fields(theirs, whole):
            link = replace(link, target=whole, posted=whole.fingerprint())
            reason = f"A person changed {', '.join(fields) or 'something'}; that stands."
            self.writes.append(Action(document.key, ActionKind.MATCH, whole, link, reason))
        else:
            self._update(whole, link, "Its source changed; what a person changed stays.", before=theirs)

    def _update(self, document: Document, link: Link, reason: str, before: Document | None = None) -> None:
        posted = link.target if isinstance(link.target, Document) else None
        day = posted.day if posted else None
        if not link.ours:
            return
        if self._closed(document.day, day):
            self._hold(document.key, document, link, "period-closed", self._closed_words(document.day, day))
        elif not self._blocked(document, link):
            self.updates += 1
            diff = document_diff(before or posted, document)
            needs = self._needs(document)
            self.writes.append(
                Action(document.key, ActionKind.UPDATE, document, link, reason, needs, diff=diff)
            )

    def _gone(self, key: str, link: Link, held_rows: set[str]) -> None:
        state = self.remote.of(link)
        target = link.target if isinstance(link.target, Document) else None
        if state is not None and state.deleted:
            return
        if edited(link, state) or link.theirs or key in self.remote.paid:
            self._hold(
                key,
                None,
                link,
                "changed-by-person",
                "Its source is gone, but a person changed it in the books.",
            )
        elif target is not None and self._closed(target.day):
            self._hold(
                key, None, link, "period-closed", f"Its source is gone. {self._closed_words(target.day)}"
            )
        elif target is not None and not held_rows.isdisjoint(target.source_keys):
            self._hold(
                key,
                None,
                link,
                "replacement-held",
                "The rows behind it are now part of something that is held.",
            )
        else:
            diff = document_diff(target, None)
            self.deletes.append(Action(key, ActionKind.DELETE, None, link, "Its source is gone.", diff=diff))

    def _closed(self, *days: dt.date | None) -> bool:
        return not self.profile.rails.closed_period and self.remote.is_closed(*days)

    def _closed_words(self, *days: dt.date | None) -> str:
        dated = " and ".join(sorted({day.isoformat() for day in days if day}))
        return f"The books are closed up to {self.remote.closing_date}; this is dated {dated}."

    def _uses(self, document: Document, keys: Collection[str]) -> tuple[str, ...]:
        """Return those of the keys that a document refers to; an item stands for its ledger account too."""
        found = [
            key for key in (document.party, document.money_account, document.other_account) if key in keys
        ]
        for line in document.lines:
            if line.item in keys:
                found.append(line.item)
            if line.ledger_account in keys:
                found.append(line.ledger_account)
        return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)

    def _blocked(self, document: Document, link: Link | None) -> bool:
        if not self._unusable:
            return False
        standing = self._uses(document, self._unusable)
        if not standing:
            return False
        self._needed.update(standing)
        names = ", ".join(standing)
        self._hold(document.key, document, link, "needs-held", f"It needs what is held: {names}.")
        return True

    def _needs(self, document: Document) -> tuple[str, ...]:
        return self._uses(document, self._pending) if self._pending else ()


def _without_given_back(link: Link, source: Document, state: RemoteObject | None) -> Link:
    """Return a link without the fields that a person took over and set back to what the source says."""
    if state is None or not isinstance(state.value, Document) or not edited(link, state):
        return link
    apart = changed_fields(source, state.value)
    return replace(link, theirs=tuple(name for name in link.theirs if name in apart))


def _order(action: Action) -> tuple[bool, dt.date, int, str]:
    document = action.target
    if not isinstance(document, Document):
        return (False, dt.date.min, 0, action.key)
    return (document.kind is DocumentKind.TRANSFER, document.day, _RANK[document.kind], action.key)


def _is_live(link: Link) -> bool:
    return link.kind in _DOCUMENTS and not link.tombstone


def _hold_all(actions: Iterable[Action], reason: str) -> None:
    for action in actions:
        if action.kind in _WRITING or action.kind is ActionKind.MATCH:
            would = shown(f"Would {action.kind.value}: {action.reason}")
            action.reason = f"{would} {reason}"
            action.kind, action.code = ActionKind.HOLD, "rail"


def _number(actions: Iterable[Action], fingerprints: Mapping[str, str], connection: str, run: str) -> None:
    for action in actions:
        if action.kind in _WRITING:
            link, target = action.link, action.target
            version = f"{link.remote_id}:{link.sync_token}" if link is not None else ""
            if target is None:
                content = ""
            else:
                content = (fingerprints.get(action.key) if link is None else None) or target.fingerprint()
            action.request_id = request_id(connection, run, action.kind, action.key, content, version=version)


def _basis(
    planner: _Planner, links: Mapping[str, Link], remote: RemoteFacts, profile: Profile, profile_print: str
) -> dict[str, str]:
    known = hashlib.blake2b(digest_size=16)
    for key in sorted(links):
        link = links[key]
        known.update(f"{key} {link.remote_id} {link.sync_token} {link.posted} {link.tombstone}\n".encode())
    seen = hashlib.blake2b(digest_size=16)
    for name in sorted(remote.objects):
        state = remote.objects[name]
        seen.update(f"{name} {state.fingerprint} {state.deleted} {state.active}\n".encode())
    wanted = [*sorted(planner.fingerprints.values()), *sorted(planner.held)]
    return {
        "desired": hashlib.blake2b("\n".join(wanted).encode(), digest_size=16).hexdigest(),
        "links": known.hexdigest(),
        "remote": seen.hexdigest(),
        "profile": profile_print or profile_fingerprint(profile),
        "closing": remote.closing_date.isoformat() if remote.closing_date else "",
    }
