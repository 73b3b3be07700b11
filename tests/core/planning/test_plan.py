"""Plans: what is made, adopted, changed, taken out, left alone or asked about."""

from __future__ import annotations

from dataclasses import replace

from closebook.core.planning.actions import ActionKind
from closebook.core.planning.plan import basis_changes, make_plan
from closebook.core.planning.profile import Mode
from closebook.core.planning.rails import Rails
from closebook.core.planning.remote import ExistingName, RemoteFacts, RemoteObject
from tests.core.planning.shop import (
    CLEARING,
    applied,
    by_key,
    day,
    fee,
    kinds,
    order,
    payout,
    profile,
    sale,
    tax,
    wanted,
)

SALE = "order:3900112233/sale"
NOTHING = RemoteFacts()


def shop_rows():
    return (
        sale("03-04", 5400, key="s"), tax("03-04", -400, key="t"),
        fee("03-04", -325, "3900112233", key="f"), payout("03-09", 4675, key="p"),
    )  # fmt: skip


def plan_of(desired, links=None, remote=NOTHING, **more):
    return make_plan(desired, links or {}, remote, more.pop("profile", profile()), **more)


def synced():
    desired = wanted(*shop_rows(), orders=(order(),))
    return desired, applied(plan_of(desired))


def only(plan, key):
    [action] = [action for action in plan.actions if action.key == key]
    return action


def state_of(link, value=None, **more):
    """Return remote facts in which a person changed one linked object."""
    seen = RemoteObject(link.kind, link.remote_id, "7", more.pop("fingerprint", "edited"), value, **more)
    return RemoteFacts(objects={(link.kind, link.remote_id): seen})


# --- order and dependencies


def test_lists_come_before_documents_and_the_payout_comes_last():
    plan = plan_of(wanted(*shop_rows(), orders=(order(),)))
    assert kinds(plan) == {"create": len(plan.actions)}
    seen = set()
    for action in plan.actions:
        assert seen.issuperset(action.depends_on)
        seen.add(action.key)
    assert "payout" in plan.actions[-1].key
    assert set(only(plan, SALE).depends_on) >= {"customer:@adaq", CLEARING, "item:etsy sale"}


def test_the_effect_on_the_trial_balance():
    plan = plan_of(wanted(*shop_rows(), orders=(order(),)))
    assert plan.effect == {
        "ledger-account:sales": -4000,
        "ledger-account:shipping income": -1000,
        "ledger-account:etsy fees:transaction fees": 325,
        "ledger-account:checking": 4675,
    }


def test_request_ids_are_the_same_for_the_same_run_and_differ_else():
    desired = wanted(*shop_rows(), orders=(order(),))
    ids = [[action.request_id for action in plan_of(desired, run=run).actions] for run in ("1", "1", "2")]
    assert ids[0] == ids[1]
    assert set(ids[0]).isdisjoint(ids[2])
    assert len(set(ids[0])) == len(ids[0])


def test_nothing_new_is_no_action():
    desired, links = synced()
    plan = plan_of(desired, links)
    assert (plan.actions, plan.effect) == ([], {})


# --- names in the books


def test_ledger_accounts_and_items_of_the_same_name_are_matched():
    names = (
        ExistingName("ledger-account", "Etsy", "11", type="Bank"),
        ExistingName("ledger-account", "ETSY:The shop", "12", type="Bank"),
        ExistingName("ledger-account", "Sales", "13", type="Income"),
        ExistingName("item", "Etsy Sale", "14", type="Service", ledger_account="Sales"),
    )
    plan = plan_of(wanted(sale("03-04", 5000)), remote=RemoteFacts(names=names))
    assert kinds(plan) == {"match": 4, "create": 2}
    match = only(plan, CLEARING)
    assert (match.link.remote_id, match.link.ours) == ("12", False)
    assert plan_of(wanted(sale("03-04", 5000)), applied(plan), RemoteFacts(names=names)).actions == []


def test_a_ledger_account_of_another_type_holds_what_needs_it():
    names = (ExistingName("ledger-account", "Sales", "13", type="Expense"),)
    plan = plan_of(wanted(sale("03-04", 5000), fee("03-04", -20)), remote=RemoteFacts(names=names))
    codes = {action.key: action.code for action in plan.actions if action.kind is ActionKind.HOLD}
    assert codes == {"ledger-account:sales": "other-type", "item:etsy sale": "needs-held", SALE: "needs-held"}
    assert only(plan, "day:2026-03-04/fees").kind is ActionKind.CREATE


def test_an_item_that_posts_elsewhere_is_held():
    names = (ExistingName("item", "Etsy sale", "14", ledger_account="Services"),)
    plan = plan_of(wanted(sale("03-04", 5000)), remote=RemoteFacts(names=names))
    assert only(plan, "item:etsy sale").code == "other-ledger-account"


def test_an_item_that_is_a_category_is_held():
    names = (ExistingName("item", "Etsy sale", "14", type="Category"),)
    plan = plan_of(wanted(sale("03-04", 5000)), remote=RemoteFacts(names=names))
    assert only(plan, "item:etsy sale").code == "other-type"


def test_a_customer_with_another_e_mail_is_somebody_else():
    names = (ExistingName("customer", "Ada Quill", "58", email="other@example.com"),)
    known = order()
    known.buyer.email = "ada@example.com"
    plan = plan_of(wanted(*shop_rows(), orders=(known,)), remote=RemoteFacts(names=names))
    assert only(plan, "customer:@adaq").target.name == "Ada Quill (Etsy)"


def test_a_customer_of_the_same_name_is_adopted():
    names = (ExistingName("customer", "ada quill", "58"),)
    plan = plan_of(wanted(*shop_rows(), orders=(order(),)), remote=RemoteFacts(names=names))
    match = only(plan, "customer:@adaq")
    assert (match.kind, match.link.remote_id) == (ActionKind.MATCH, "58")


def test_a_vendor_or_employee_of_the_same_name_gives_a_suffix():
    for kind in ("vendor", "employee"):
        names = (ExistingName(kind, "Ada Quill", "58"),)
        desired = wanted(*shop_rows(), orders=(order(),))
        plan = plan_of(desired, remote=RemoteFacts(names=names))
        action = only(plan, "customer:@adaq")
        assert (action.kind, action.target.name) == (ActionKind.CREATE, "Ada Quill (Etsy)")
        assert plan_of(desired, applied(plan), RemoteFacts(names=names)).actions == []


def test_two_buyers_of_one_name_are_two_customers():
    orders = (order("1"), order("2", username="other"), order("3", username="third"))
    rows = [sale("03-04", 5400, ref) for ref in "123"] + [tax("03-04", -400, ref) for ref in "123"]
    desired = wanted(*rows, orders=orders)
    plan = plan_of(desired)
    names = [action.target.name for action in plan.actions if action.key.startswith("customer:")]
    assert names == ["Ada Quill", "Ada Quill (Etsy)", "Ada Quill (Etsy third)"]
    assert plan_of(desired, applied(plan)).actions == []


def test_an_inactive_customer_holds_its_documents_until_it_is_wanted_again():
    desired, links = synced()
    del links[SALE]
    link = links["customer:@adaq"]
    facts = state_of(link, active=False)
    plan = plan_of(desired, links, facts)
    assert {action.key: action.code for action in plan.actions} == {
        "customer:@adaq": "inactive-in-books",
        SALE: "needs-held",
    }
    again = plan_of(desired, links, facts, decisions={"customer:@adaq": "recreate"})
    assert [action.kind for action in again.actions] == [ActionKind.CREATE, ActionKind.CREATE]
    assert again.actions[0].target.name == "Ada Quill"


def test_a_number_that_is_in_use_is_held():
    facts = RemoteFacts(numbers={"ES-3900112233": "991"})
    plan = plan_of(wanted(*shop_rows(), orders=(order(),)), remote=facts)
    assert only(plan, SALE).code == "number-taken"


# --- changes and deletions


def test_a_changed_source_is_an_update_with_its_difference():
    _, links = synced()
    changed = (*shop_rows()[:2], fee("03-04", -335, "3900112233", key="f"), payout("03-09", 4665, key="p"))
    plan = plan_of(wanted(*changed, orders=(order(),)), links)
    action = only(plan, "order:3900112233/fees/2026-03-04")
    assert action.kind is ActionKind.UPDATE
    [change] = action.diff
    assert change.field == "lines"
    assert "3.25" in change.before
    assert "3.35" in change.after
    assert plan.effect == {"ledger-account:etsy fees:transaction fees": 10, "ledger-account:checking": -10}
    assert kinds(plan) == {"update": 2}


def test_what_a_person_deleted_is_asked_once_and_never_made_again():
    desired, links = synced()
    facts = state_of(links[SALE], deleted=True, by="Ada")
    plan = plan_of(desired, links, facts)
    [hold] = plan.actions
    assert (hold.kind, hold.code, hold.link.tombstone) == (ActionKind.HOLD, "deleted-in-books", True)
    after = applied(plan, links)
    assert plan_of(desired, after, facts).actions == []
    [again] = plan_of(desired, after, facts, decisions={SALE: "recreate"}).actions
    assert again.kind is ActionKind.CREATE


def test_a_persons_change_of_money_is_asked_about():
    desired, links = synced()
    theirs = replace(by_key(desired)[SALE], day=day("03-05"))
    facts = state_of(links[SALE], theirs)
    [hold] = plan_of(desired, links, facts).actions
    assert (hold.kind, hold.code) == (ActionKind.HOLD, "changed-by-person")
    assert "day 2026-03-04 → 2026-03-05" in hold.reason


def test_a_persons_change_can_be_kept_or_written_over():
    desired, links = synced()
    theirs = replace(by_key(desired)[SALE], day=day("03-05"))
    facts = state_of(links[SALE], theirs)
    keep = plan_of(desired, links, facts, decisions={SALE: "keep"})
    assert kinds(keep) == {"match": 1}
    kept = applied(keep, links)
    assert (kept[SALE].theirs, kept[SALE].target) == (("day",), theirs)
    assert plan_of(desired, kept).actions == []
    [over] = plan_of(desired, links, facts, decisions={SALE: "overwrite"}).actions
    assert (over.kind, over.target, over.link.sync_token) == (ActionKind.UPDATE, by_key(desired)[SALE], "7")


def test_a_persons_memo_stands_without_a_question_and_survives_a_change_of_the_source():
    desired, links = synced()
    theirs = replace(by_key(desired)[SALE], memo="called her, fine")
    first = plan_of(desired, links, state_of(links[SALE], theirs))
    assert kinds(first) == {"match": 1}
    kept = applied(first, links)
    assert plan_of(desired, kept).actions == []
    update = only(plan_of(wanted(*shop_rows()), kept), SALE)
    assert (update.kind, update.target.memo) == (ActionKind.UPDATE, "called her, fine")


def test_other_fields_of_ours_are_changed_beside_a_persons_change():
    _, links = synced()
    desired = wanted(*shop_rows())
    base = links[SALE].target
    facts = state_of(links[SALE], replace(base, memo="called her, fine"))
    action = only(plan_of(desired, links, facts, profile=loose()), SALE)
    assert action.kind is ActionKind.UPDATE
    assert action.target.memo == "called her, fine"
    assert action.target.lines == by_key(desired)[SALE].lines
    after = applied(plan_of(desired, links, facts, profile=loose()), links)
    assert plan_of(desired, after, groups={"order:3900112233"}).actions == []


def test_the_same_field_changed_on_both_sides_is_a_question():
    _, links = synced()
    desired = wanted(*shop_rows())
    base = links[SALE].target
    facts = state_of(links[SALE], replace(base, lines=base.lines[:1]))
    assert only(plan_of(desired, links, facts), SALE).code == "both-changed"


def test_a_change_that_cannot_be_told_is_kept_and_never_written_over():
    _, links = synced()
    desired = wanted(*shop_rows())
    facts = state_of(links[SALE])
    assert only(plan_of(desired, links, facts), SALE).code == "both-changed"
    keep = plan_of(desired, links, facts, decisions={SALE: "keep"}, profile=loose())
    assert only(keep, SALE).kind is ActionKind.MATCH
    kept = applied(keep, links)
    again = plan_of(desired, kept, groups={"order:3900112233"}, profile=loose()).actions
    assert [action for action in again if action.key == SALE] == []


def test_a_document_whose_source_is_gone_is_deleted_when_its_group_is_planned():
    _, links = synced()
    rest = wanted(*shop_rows()[:2], orders=(order(),))
    assert plan_of(rest, links, groups={"order:1"}).actions == []
    plan = plan_of(rest, links, groups={"order:3900112233"})
    assert [(action.key, action.kind) for action in plan.actions] == [
        ("order:3900112233/fees/2026-03-04", ActionKind.DELETE)
    ]
    assert plan.effect == {"ledger-account:etsy fees:transaction fees": -325, CLEARING: 325}


def test_a_vanished_document_that_a_person_changed_is_left():
    desired, links = synced()
    facts = state_of(links[SALE], by_key(desired)[SALE])
    rest = wanted(*shop_rows()[2:3])
    assert only(plan_of(rest, links, facts, groups={"order:3900112233"}), SALE).code == "changed-by-person"


def test_a_posted_document_that_is_held_now_is_not_deleted():
    _, links = synced()
    desired = wanted(sale("03-04", 5399), tax("03-04", -400), orders=(order(),))
    action = only(plan_of(desired, links), SALE)
    assert (action.kind, action.code) == (ActionKind.HOLD, "order-differs")


def test_ignored_documents_are_left_alone():
    desired = wanted(*shop_rows(), orders=(order(),))
    plan = plan_of(desired, decisions={SALE: "ignore"})
    assert SALE not in {action.key for action in plan.actions}
    assert any("because a person said so" in one for one in plan.warnings)


def test_posted_documents_before_a_later_cut_off_are_left_alone():
    _, links = synced()
    later = profile(since=day("03-05"))
    plan = plan_of(wanted(), links, profile=later)
    assert [action.key.partition("/")[0] for action in plan.actions] == ["day:2026-03-09"]


# --- rails and closed periods


def loose():
    return replace(
        profile(), rails=Rails(max_removed=10_000, max_removed_percent=100, max_changed_percent=100)
    )


def many(amount=5000, first=1, last=30):
    return wanted(*(sale("03-04", amount, str(ref), key=f"s{ref}") for ref in range(first, last)))


def test_too_many_deletions_stop_the_whole_run():
    links = applied(plan_of(many()))
    plan = plan_of(many(first=12), links)
    assert kinds(plan) == {"hold": 11}
    assert {action.code for action in plan.actions} == {"rail"}
    assert plan.actions[0].reason.startswith("Would delete: Its source is gone.")
    assert plan.effect == {}
    assert kinds(plan_of(many(first=12), links, profile=loose())) == {"delete": 11}


def test_an_empty_pull_after_a_full_one_stops():
    links = applied(plan_of(many()))
    assert {action.code for action in plan_of(wanted(), links).actions} == {"rail"}


def test_too_many_changes_stop_the_whole_run():
    links = applied(plan_of(many()))
    assert {action.code for action in plan_of(many(5100), links).actions} == {"rail"}
    small = plan_of(many(5100), links, live_documents=1000)
    assert kinds(small) == {"update": 29}


def test_nothing_is_written_in_a_closed_period():
    facts = RemoteFacts(closing_date=day("03-31"))
    desired = wanted(sale("03-31", 5000, "1"), sale("04-01", 5000, "2"))
    plan = plan_of(desired, remote=facts)
    assert only(plan, "order:1/sale").code == "period-closed"
    assert only(plan, "order:2/sale").kind is ActionKind.CREATE


def test_a_change_or_deletion_of_a_closed_day_is_held():
    links = applied(plan_of(wanted(sale("03-04", 5000, "1", key="s"), sale("03-04", 100, "2"))))
    facts = RemoteFacts(closing_date=day("03-31"))
    plan = plan_of(wanted(sale("04-02", 5000, "1", key="s")), links, facts)
    assert {action.key: action.code for action in plan.actions} == {
        "order:1/sale": "period-closed",
        "order:2/sale": "period-closed",
    }


def test_switching_a_month_to_summaries_replaces_its_documents():
    rows = (*shop_rows(), sale("03-05", 100, "2"))
    links = applied(plan_of(wanted(*rows, orders=(order(),))))
    summed = wanted(*rows, orders=(order(),), mode=Mode.PER_PAYOUT)
    plan = plan_of(summed, links, profile=profile(Mode.PER_PAYOUT))
    assert kinds(plan) == {"delete": 3, "create": 1}
    assert plan.effect == {}
    back = plan_of(wanted(*rows, orders=(order(),)), applied(plan, links))
    assert kinds(back) == {"delete": 1, "create": 3}


# --- staleness


def test_what_makes_a_plan_stale_is_named():
    desired, links = synced()
    plan = plan_of(desired, links)
    assert basis_changes(plan.basis, plan_of(desired, links).basis) == ()
    closed = plan_of(desired, links, RemoteFacts(closing_date=day("01-31")))
    assert basis_changes(plan.basis, closed.basis) == ("The closing date is 2026-01-31; it was not set.",)
    other = plan_of(wanted(*shop_rows()[:1]), links, groups=())
    assert basis_changes(plan.basis, other.basis) == (
        "The source records or what follows from them changed.",
    )
