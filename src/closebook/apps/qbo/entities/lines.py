"""What lines of all transactions share: reading them from a payload, their ids and numbers, classes,
texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.values import text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form

MOST_LINES = 10_000
MOST_DESCRIPTION = 4000


def sent_lines(form: Form, *, needed: bool = True) -> list[Body]:
    """Return the payload's lines. Raises 2020 when there is none and one is needed, 2010 for anything but
    objects.
    """
    lines = form.body.get("Line")
    if lines is None or lines == []:
        if needed:
            raise faults.required("Line")
        return []
    if not isinstance(lines, list):
        raise faults.unsupported_property("Line")
    if len(lines) > MOST_LINES:
        raise faults.business(f"A transaction has at most {MOST_LINES:,} lines", "Line")
    for line in lines:
        if not isinstance(line, dict):
            raise faults.unsupported_property("Line")
    return lines


def detail_of(line: Body, kind: str) -> Body:
    """Return the detail object of a line as a copy, {} when it is missing. Raises 2010 when it is no
    object.
    """
    detail = line.get(kind)
    if detail is None:
        return {}
    if not isinstance(detail, dict):
        raise faults.unsupported_property(kind)
    return dict(detail)


def kind_of(line: Body, known: tuple[str, ...]) -> str:
    """Return the line's DetailType, or the one whose detail it holds. Raises 2020 without either, 2010 for
    one not known here.
    """
    kind = line.get("DetailType")
    if not kind:
        kind = next((name for name in known if name in line), None)
        if kind is None:
            raise faults.required("DetailType")
    if kind not in known:
        raise faults.unsupported_property("DetailType")
    return str(kind)


def description_of(line: Body) -> str:
    """Return the line's text; a number becomes one. Raises 2050 beyond 4,000 characters, 2010 for an
    object.
    """
    text = line.get("Description")
    if not isinstance(text, str):
        text = text_of(text, "Description")
    if len(text) > MOST_DESCRIPTION:
        raise faults.wrong_length("Description", 0, MOST_DESCRIPTION, len(text))
    return text


class LineIds:
    """Gives lines their ids: a line that the stored transaction knows keeps its id, a new one gets the
    next.
    """

    def __init__(self, form: Form, first: int = 1) -> None:
        """Read the ids in use; ``first`` is the first id of a new transaction."""
        self._known: set[str] = set()
        self._next = first
        if form.former is not None:
            self._collect(form.former_body.get("Line", []))

    def _collect(self, lines: list[Any]) -> None:
        for line in lines:
            wire_id = str(line.get("Id", ""))
            if wire_id.isdigit():
                self._known.add(wire_id)
                self._next = max(self._next, int(wire_id) + 1)
            group = line.get("GroupLineDetail")
            if group:
                self._collect(group.get("Line", []))

    def take(self, line: Body) -> str:
        """Return the id of a line; no id is given twice."""
        sent = str(line.get("Id", "")) if self._known else ""
        if sent in self._known:
            self._known.discard(sent)
            return sent
        wire_id = str(self._next)
        self._next += 1
        return wire_id


def numbered(wire_id: str, number: int, line: Body) -> Body:
    """Return a new line object with id, number and text."""
    made: Body = {"Id": wire_id, "LineNum": number}
    text = description_of(line)
    if text:
        made["Description"] = text
    return made


def line_class(form: Form, detail: Body) -> int | None:
    """Return the class of a line, else that of the header; the detail gets the class's real name."""
    if "ClassRef" not in detail:
        return form.klass
    klass = form.fill("Class", "ClassRef", detail)
    return klass.pk if klass else form.klass
