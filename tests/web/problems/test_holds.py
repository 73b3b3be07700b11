"""A hold is decided on its page, carried out or taken back."""

from __future__ import annotations

import html
import re

from closebook.apps.companies.models import AuditEvent
from closebook.apps.sync.models import ActionRow, Decision, Link, Run, SyncError
from closebook.transport import clock
from closebook.web.templatetags.kit import money
from tests.apps.sync.harness import World


def deleted(world: World) -> SyncError:
    """Let a person delete a receipt and plan; return the hold."""
    link = world.link(kind="sales-receipt")
    world.delete("SalesReceipt", link.remote_id)
    assert world.plan() is None
    return world.hold(link.key)


def test_a_hold_is_decided_taken_back_and_decided_again(synced, pages):
    hold, browser = deleted(synced), pages(synced)
    page = browser.get("errors/holds/")
    assert "Deleted in the books" in page
    assert "Make it again" in page
    assert "Try again" not in page, "only a word answers it"
    page = browser.post(f"errors/{hold.pk}/retry/", word="recreate")
    first = Run.objects.latest("pk")
    assert (first.state, first.total) == ("planned", 1)
    assert "take it back" in page
    word = Decision.objects.get()
    assert (word.key, word.word) == (hold.key, "recreate")
    assert "Make it again" in browser.get("errors/decisions/")
    assert "What it does" in browser.get(f"errors/decisions/{word.pk}/")
    assert "It is asked again" in browser.post(f"errors/decisions/{word.pk}/take-back/")
    first.refresh_from_db()
    assert first.state == "replaced"
    assert not Decision.objects.exists()
    assert synced.plan() is None, "nothing is made again unasked"
    assert [line.pk for line in synced.holds()] == [hold.pk]
    browser.post(f"errors/{hold.pk}/retry/", word="recreate")
    assert synced.apply(Run.objects.latest("pk")).state == "done"
    assert not synced.holds()
    assert not Link.objects.filter(tombstone=True).exists()
    actors = set(AuditEvent.objects.filter(action__startswith="deci").values_list("actor", flat=True))
    assert actors == {browser.person.username}


def test_what_is_left_alone_is_asked_again_once_the_word_is_taken_back(synced, pages):
    hold, browser = deleted(synced), pages(synced)
    assert "this line is closed" in browser.post(f"errors/{hold.pk}/retry/", word="ignore")
    assert not synced.holds()
    browser.post(f"errors/decisions/{Decision.objects.get().pk}/take-back/")
    assert [line.pk for line in synced.holds()] == [hold.pk]
    assert synced.plan() is None
    assert [line.pk for line in synced.holds()] == [hold.pk]


def test_a_word_that_does_not_fit_the_hold_is_refused(synced, pages):
    hold, browser = deleted(synced), pages(synced)
    for word in ("overwrite", "post-anyway", "nonsense", ""):
        assert "cannot be done" in browser.post(f"errors/{hold.pk}/retry/", word=word)
    assert not Decision.objects.exists()


def test_nothing_is_decided_while_a_run_is_under_way(synced, pages):
    hold, browser = deleted(synced), pages(synced)
    Run.objects.create(connection=synced.connection, state="running", created_at=clock.now())
    assert "is not finished" in browser.post(f"errors/{hold.pk}/retry/", word="recreate")
    assert not Decision.objects.exists()
    assert synced.hold(hold.key)


def test_a_short_payout_shows_the_difference_and_its_nearest_explanations(fresh, shop_files, pages):
    missing = "etsy_statement_2026_1.csv"
    fresh.pull(*(path for path in shop_files if path.name != missing))
    fresh.plan()
    short = [line for line in fresh.holds() if line.code == "payout-short"]
    assert short
    page = pages(fresh).get(f"errors/{short[0].pk}/")
    named, explanation = short[0].cause.split(". ")[0], "an earlier statement is missing"
    assert named in page
    assert "Nearest explanations" in page
    assert any(explanation in pages(fresh).get(f"errors/{line.pk}/") for line in short)
    assert "Post it anyway" in page


def group_of(world: World, count: int) -> str:
    """Let a person delete so many receipts and plan; return the address of the page for all of them."""
    for link in Link.objects.filter(kind="sales-receipt").order_by("key")[:count]:
        world.delete("SalesReceipt", link.remote_id)
    assert world.plan() is None
    assert len(world.holds()) == count
    return f"errors/holds/all/?connection={world.connection.pk}&code=deleted-in-books"


def test_one_decision_for_all_of_a_cause_and_its_undo(synced, pages):
    address, browser = group_of(synced, 3), pages(synced)
    assert "Decide on all 3" in browser.get("errors/holds/")
    page = browser.get(address)
    moved = [
        ActionRow.objects.filter(key=hold.key, amount_minor__gt=0).latest("pk") for hold in synced.holds()
    ]
    assert money(sum(row.amount_minor for row in moved), "USD") + " USD" in page
    assert "Make it again" in page
    lines = AuditEvent.objects.filter(action="decided").count()
    page = browser.post(address, word="recreate", count="3")
    assert "Decided on 3" in page
    assert Run.objects.latest("pk").total == 3
    assert Decision.objects.filter(word="recreate").count() == 3
    assert AuditEvent.objects.filter(action="decided").count() == lines + 1
    undo = dict(re.findall(r'name="(connection|at)" value="([^"]+)"', page))
    page = browser.post("errors/holds/take-back/", **{name: html.unescape(v) for name, v in undo.items()})
    assert "3 are asked again" in page
    assert not Decision.objects.exists()
    assert len(synced.holds()) == 3
    assert AuditEvent.objects.filter(action="decision-taken-back").count() == 1
    assert "not kept any more" in browser.post("errors/holds/take-back/", **undo)
    browser.post(address, word="ignore", count="3")
    assert not synced.holds()


def test_a_group_that_changed_since_it_was_shown_is_shown_again(synced, pages, stranger):
    address, browser = group_of(synced, 2), pages(synced)
    for wrong in ({"word": "recreate", "count": "5"}, {"word": "overwrite", "count": "2"}, {}):
        assert "errorlist" in browser.post(address, status=400, **wrong)
    assert not Decision.objects.exists()
    other = stranger()
    foreign = f"errors/holds/all/?connection={other.connection_id}&code=number-taken"
    assert "held any more" in browser.post(foreign, word="ignore", count="1")
    assert "held any more" in browser.post("errors/holds/all/", word="ignore", count="1")
    assert not Decision.objects.exists()
    pages(synced, "reader", synced.connection.company).get(address, status=403)
