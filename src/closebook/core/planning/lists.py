"""Which list objects have to be made, which are adopted from the books, and which stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from closebook.core.planning.actions import Action, ActionKind, Link
from closebook.core.planning.documents import ListKind, ListObject
from closebook.core.planning.naming import clean_name, digest
from closebook.core.planning.remote import EMPLOYEE, ExistingName, RemoteFacts

_PARTIES: frozenset[str] = frozenset({ListKind.CUSTOMER, ListKind.VENDOR, EMPLOYEE})
_SELLABLE = frozenset({"", "Service", "NonInventory"})
RECREATE = "recreate"
"""The decision to make again what a person took out of the books."""


class ListPlanner:
    """Decides for each list object; ``actions`` come in the order in which they can be carried out.

    ``blocked`` maps keys to the held action of an object that documents cannot use now. ``links`` has the
    links of all list objects of the connection.
    """

    def __init__(
        self, links: Mapping[str, Link], remote: RemoteFacts, platform: str, decisions: Mapping[str, str]
    ) -> None:
        """Take what is linked and what the books hold."""
        self.links = links
        self.remote = remote
        self.platform = platform
        self.decisions = decisions
        self.actions: list[Action] = []
        self.blocked: dict[str, Action] = {}
        self._names: dict[tuple[str, str], ExistingName] = {}
        self._parties: dict[str, ExistingName | None] = {}
        self._linked: set[tuple[str, str]] = {(link.kind, link.remote_id) for link in links.values()}
        self._paths: dict[str, str] = {}
        self._planned: set[str] = set()
        self._read_names()

    def plan(self, wanted: Iterable[ListObject]) -> None:
        """Decide for all objects, parents first."""
        for one in wanted:
            self._paths[one.key] = (
                f"{self._paths[one.parent]}:{one.name}" if one.parent in self._paths else one.name
            )
            link = self.links.get(one.key)
            if link is None:
                self._new(one)
            else:
                self._known(one, link)

    def _read_names(self) -> None:
        for name in self.remote.names:
            if not name.active:
                continue
            if name.kind in _PARTIES:
                self._parties[name.path.casefold()] = name
            else:
                self._names[name.kind, name.path.casefold()] = name
        for link in self.links.values():
            if isinstance(link.target, ListObject) and link.kind in _PARTIES and not link.tombstone:
                self._parties.setdefault(link.target.name.casefold(), None)

    def _known(self, one: ListObject, link: Link) -> None:
        state = self.remote.of(link)
        gone = link.tombstone or (state is not None and (state.deleted or not state.active))
        if not gone:
            return
        if self.decisions.get(one.key) == RECREATE:
            if isinstance(link.target, ListObject):  # what is inactive has given its name free
                self._parties.pop(link.target.name.casefold(), None)
            self._new(one)
        else:
            reason = (
                f"{one.name} was made inactive in the books, or merged. Make it active, or use another name."
            )
            self._block(one, link, "inactive-in-books", reason)

    def _block(self, one: ListObject, link: Link | None, code: str, reason: str) -> None:
        self.blocked[one.key] = Action(one.key, ActionKind.HOLD, one, link, reason, code=code)

    def _new(self, one: ListObject) -> None:
        if one.kind in _PARTIES:
            self._new_party(one)
            return
        path = self._paths[one.key].casefold()
        found = self._names.get((one.kind, path))
        if found is None:
            if self._needs_blocked(one):
                self._block(one, None, "needs-held", f"{one.name} needs a ledger account that is held.")
            else:
                self._create(one)
        else:
            self._adopt_or_block(one, found)

    def _needs_blocked(self, one: ListObject) -> bool:
        return one.parent in self.blocked or one.ledger_account in self.blocked

    def _adopt_or_block(self, one: ListObject, found: ExistingName) -> None:
        wanted = dict(one.fields).get("type", "")
        account = self._paths.get(one.ledger_account, "").casefold()
        bought = dict(one.fields).get("bought") == "yes"
        posts_to = found.bought_account if bought else found.ledger_account
        if wanted and found.type and found.type != wanted:
            reason = f"The books have {found.path} as {found.type}; {wanted} is needed. Use another name."
            self._block(one, None, "other-type", reason)
        elif one.kind is ListKind.ITEM and found.type not in _SELLABLE:
            reason = (
                f"The books have {found.path} as {found.type}, which a sale cannot use. Use another name."
            )
            self._block(one, None, "other-type", reason)
        elif bought and not posts_to:
            reason = f"The books have the item {found.path}, but it cannot be bought. Use another name."
            self._block(one, None, "other-ledger-account", reason)
        elif account and posts_to and posts_to.casefold() != account:
            reason = (
                f"The books have the item {found.path}, but it posts to {posts_to}, not to "
                f"{self._paths[one.ledger_account]}. Use another name."
            )
            self._block(one, None, "other-ledger-account", reason)
        else:
            self._match(one, found)

    def _new_party(self, one: ListObject) -> None:
        name = one.name.casefold()
        found = self._parties.get(name)
        if name not in self._parties:
            self._create(one)
        elif found is not None and self._same(one, found):
            self._match(one, found)
        else:
            self._create(replace(one, name=self._free_name(one)))

    def _same(self, one: ListObject, found: ExistingName) -> bool:
        email = dict(one.fields).get("email", "").casefold()
        contradicts = bool(email and found.email and found.email.casefold() != email)
        return (
            found.kind == one.kind and not contradicts and (found.kind, found.remote_id) not in self._linked
        )

    def _free_name(self, one: ListObject) -> str:
        user = one.key.partition("@")[2] or digest(one.key, 4)
        for suffix in (self.platform, f"{self.platform} {user}", f"{self.platform} {digest(one.key)}"):
            name = clean_name(f"{one.name[:60].rstrip()} ({suffix})")
            if name.casefold() not in self._parties:
                return name
        return clean_name(f"{one.name[:60]} ({digest(one.key, 16)})")

    def _match(self, one: ListObject, found: ExistingName) -> None:
        fingerprint = one.fingerprint()
        token = found.sync_token
        link = Link(
            one.key, one.kind, found.remote_id, token, fingerprint, fingerprint, ours=False, target=one
        )
        self._linked.add((found.kind, found.remote_id))
        self._planned.add(one.key)
        reason = f"The books already have {found.path}."
        self.actions.append(Action(one.key, ActionKind.MATCH, one, link, reason))

    def _create(self, one: ListObject) -> None:
        if one.kind in _PARTIES:
            self._parties[one.name.casefold()] = None
        needs = tuple(key for key in (one.parent, one.ledger_account) if key in self._planned)
        self._planned.add(one.key)
        reason = "The books have none of this name."
        self.actions.append(Action(one.key, ActionKind.CREATE, one, None, reason, needs))
