"""The command ``closebook``: finds the command, runs it, and turns errors into a line and an exit code.

Exit codes: 0 done · 1 a defect of ours · 2 bad use or bad input · 3 refused or held · 4 another service did
not answer.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from cyclopts import App, CycloptsError

from closebook import __version__
from closebook.cli.output import print_error
from closebook.core.errors import (
    ClosebookError,
    ConflictError,
    HeldError,
    InputError,
    InvariantError,
    RemoteError,
)

app = App(
    name="closebook", version=__version__, help="What was sold, what was paid, and the books that follow."
)
_COMMANDS = {
    "init": ("init:init", "Make the databases, a company with its books, and an owner."),
    "sample": ("sample:sample", "Reset the sample company and write its shop's files for a year."),
    "connect": ("connect:connect_app", "Connect a shop to a company's books."),
    "qbo": ("qbo:qbo_app", "Keep a company's books at QuickBooks Online."),
    "pull": ("sync:pull", "Stage files and say what was understood of each."),
    "plan": ("sync:plan", "Save what would be written as a plan to be read."),
    "apply": ("sync:apply", "Write the saved plan into the books; resumable."),
    "sync": ("sync:sync", "Pull, plan, apply and verify in one go."),
    "undo": ("undo:undo", "Take a run back, or a part of it."),
    "runs": ("runs:runs", "List what was planned, applied and taken back."),
    "errors": ("errors:errors", "List open errors by cause, with what to do."),
    "retry": ("errors:retry", "Plan and apply again what one error concerns."),
    "holds": ("errors:holds", "List what is held back, with the difference named."),
    "profile": ("profile:profile_app", "Show, change or try a connection's posting profile."),
    "bank": ("bank:bank_app", "Read files of the bank and answer their lines."),
    "tieout": ("tieout:tieout", "Compare source and books per month and kind."),
    "tax-check": ("tax_check:tax_check", "Reckon a till's sales tax again and name what differs."),
    "statement": ("statement:statement", "Print a statement of a company's books."),
    "match": ("match:match", "Say who is who between a list and the books."),
    "why": ("why:why", "Follow a figure to its source rows, and back."),
    "prove": ("prove:prove", "Recompute every balance and compare."),
    "keys": ("keys:keys", "Make credentials for an outside client."),
    "webhook": ("webhook:webhook", "Tell an address of every change in the books."),
    "agent": ("agent:agent_app", "Keep the time of one's own work, on one's own machine."),
    "serve": ("serve:serve", "Serve the site, the protocol and a worker."),
    "worker": ("worker:worker", "Do the background work of this machine."),
    "backup": ("backup:backup", "Write everything into one archive."),
    "restore": ("backup:restore", "Put an archive into an empty data folder."),
    "doctor": ("doctor:doctor", "Look at everything Closebook needs."),
}
for _name, (_target, _help) in _COMMANDS.items():
    app.command(f"closebook.cli.{_target}", name=_name, help=_help)


def _exit_code(error: ClosebookError) -> int:
    if isinstance(error, InvariantError):
        return 1
    if isinstance(error, HeldError | ConflictError):
        return 3
    if isinstance(error, RemoteError):
        return 4
    return 2 if isinstance(error, InputError) else 1


def run(arguments: list[str]) -> int:
    """Return the exit code of a command line, after it was run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print_error(
            "bad-use", " ".join(str(error).split()), "See `closebook --help`.", as_json="--json" in arguments
        )
        return 2
    except ClosebookError as error:
        print_error(error.code, _with_place(error), error.remedy, as_json="--json" in arguments)
        return _exit_code(error)
    except KeyboardInterrupt:
        print_error(
            "interrupted", "Stopped. What was confirmed is kept; the same command goes on.", "", as_json=False
        )
        return 130
    return code if isinstance(code, int) else 0


def _with_place(error: ClosebookError) -> str:
    where = str(error.place)
    changes = "".join(f"\n  {line}" for line in error.changes) if isinstance(error, ConflictError) else ""
    return (f"{where}: {error.message}" if where else error.message) + changes


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))
