"""The memory of a sync: connections, files, rows, links, runs, actions, errors, the way into the books."""

from __future__ import annotations

from closebook.apps.sync.models.books_access import (
    AppKeys,
    BooksAccess,
    BooksEvent,
    CallCount,
    CallPace,
    UnknownRealm,
)
from closebook.apps.sync.models.connections import (
    LISTS,
    BooksPayment,
    Connection,
    Decision,
    Group,
    Link,
    ProfileVersion,
    ServiceAccess,
    ServiceCall,
    SourceFile,
    SourceRow,
)
from closebook.apps.sync.models.readings import MatchReading
from closebook.apps.sync.models.runs import (
    UNFINISHED,
    ActionRow,
    Lease,
    Preparation,
    PreparationState,
    Run,
    RunState,
)
from closebook.apps.sync.models.upkeep import (
    Schedule,
    SyncError,
    WorkerBeat,
)

__all__ = [
    "LISTS",
    "UNFINISHED",
    "ActionRow",
    "AppKeys",
    "BooksAccess",
    "BooksEvent",
    "BooksPayment",
    "CallCount",
    "CallPace",
    "Connection",
    "Decision",
    "Group",
    "Lease",
    "Link",
    "MatchReading",
    "Preparation",
    "PreparationState",
    "ProfileVersion",
    "Run",
    "RunState",
    "Schedule",
    "ServiceAccess",
    "ServiceCall",
    "SourceFile",
    "SourceRow",
    "SyncError",
    "UnknownRealm",
    "WorkerBeat",
]
