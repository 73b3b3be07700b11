"""``closebook pull``, ``plan``, ``apply`` and ``sync``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import money, print_json, print_line, print_note, print_table
from closebook.cli.setup import load
from closebook.core.errors import HeldError, InputError

if TYPE_CHECKING:
    from closebook.apps.sync.models import Connection, Run
    from closebook.apps.sync.services.staging import PulledFile

Json = Annotated[bool, Parameter(negative="")]


def _connection(name: str, company: str) -> Connection:
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.selectors.connections import connection_named

    return connection_named(name, company_named(company) if company else None)


def pull(
    connection: str,
    files: Annotated[list[Path] | None, Parameter(negative="")] = None,
    *,
    company: str = "",
    json: Json = False,
) -> int:
    """Stage files, or fetch from the connection's service when none are named; nothing is written into the
    books.

    Parameters
    ----------
    connection: Name of the connection.
    files: Files as the shop offers them; none to fetch from the service to which it is connected.
    company: Name or realm of the company, where several have a connection of that name.
    json: Print one JSON object instead of lines.
    """
    pulled = _pull(_connection(connection, company), files or [])
    if json:
        print_json(_files_plain(pulled))
    else:
        _show_files(pulled)
    return 2 if any(each.state == "refused" for each in pulled) else 0


def _pull(connection: Connection, files: list[Path]) -> list[PulledFile]:
    from closebook.apps.sync.services.staging import pull as pull_files

    if not files:
        return _fetched(connection, must=True)
    return pull_files(connection, files)


def _fetched(connection: Connection, *, must: bool) -> list[PulledFile]:
    """Return what the connection's service had; nothing, or InputError, when it has none."""
    from closebook.apps.sync.services.service_access import access_of

    if access_of(connection) is None:
        if must:
            raise InputError("no-files", "No file was named.", remedy="Name one or more files of the shop.")
        return []
    from closebook.apps.sync.services.pulling import service_pull

    return [service_pull(connection)]


def _files_plain(pulled: list[PulledFile]) -> dict[str, Any]:
    from closebook.apps.sync.selectors.plain import file_plain

    return {"files": [file_plain(each) for each in pulled]}


def _show_files(pulled: list[PulledFile]) -> None:
    for file in pulled:
        if file.state == "refused":
            print_line(f"refused  {file.message}")
            continue
        if file.state == "known":
            print_line(f"known    {file.name}: {file.message}")
            continue
        months = f" {file.months[0]} to {file.months[-1]}" if file.months else ""
        bad = f", {file.bad} bad (see `closebook errors`)" if file.bad else ""
        counts = f"{file.rows} rows: {file.new} new, {file.changed} changed, {file.same} known{bad}"
        print_line(f"staged   {file.name}: {file.stream}{months}, {counts}")


def plan(connection: str, *, company: str = "", diff: bool = False, json: Json = False) -> int:
    """Work out what the books should hold, and save what would be written as a plan to be read.

    Parameters
    ----------
    connection: Name of the connection.
    company: Name or realm of the company, where several have a connection of that name.
    diff: Show every action with its fields.
    json: Print one JSON object instead of tables.
    """
    chosen = _connection(connection, company)
    from closebook.apps.sync.services.planning import plan_make

    run = plan_make(chosen)
    show_plan(chosen, run, as_json=json, diff=diff)
    return 0


def show_plan(connection: Connection, run: Run | None, *, as_json: bool, diff: bool = False) -> None:
    """Print a plan: its actions by kind with their money, what it does to the trial balance, warnings and
    holds.
    """
    from closebook.apps.sync.selectors.plans import plan_summary

    summary = plan_summary(connection, run, diff=diff)
    if as_json:
        print_json(summary)
        return
    if run is None:
        print_line("Nothing to do: the books hold what the files say.")
        _show_holds(summary)
        return
    currency = connection.currency
    print_line(f"Plan {run.pk} for {connection.name}: {run.total} actions.")
    print_table(
        ("action", "what", "count", currency),
        [
            (group["action"], group["what"], f"{group['count']:,}", money(group["amount_minor"], currency))
            for group in summary["groups"]
        ],
        right=(2, 3),
    )
    print_line("\nEffect on the trial balance:")
    print_table(
        ("ledger account", "debit", "credit"),
        [
            (
                line["ledger_account"],
                money(line["amount_minor"], currency) if line["amount_minor"] > 0 else "",
                money(-line["amount_minor"], currency) if line["amount_minor"] < 0 else "",
            )
            for line in summary["effect"]
        ],
        right=(1, 2),
    )
    for line in summary["diff"]:
        print_line(f"  {line['action']:10} {line['key']}: {line['reason']}")
        for change in line["changes"]:
            print_line(f"               {change['field']}: {change['before']} → {change['after']}")
    for warning in summary["warnings"]:
        print_line(f"Note: {warning}")
    _show_holds(summary)


def _show_holds(summary: dict[str, Any]) -> None:
    for hold in summary["holds"][:20]:
        print_line(f"HELD {hold['key']}: {hold['reason']}")
    if len(summary["holds"]) > 20:
        print_line(f"… and {len(summary['holds']) - 20} more are held; `closebook holds` lists them.")


def apply(connection: str, *, company: str = "", yes: bool = False, json: Json = False) -> int:
    """Write the saved plan into the books; stopped at any moment, the same command goes on.

    Parameters
    ----------
    connection: Name of the connection.
    company: Name or realm of the company, where several have a connection of that name.
    yes: Apply without asking.
    json: Print one JSON object instead of lines.
    """
    chosen = _connection(connection, company)
    from closebook.apps.sync.selectors.connections import run_open

    run = run_open(chosen)
    if run is None:
        raise InputError(
            "no-plan", f"There is no saved plan for {chosen.name!r}.", remedy="Run `closebook plan` first."
        )
    return apply_run(run, yes=yes, as_json=json)


def apply_run(run: Run, *, yes: bool, as_json: bool) -> int:
    """Carry a run out with progress and print its result; return the exit code (3 when it was refused or
    held).
    """
    from closebook.apps.sync.services.work import run_approve
    from closebook.cli.progress import work_through

    if not yes and not _asked(run):
        raise HeldError("not-approved", "Nothing was written.", remedy="Answer yes, or give --yes.")
    run_approve(run)
    work_through(run, quiet=as_json)
    run.refresh_from_db()
    if as_json:
        print_json(_result_plain(run))
    else:
        _show_result(run)
    return 0 if run.state == "done" else 3


def _asked(run: Run) -> bool:
    if not sys.stdin.isatty():
        raise HeldError(
            "approval-needed",
            f"Plan {run.pk} waits for approval.",
            remedy="Read it with `closebook plan`, then give --yes.",
        )
    print_note(f"Write {run.total} actions into the books of {run.connection.company.name}? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes", "j", "ja"}


def _result_plain(run: Run) -> dict[str, Any]:
    return {
        "run": run.pk,
        "kind": run.kind,
        "state": run.state,
        "reason": run.reason,
        "finished": run.finished,
        "total": run.total,
        "proofs": run.proofs,
    }


def _show_result(run: Run) -> None:
    print_line(f"Run {run.pk}: {run.state.replace('-', ' ')}, {run.finished} of {run.total} actions.")
    if run.reason:
        print_line(run.reason)
    for proof in run.proofs:
        print_line(f"  {'holds' if proof['holds'] else 'DIFFERS'}  {proof['text']}")


def sync(
    connection: str,
    files: Annotated[list[Path], Parameter(negative="")] | None = None,
    *,
    company: str = "",
    yes: bool = False,
    json: Json = False,
) -> int:
    """Pull files or fetch from the service, plan, apply and verify in one go; without --yes the plan is shown
    and asked about.

    Parameters
    ----------
    connection: Name of the connection.
    files: Files as the shop offers them; none to post what is staged already.
    company: Name or realm of the company, where several have a connection of that name.
    yes: Apply without asking.
    json: Print one JSON object instead of lines.
    """
    chosen = _connection(connection, company)
    from closebook.apps.sync.services.planning import plan_make

    pulled = _pull(chosen, files) if files else _fetched(chosen, must=False)
    if not json:
        _show_files(pulled)
    chosen.refresh_from_db()
    run = plan_make(chosen)
    refused = any(file.state == "refused" for file in pulled)
    if not json:
        show_plan(chosen, run, as_json=False)
    code = apply_run(run, yes=yes, as_json=False) if run and not json else 0
    if json:
        code = _sync_json(chosen, pulled, run, yes=yes)
    return code or (2 if refused else 0)


def _sync_json(connection: Connection, pulled: list[PulledFile], run: Run | None, *, yes: bool) -> int:
    from closebook.apps.sync.selectors.plans import plan_summary

    facts = _files_plain(pulled)
    facts["plan"] = plan_summary(connection, run)
    code = 0
    if run and yes:
        # Only a run that writes needs the engine of jobs, which takes as long to load as all the rest.
        from closebook.apps.sync.services.work import run_approve
        from closebook.cli.progress import work_through

        run_approve(run)
        work_through(run, quiet=True)
        run.refresh_from_db()
        facts["run"] = _result_plain(run)
        code = 0 if run.state == "done" else 3
    elif run:
        code = 3
    print_json(facts)
    return code
