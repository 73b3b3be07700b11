"""Advice that names a shell command, and what is said instead on pages and in the API."""

from __future__ import annotations

from collections.abc import Mapping

from closebook.core.wording import Sentences

_INSTEAD: Mapping[str, str] = {
    "`closebook runs` lists them.": "The list of runs has them all.",
    "Run `closebook init`.": "Whoever runs the server has to finish setting it up.",
    "Give --company.": "Say which company is meant.",
    "Give --company; there are: {names}.": "Say which company is meant; there are: {names}.",
    (
        "Read the plan; if it is right, raise the rails, for instance `closebook profile set {name}"
        " rails.max_removed=100000 rails.max_removed_percent=100 rails.max_changed_percent=100`,"
        " then plan again."
    ): "Read the plan; if it is right, raise the rails in the posting profile, then plan again.",
    "Move the closing date in the books, or `closebook profile set {name} rails.closed_period=true`;"
    " then plan again.": "Move the closing date in the books, or allow the closed period in the posting"
    " profile; then plan again.",
    (
        "Pull the statement that is missing, or give what the shop held at the start:"
        " `closebook profile set {name} since=YYYY-MM-DD opening_minor=…`."
    ): "Pull the statement that is missing, or give what the shop held at the start in the posting profile.",
    "`closebook retry ERROR --decide {word}`": "Choose what is to be done with it.",
    "`closebook retry ERROR --decide ignore` when the earlier file is right.": (
        "Say so when the earlier file is right."
    ),
    "`closebook retry ERROR --decide overwrite` when the newer file is right: the rows go.": (
        "Say so when the newer file is right: the rows go."
    ),
    '`closebook apply "{name}"` goes on with it; then plan again.': (
        "Open the run and let it go on; then plan again."
    ),
    "Correct the cause, then `closebook plan` and `closebook apply`.": (
        "Correct the cause, then make a plan again and apply it."
    ),
    "`closebook tieout` shows both sides.": "The tie-out certificate shows both sides.",
    "`closebook undo` takes the run back.": "The run can be taken back on its page.",
    "Rows that could not be read and are in no figure: {bad}; see `closebook errors`.": (
        "Rows that could not be read and are in no figure: {bad}; the errors name them."
    ),
    "Rows in another currency that are in no figure: {foreign}; see `closebook holds`.": (
        "Rows in another currency that are in no figure: {foreign}; the holds name them."
    ),
    'Choose on the page of the shop, or by `closebook connect overlap "{name}"`: start after them, or go on'
    " all the same.": "Choose on the page of the shop: start after them, or go on all the same.",
    "Posted is {whose}; `closebook tax-check` lists them.": "Posted is {whose}.",
    "`closebook why` shows the keys.": "Each action's page shows its key.",
    (
        'Make a company in that currency: `closebook init --company "{name}" --currency {currency}`,'
        " then connect with --company."
    ): "Make a company in that currency, then connect the shop there.",
}
"""Sentences with a command, and the same without one; each value keeps its name."""

_KNOWN = Sentences(_INSTEAD)


def without_commands(text: str) -> str:
    """Return a text in which advice that names a shell command says what to do instead.

    >>> without_commands("Run 7 is unknown. `closebook runs` lists them.")
    'Run 7 is unknown. The list of runs has them all.'
    """
    if "`" not in text and "--company" not in text:
        return text
    said = []
    for piece in _KNOWN.read(text):
        instead = _INSTEAD.get(piece.template)
        said.append(instead.format(**(piece.values or {})) if instead else piece.text)
    return " ".join(said)
