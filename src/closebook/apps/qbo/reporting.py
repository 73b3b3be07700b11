"""``GET /reports/<name>``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo.calls import Answer, Call, bare
from closebook.apps.qbo.reports.report import report

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context


def report_answer(ctx: Context, call: Call, name: str) -> Answer:
    """Return a report's answer (it bears no moment). Raises 5020 for a name that is unknown."""
    return bare(report(ctx, name, call.params))
