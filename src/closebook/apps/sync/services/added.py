"""What became of the rows that a run makes for a matching desk: told back to the desk when the run ends."""

from __future__ import annotations

from collections.abc import Iterator

from closebook.apps.matching.models import MatchList
from closebook.apps.matching.selectors.desk import added_of
from closebook.apps.matching.services.deciding import rows_made
from closebook.apps.sync.models import ActionRow, Link, Run
from closebook.core.planning.actions import ActionKind, ActionState
from closebook.core.planning.additions import addition_key


def additions_changed(run: Run) -> Iterator[str]:
    """Yield a line when rows that a run would make are no longer to be added."""
    if "match_list" not in run.basis:
        return
    match_list = MatchList.objects.filter(pk=run.basis["match_list"]).first()
    if match_list is None:
        return
    wanted = {addition_key(match_list.kind, one) for one in added_of(match_list.pk)}
    rows = ActionRow.objects.filter(run=run, kind=ActionKind.CREATE)
    left = rows.exclude(state=ActionState.CONFIRMED).values_list("key", flat=True)
    if not wanted.issuperset(left):
        yield "The list was decided anew after the plan was made."


def additions_settle(run: Run) -> None:
    """Tell the desk what a run made for its list, or what an undo took back."""
    number = (run.undoes or run).basis.get("match_list")
    match_list = MatchList.objects.filter(pk=number).first() if number else None
    if match_list is None:
        return
    rows = ActionRow.objects.filter(run=run, state=ActionState.CONFIRMED)
    done = dict(rows.values_list("key", "kind"))
    ids = dict(Link.objects.filter(connection=run.connection, key__in=done).values_list("key", "remote_id"))
    made: dict[str, str] = {}
    for source_id in match_list.rows.values_list("source_id", flat=True):
        key = addition_key(match_list.kind, source_id)
        if done.get(key) == ActionKind.CREATE and key in ids:
            made[source_id] = ids[key]
        elif done.get(key) == ActionKind.DEACTIVATE:
            made[source_id] = ""
    rows_made(match_list.pk, made, f"run {run.pk}")


def additions_proofs(run: Run, differences: tuple[str, ...]) -> list[dict[str, object]]:
    """Return the proof of a run that made list records: the books hold what the plan says."""
    failed = run.actions.filter(state=ActionState.FAILED).count()
    text = "What was added stands in the books as the plan says, name by name."
    if failed:
        text = f"{failed} of {run.total} actions failed; the others stand in the books as the plan says."
    return [{"holds": not (failed or differences), "text": text}]
