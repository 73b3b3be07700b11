"""Taking back a run."""

from __future__ import annotations

from dataclasses import replace

from closebook.core.planning.actions import ActionKind
from closebook.core.planning.plan import make_plan
from closebook.core.planning.rails import Rails
from closebook.core.planning.remote import ExistingName, RemoteFacts, RemoteObject
from closebook.core.planning.undo import plan_undo
from tests.core.planning.shop import CLEARING, applied, day, fee, kinds, order, profile, sale, tax, wanted

SALE = "order:3900112233/sale"
FEES = "order:3900112233/fees/2026-03-04"
NOTHING = RemoteFacts()


def rows(amount=-325):
    return (
        sale("03-04", 5400, key="s"),
        tax("03-04", -400, key="t"),
        fee("03-04", amount, "3900112233", key="f"),
    )


def run(desired, links=None, remote=NOTHING):
    plan = make_plan(desired, links or {}, remote, loose(), run="1")
    done = [action for action in plan.actions if action.kind is not ActionKind.HOLD]
    return done, applied(plan, links)


def loose():
    return replace(profile(), rails=Rails(max_removed_percent=100, max_changed_percent=100))


def undo(done, links, remote=NOTHING, **more):
    return plan_undo(done, links, remote, more.pop("profile", profile()), run="2", **more)


def seen(link, **more):
    return RemoteFacts(
        objects={(link.kind, link.remote_id): RemoteObject(link.kind, link.remote_id, "9", "edited", **more)}
    )


def test_a_first_run_is_taken_back_with_its_lists_in_reverse_order():
    done, links = run(wanted(*rows(), orders=(order(),)))
    plan = undo(done, links)
    assert len(plan.actions) == len(done)
    assert kinds(plan) == {"delete": 2, "deactivate": len(done) - 2}
    assert [action.kind for action in plan.actions[:2]] == [ActionKind.DELETE, ActionKind.DELETE]
    keys = [action.key for action in plan.actions]
    assert keys.index(CLEARING) < keys.index("ledger-account:etsy")
    assert keys.index("item:etsy sale") < keys.index("ledger-account:sales")
    assert plan.effect[CLEARING] == -5000 + 325
    assert applied(plan, links) == {}


def test_what_a_list_object_waits_for_comes_before_it():
    done, links = run(wanted(*rows(), orders=(order(),)))
    before = set()
    for action in undo(done, links).actions:
        assert before.issuperset(action.depends_on)
        before.add(action.key)


def test_undo_twice_is_nothing():
    done, links = run(wanted(*rows(), orders=(order(),)))
    plan = undo(done, links)
    assert undo(done, applied(plan, links)).actions == []


def test_an_update_becomes_what_it_was():
    _, links = run(wanted(*rows()))
    before = links[FEES].target
    done, changed = run(wanted(*rows(-400)), links)
    [action] = undo(done, changed).actions
    assert (action.kind, action.target) == (ActionKind.UPDATE, before)
    assert undo(done, applied(undo(done, changed), changed)).actions == []


def test_a_deletion_is_made_again():
    _, links = run(wanted(*rows()))
    done, after = run(wanted(*rows()[:2]), links)
    assert [action.kind for action in done] == [ActionKind.DELETE]
    [action] = undo(done, after).actions
    assert (action.kind, action.target) == (ActionKind.CREATE, links[FEES].target)


def test_what_a_person_changed_since_is_left_with_the_lists_it_uses():
    done, links = run(wanted(*rows(), orders=(order(),)))
    plan = undo(done, links, seen(links[SALE]))
    codes = {action.key: action.code for action in plan.actions if action.kind is ActionKind.HOLD}
    assert codes[SALE] == "left-changed-by-person"
    assert codes["customer:@adaq"] == codes[CLEARING] == codes["ledger-account:etsy"] == "left-in-use"
    assert codes["ledger-account:sales"] == "left-in-use"
    assert "vendor:etsy" not in codes


def test_what_a_later_run_changed_is_left():
    done, links = run(wanted(*rows()))
    _, later = run(wanted(*rows(-400)), links)
    plan = undo(done, later)
    assert {action.key for action in plan.actions if action.code == "left-changed-by-later-run"} == {FEES}


def test_what_a_person_deleted_is_gone_already():
    done, links = run(wanted(*rows()))
    plan = undo(done, links, seen(links[SALE], deleted=True))
    assert SALE not in {action.key for action in plan.actions}


def test_only_some_keys():
    done, links = run(wanted(*rows()))
    plan = undo(done, links, only={FEES})
    assert [(action.key, action.kind) for action in plan.actions] == [(FEES, ActionKind.DELETE)]


def test_lists_in_use_elsewhere_and_matched_ones_stay():
    names = (ExistingName("ledger-account", "Sales", "13", type="Income"),)
    done, links = run(wanted(*rows()), remote=RemoteFacts(names=names))
    plan = undo(done, links, in_use={"vendor:etsy"})
    assert {action.key for action in plan.actions if action.kind is ActionKind.HOLD} == {"vendor:etsy"}
    assert "ledger-account:sales" not in {action.key for action in plan.actions}


def test_a_closed_period_is_held():
    done, links = run(wanted(*rows()))
    plan = undo(done, links, RemoteFacts(closing_date=day("03-31")))
    assert {action.code for action in plan.actions if "/" in action.key} == {"period-closed"}
    assert not [action for action in plan.actions if action.kind is ActionKind.DELETE]


def test_an_undo_of_lists_cannot_be_undone():
    done, links = run(wanted(*rows()))
    plan = undo(done, links)
    again = undo(plan.actions, applied(plan, links))
    assert {action.code for action in again.actions} == {"lists-gone"}
