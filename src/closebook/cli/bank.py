"""``closebook bank``: files of the bank in, lines shown, certain answers accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from closebook.cli.output import money, print_json, print_line, print_table
from closebook.cli.setup import load
from closebook.core.errors import InputError, Place

bank_app = App(name="bank", help="Read files of the bank, show their lines, and answer the certain ones.")
Json = Annotated[bool, Parameter(negative="")]
_ACTOR = "command line"


def _named(company: str, name: str) -> Any:
    """Return a bank account by name. InputError no-such-bank-account."""
    from closebook.apps.bank.selectors.bank_accounts import bank_accounts_in
    from closebook.apps.companies.selectors.companies import company_named

    every = {one.name: one for one in bank_accounts_in(company_named(company))}
    if name not in every:
        known = ", ".join(sorted(every)) or "none yet; make one on the page Bank"
        raise InputError(
            "no-such-bank-account", f"There is no bank account {name!r}.", remedy=f"There are: {known}."
        )
    return every[name]


@bank_app.command(name="import")
def import_(bank_account: str, *files: Path, company: str = "", json: Json = False) -> None:
    """Read files of a bank account and store their new lines; each file as a whole or not at all.

    Parameters
    ----------
    bank_account: Name of the bank account.
    files: Files in OFX, QFX, QBO, CAMT, MT940 or CSV.
    company: Name or realm of the company; not needed when there is only one.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read

    one = _named(company, bank_account)
    if not files:
        raise InputError("no-files", "No file was named.", remedy="Name one or more files of the bank.")
    answers = []
    for path in files:
        upload = upload_keep(one.company, path.name, _content(path))
        try:
            found = upload_read(upload)
            rows = file_import(one.company, found, [one] * len(found.statements), _ACTOR)
        finally:
            upload.delete()
        answers += [
            {"file": row.name, "format": row.format, "lines": row.rows, "new": row.new_rows} for row in rows
        ]
    if json:
        print_json({"files": answers})
        return
    for answer in answers:
        print_line(f"{answer['file']}: {answer['lines']} lines, {answer['new']} of them new.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "not-readable",
            f"The file cannot be read: {error.strerror}.",
            remedy="Check its name and rights.",
            place=Place(file=path.name),
        ) from error


@bank_app.command
def lines(
    bank_account: str, *, company: str = "", state: str = "open", limit: int = 50, json: Json = False
) -> None:
    """List the newest lines with what would answer them.

    Parameters
    ----------
    bank_account: Name of the bank account.
    company: Name or realm of the company; not needed when there is only one.
    state: open, matched, excluded or all.
    limit: The most lines to show.
    json: Print one JSON object instead of a table.
    """
    load()
    from closebook.apps.bank.models import BankLine
    from closebook.apps.bank.selectors.suggestions import suggestions
    from closebook.apps.bank.services.following import answers_follow

    one = _named(company, bank_account)
    answers_follow(one)
    rows = BankLine.objects.filter(bank_account=one).select_related("bank_account__company")
    rows = rows if state == "all" else rows.filter(state=state)
    chosen = list(rows.order_by("-day", "-pk")[: max(0, limit)])
    found = suggestions(one, chosen)
    shown = [(line, _in_words(found.get(line.pk, []))) for line in chosen]
    if json:
        print_json(
            {
                "lines": [
                    {"id": line.pk, "day": line.day.isoformat(), "amount_minor": line.amount_minor,
                     "currency": one.currency, "counterparty": line.counterparty, "text": line.text,
                     "state": line.state, "answer": words}
                    for line, words in shown
                ]
            }
        )  # fmt: skip
        return
    table = [
        (line.day.isoformat(), (line.counterparty or line.text)[:40], money(line.amount_minor, one.currency),
         line.state, words)
        for line, words in shown
    ]  # fmt: skip
    print_table(("day", "text", "amount", "state", "answer"), table, right=(2,))


def _in_words(found: Any) -> str:
    """Return what would answer a line, "" for nothing."""
    if not found:
        return ""
    best = found[0]
    what = f"{best.record.entity} {best.record.wire_id}" if best.record else best.kind
    return f"certain: {what}" if best.certain else f"{len(found)} may fit"


@bank_app.command
def match(bank_account: str, *, company: str = "", yes: bool = False, json: Json = False) -> None:
    """Answer the open lines whose answer is certain; without --yes it only counts them.

    Parameters
    ----------
    bank_account: Name of the bank account.
    company: Name or realm of the company; not needed when there is only one.
    yes: Answer them. What rules and transfers write goes into the books.
    json: Print one JSON object instead of a line.
    """
    load()
    from closebook.apps.bank.models import BankLine, LineState
    from closebook.apps.bank.selectors.suggestions import suggestions
    from closebook.apps.bank.services.answering import suggestion_accept
    from closebook.apps.bank.services.following import answers_follow

    one = _named(company, bank_account)
    answers_follow(one)
    rows = BankLine.objects.filter(bank_account=one, state=LineState.OPEN, look_alike=False)
    chosen = list(rows.select_related("bank_account__company").order_by("day", "pk"))
    found = suggestions(one, chosen)
    certain = [(line, found[line.pk][0]) for line in chosen if found[line.pk] and found[line.pk][0].certain]
    for line, best in certain if yes else ():
        suggestion_accept(line, best, _ACTOR)
    if json:
        print_json({"certain": len(certain), "answered": len(certain) if yes else 0, "open": len(chosen)})
        return
    word = "were answered" if yes else "have a certain answer; --yes accepts it"
    print_line(f"{len(certain)} of {len(chosen)} open lines {word}.")
