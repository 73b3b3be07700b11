"""Taking back what a run did, in reverse order; what a person changed since is left and named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from closebook.core.planning.actions import Action, ActionKind, Link, Plan, followers_first
from closebook.core.planning.changes import document_diff, merged
from closebook.core.planning.documents import Document, DocumentKind, ListObject, invoice_of
from closebook.core.planning.impact import effect_of
from closebook.core.planning.profile import Profile
from closebook.core.planning.remote import RemoteFacts, edited
from closebook.core.planning.requests import request_id

_MOST_NEEDS = 50


def plan_undo(
    done: Sequence[Action],
    links: Mapping[str, Link],
    remote: RemoteFacts,
    profile: Profile,
    *,
    only: Collection[str] | None = None,
    in_use: Collection[str] = (),
    run: str = "",
) -> Plan:
    """Return the plan that takes back a run, or of it the keys in ``only``; nothing when it was taken back
    before.

    ``done`` are the run's confirmed actions in the run's order, each with the link as it was before;
    ``links`` all links of the connection as they are now; ``in_use`` keys of list objects that the books use
    for something that is not ours. ``run`` names the undo, so that its request ids are its own.

    Documents that the run made are deleted, changed ones get back what they were, deleted ones are made
    again. List objects that it made are made inactive when nothing uses them any more. Held instead, with
    their code: ``left-changed-by-person``, ``left-changed-by-later-run``, ``left-in-use``,
    ``before-unknown``, ``lists-gone``, ``period-closed``.
    """
    undo = _Undo(links, remote, profile)
    chosen = [action for action in reversed(done) if only is None or action.key in only]
    for action in chosen:
        if action.kind is not ActionKind.DEACTIVATE:
            undo.document(action)
    undo.lists([action for action in chosen if _made_list(action)], in_use)
    followers_first(one for one in undo.actions if one.kind is ActionKind.DELETE)
    undo.unfollow()
    actions = [*undo.actions, *undo.holds]
    for action in undo.actions:
        link = action.link
        version = f"{link.remote_id}:{link.sync_token}" if link is not None else ""
        content = action.target.fingerprint() if action.target is not None else ""
        action.request_id = request_id(
            profile.connection, run, action.kind.value, action.key, content, version=version
        )
    return Plan(actions, effect_of(actions))


def _made_list(action: Action) -> bool:
    return action.kind is ActionKind.CREATE and isinstance(action.target, ListObject)


def references(document: Document) -> set[str]:
    """Return the keys of all list objects that a document uses."""
    found = {document.party, document.money_account, document.other_account}
    for line in document.lines:
        found.add(line.ledger_account)
        found.add(line.item)
    return found - {""}


def _restored(action: Action, link: Link) -> bool:
    return action.link is not None and link.posted == action.link.posted


class _Undo:
    """Decides for each action of the run."""

    def __init__(self, links: Mapping[str, Link], remote: RemoteFacts, profile: Profile) -> None:
        self.links = links
        self.remote = remote
        self.profile = profile
        self.actions: list[Action] = []
        self.holds: list[Action] = []
        self._deleted: dict[str, Document | None] = {}
        self._restored: list[Document] = []
        live = (key for key, link in links.items() if not link.tombstone)
        self._payments = [key for key in live if links[key].kind is DocumentKind.PAYMENT]

    def document(self, action: Action) -> None:
        """Decide for one action on a document."""
        if isinstance(action.target, ListObject):
            return
        link = self.links.get(action.key)
        if action.kind is ActionKind.DELETE:
            self._make_again(action, link)
        elif link is None or link.tombstone or action.target is None:
            return
        elif action.kind is ActionKind.CREATE and self._untouched(action, link):
            self._delete(action, link)
        elif (
            action.kind is ActionKind.UPDATE and not _restored(action, link) and self._untouched(action, link)
        ):
            self._restore(action, link)

    def lists(self, made: list[Action], in_use: Collection[str]) -> None:
        """Decide for the list objects that the run made, children before parents."""
        users = self._users()
        standing = {key for key, names in users.items() if any(name not in self._deleted for name in names)}
        standing.update(in_use)
        gone: dict[str, list[str]] = {}
        for action in made:
            link, target = self.links.get(action.key), action.target
            if link is None or not link.ours or link.tombstone or not isinstance(target, ListObject):
                continue
            state = self.remote.of(link)
            if state is not None and (state.deleted or not state.active):
                continue
            if edited(link, state):
                self._left(action, link, "left-changed-by-person", "A person changed it since.")
            elif action.key in standing:
                self._left(action, link, "left-in-use", f"{target.name} is still in use.")
            else:
                needs = (*users.get(action.key, ())[-_MOST_NEEDS:], *gone.get(action.key, ()))
                reason = "The run made it, and nothing uses it any more."
                self.actions.append(Action(action.key, ActionKind.DEACTIVATE, None, link, reason, needs))
                for above in (target.parent, target.ledger_account):
                    gone.setdefault(above, []).append(action.key)
                continue
            standing.update((target.parent, target.ledger_account))

    def unfollow(self) -> None:
        """Let what is made again follow no estimate that is gone and not made again."""
        made = {action.key for action in self.actions if action.kind is ActionKind.CREATE}
        for action in self.actions:
            target = action.target
            if not isinstance(target, Document) or not target.follows or target.follows in made:
                continue
            link = self.links.get(target.follows)
            if link is None or link.tombstone:
                action.target = replace(target, follows="")
            action.depends_on = tuple(key for key in action.depends_on if key != target.follows)

    def _users(self) -> dict[str, list[str]]:
        """Return for each list object the keys of what uses it: documents that stay first, then those that
        go.
        """
        users: dict[str, list[str]] = {}
        made_again = {document.key: document for document in self._restored}
        for key, link in self.links.items():
            target = made_again.get(key) or link.target
            if isinstance(target, Document) and not link.tombstone and key not in self._deleted:
                for name in references(target):
                    users.setdefault(name, []).append(key)
        for key, document in {**made_again, **self._deleted}.items():
            for name in references(document) if document is not None else ():
                users.setdefault(name, []).append(key)
        return users

    def _untouched(self, action: Action, link: Link) -> bool:
        state, target = self.remote.of(link), action.target
        if state is not None and state.deleted:
            return False
        if edited(link, state) or link.theirs != (action.link.theirs if action.link else ()):
            self._left(action, link, "left-changed-by-person", "A person changed it in the books since.")
            return False
        if target is not None and link.posted != target.fingerprint():
            self._left(
                action, link, "left-changed-by-later-run", "A later run changed it; take that run back first."
            )
            return False
        return True

    def _left(self, action: Action, link: Link | None, code: str, reason: str) -> None:
        self.holds.append(Action(action.key, ActionKind.HOLD, action.target, link, reason, code=code))

    def _closed(self, action: Action, link: Link | None, *days: dt.date) -> bool:
        if self.profile.rails.closed_period or not self.remote.is_closed(*days):
            return False
        reason = f"The books are closed up to {self.remote.closing_date}; this is dated {min(days)}."
        self._left(action, link, "period-closed", reason)
        return True

    def _has_lists(self, action: Action, link: Link | None, before: Document) -> bool:
        gone = sorted(references(before) - self.links.keys())
        if gone:
            names = ", ".join(gone[:3])
            reason = f"What it used was taken out of the books: {names}. Plan the source again instead."
            self._left(action, link, "lists-gone", reason)
        return not gone

    def _delete(self, action: Action, link: Link) -> None:
        target = action.target
        if any(invoice_of(key) == action.key and key not in self._deleted for key in self._payments):
            reason = "A later run posted a payment of it; take that run back first."
            self._left(action, link, "left-changed-by-later-run", reason)
        elif action.key in self.remote.paid:
            reason = "A person received a payment for it in the books."
            self._left(action, link, "left-changed-by-person", reason)
        elif isinstance(target, Document) and not self._closed(action, link, target.day):
            diff = document_diff(target, None)
            self._deleted[action.key] = target
            self.actions.append(
                Action(action.key, ActionKind.DELETE, None, link, "The run made it.", diff=diff)
            )

    def _restore(self, action: Action, link: Link) -> None:
        before = action.link.target if action.link is not None else None
        target = action.target
        if not isinstance(before, Document) or not isinstance(target, Document):
            self._left(action, link, "before-unknown", "What it was before the run is not known.")
        elif self._has_lists(action, link, before) and not self._closed(action, link, before.day, target.day):
            theirs = action.link.theirs if action.link else ()
            before = merged(before, target, theirs)
            self._restored.append(before)
            reason, diff = "The run changed it; it becomes what it was.", document_diff(target, before)
            link = replace(link, theirs=theirs)
            self.actions.append(Action(action.key, ActionKind.UPDATE, before, link, reason, diff=diff))

    def _make_again(self, action: Action, link: Link | None) -> None:
        before = action.link.target if action.link is not None else None
        if link is not None and not link.tombstone:
            return
        if not isinstance(before, Document):
            self._left(action, None, "before-unknown", "What it was before the run is not known.")
        elif self._has_lists(action, None, before) and not self._closed(action, None, before.day):
            self._restored.append(before)
            diff = document_diff(None, before)
            reason = "The run deleted it; it is made again."
            needs = tuple(key for key in (before.settles, before.follows) if key)
            self.actions.append(Action(action.key, ActionKind.CREATE, before, None, reason, needs, diff=diff))
