"""Planning in the simulated world: what the shop wants and what the books hold, put before the product's
planner.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.desired import Desired, Hold
from closebook.core.planning.documents import Document, ListObject
from closebook.core.planning.plan import make_plan
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_fingerprint
from closebook.core.planning.rails import Rails
from closebook.core.planning.remote import ExistingName, RemoteFacts, RemoteObject
from closebook.core.planning.undo import plan_undo as make_undo
from tests.simulation.books import TooOldError
from tests.simulation.mutants import without_safeguards

if TYPE_CHECKING:
    from closebook.core.planning.actions import Link
    from tests.simulation.books import Thing
    from tests.simulation.store import Run
    from tests.simulation.world import World

WRITING = frozenset({ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE})
_PROFILE = Profile(
    "quill", "Quill", "USD", ledger_accounts={}, items={}
)  # the shop writes its documents itself
CAUTIOUS = replace(_PROFILE, rails=Rails(max_removed=3, free=2))
APPROVED = replace(_PROFILE, rails=Rails(max_removed=1000, free=1000))


_PRINTS = {id(profile): profile_fingerprint(profile) for profile in (CAUTIOUS, APPROVED)}


def look_at_books(world: World) -> bool:
    """Take in what changed in the books since we last looked, and tell whether anything is new to us.

    One read, more when the answer was cut or refused.
    """
    store, books = world.store, world.books
    books.reads += 1
    try:
        changed, cut = books.changes(store.cursor)
    except TooOldError:
        changed, cut = [], True
    links = {link.remote_id: link for link in store.links.values()}
    if cut:
        books.reads += 1
        new = [_take_in(world, link, books.things[remote_id]) for remote_id, link in links.items()]
    else:
        new = [_take_in(world, links[t.remote_id], t) for t in changed if t.remote_id in links]
    store.cursor = books.now
    return True in new


def _take_in(world: World, link: Link, thing: Thing) -> bool:
    """Remember an object that differs from its link, or take in a mere new token; tell if it is new."""
    name = (link.kind, link.remote_id)
    token = str(thing.token)
    if thing.active and thing.content == link.remote:
        new = link.sync_token != token
        link.sync_token = token
        return world.store.seen.pop(name, None) is not None or new
    before = world.store.seen.get(name)
    if before is not None and before.sync_token == token:
        return False
    is_document = isinstance(thing.value, Document)
    world.store.seen[name] = RemoteObject(
        link.kind, link.remote_id, token, thing.content, thing.value, thing.active,
        deleted=not thing.active and is_document,
    )  # fmt: skip
    return True


def _facts(world: World) -> RemoteFacts:
    """Return the books' side of a plan; names are read only when a list object is not linked yet."""
    links, names = world.store.links, []
    if any(isinstance(t, ListObject) and key not in links for key, t in world.shop.wanted().items()):
        world.books.reads += 1
        things = world.books.things
        for name, remote_id in world.books.names.items():
            thing = things[remote_id]
            names.append(ExistingName(thing.value.kind, name, remote_id, str(thing.token)))
    return RemoteFacts(world.books.close_day, world.store.seen, names)


def plan_sync(world: World) -> list[Action]:
    """Return the actions that bring the books to what the shop wants, as the product plans them."""
    lists, documents, holds = [], [], []
    disputed = world.shop.disputed_keys() if world.safeguards.dispute else frozenset()
    for key, target in world.shop.wanted().items():
        if isinstance(target, ListObject):
            lists.append(target)
        elif key in disputed:
            holds.append(Hold(key, "payout-differs", "It differs from what it settles.", target.day))
        else:
            documents.append(target)
    links, facts = without_safeguards(world.safeguards, world.store.links, _facts(world))
    profile = CAUTIOUS if world.removals is not None else APPROVED
    desired = Desired(lists, documents, holds)
    run = f"run-{world.store.run_count + 1}"
    return make_plan(desired, links, facts, profile, run=run, profile_print=_PRINTS[id(profile)]).actions


def plan_undo(world: World, run: Run) -> list[Action]:
    """Return the actions that take a run back, as the product plans them."""
    done = [row.load() for row in run.rows.values() if row.state is ActionState.CONFIRMED]
    name = f"run-{world.store.run_count + 1}"
    return make_undo(done, world.store.links, _facts(world), CAUTIOUS, run=name).actions
