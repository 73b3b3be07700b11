"""``closebook profile``: how a connection is posted; shown, changed and tried."""

from __future__ import annotations

import json as json_module
from typing import Annotated, Any

from cyclopts import App, Parameter

from closebook.cli.output import money, print_json, print_line, print_table
from closebook.cli.setup import load
from closebook.core.errors import InputError

profile_app = App(name="profile", help="Show, change or try a connection's posting profile.")
Json = Annotated[bool, Parameter(negative="")]


@profile_app.command
def show(connection: str, *, json: Json = False) -> None:
    """Show the profile in force.

    Parameters
    ----------
    connection: Name of the connection.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.selectors.profiles import profile_version

    version = profile_version(connection_named(connection))
    if json:
        print_json(version.body)
        return
    print_line(f"Profile of {connection}, version {version.number} of {version.created_at:%Y-%m-%d}")
    for name, value in version.body.items():
        if name not in {"ledger_accounts", "items"}:
            print_line(f"  {name}: {_shown(value)}")
    uses = version.body["ledger_accounts"]
    rows = [
        (role, f"{use['parent']}: {use['name']}" if use.get("parent") else use["name"])
        for role, use in uses.items()
    ]
    print_table(("role", "ledger account"), rows)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json_module.dumps(value, ensure_ascii=False)


@profile_app.command(name="set")
def set_(connection: str, *changes: str, json: Json = False) -> None:
    """Store a new version with some fields changed; what was posted is planned again under it.

    Changes look like `since=2025-01-01`, `customer_policy=one-customer`, `rails.max_removed=500`,
    `ledger_accounts.income.name=Shop sales` or `mode=per-payout@2025-03` for one month
    (`mode=per-sale` for all days).

    Parameters
    ----------
    connection: Name of the connection.
    changes: Fields and their new values.
    json: Print one JSON object instead of a line.
    """
    load()
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.selectors.profiles import profile_version
    from closebook.apps.sync.services.connecting import profile_save

    chosen = connection_named(connection)
    body = changed_body(profile_version(chosen).body, changes)
    version = profile_save(chosen, body)
    if json:
        print_json(version.body)
        return
    print_line(
        f'Version {version.number} is in force; `closebook plan "{connection}"` shows what it changes.'
    )


def changed_body(body: dict[str, Any], changes: tuple[str, ...]) -> dict[str, Any]:
    """Return a profile's JSON with changes such as ``since=2025-01-01``; InputError for one that is none."""
    if not changes:
        raise InputError("no-change", "No change was given.", remedy="Write it as field=value.")
    body = json_module.loads(json_module.dumps(body))
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals or not path:
            raise InputError("not-a-change", f"{change!r} is no change.", remedy="Write it as field=value.")
        if path == "mode":
            body["modes"] = _modes(body.get("modes", []), text)
        else:
            _put(body, path.split("."), _value(text), change)
    return body


def _value(text: str) -> Any:
    try:
        return json_module.loads(text)
    except ValueError:
        return text


def _put(body: dict[str, Any], path: list[str], value: Any, change: str) -> None:
    for name in path[:-1]:
        if not isinstance(body.get(name), dict):
            raise InputError("no-such-field", f"The profile has no field {name!r} ({change}).")
        body = body[name]
    body[path[-1]] = value


def _modes(modes: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Return the modes with one more range, which overrides the others; one for all days replaces them."""
    from closebook.core.periods import Month

    mode, at, month = text.partition("@")
    if not at:
        return [{"mode": mode, "start": None, "end": None}]
    first, _, last = month.partition("..")
    start, end = Month.parse(first).first_day, Month.parse(last or first).last_day
    kept = [part for part in modes if (part["start"], part["end"]) != (start.isoformat(), end.isoformat())]
    return [*kept, {"mode": mode, "start": start.isoformat(), "end": end.isoformat()}]


@profile_app.command(name="try")
def try_(connection: str, *changes: str, json: Json = False) -> None:
    """Show what a changed profile would do to the trial balance, without storing or writing anything.

    Parameters
    ----------
    connection: Name of the connection.
    changes: Fields and their new values, as for `profile set`.
    json: Print one JSON object instead of a table.
    """
    load()
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.selectors.plain import cut_off_plain
    from closebook.apps.sync.selectors.profiles import profile_version
    from closebook.apps.sync.services.trying import cut_off_try, profile_try

    chosen = connection_named(connection)
    body = changed_body(profile_version(chosen).body, changes)
    trial = profile_try(chosen, body)
    cut_off = cut_off_try(chosen, body)
    if json:
        print_json({"lines": trial, "cut_off": cut_off_plain(cut_off)})
        return
    print_table(
        ("ledger account", "now", "then", "change"),
        [
            (
                line["ledger_account"],
                money(line["now_minor"], chosen.currency),
                money(line["then_minor"], chosen.currency),
                money(line["then_minor"] - line["now_minor"], chosen.currency),
            )
            for line in trial
        ],
        right=(1, 2, 3),
    )
    for sentence in cut_off.in_words(chosen.currency) if cut_off else ():
        print_line(sentence)
    for overlap in cut_off.overlaps[:20] if cut_off else ():
        posting = overlap.posting
        print_line(f"  {posting.kind}:{posting.remote_id} of {posting.day}: {overlap.reason}")
