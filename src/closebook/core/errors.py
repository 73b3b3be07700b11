"""The error classes of the whole product.

ClosebookError
├── InputError        the user mends it: a file, a row, a field
├── RemoteError       another service refused or did not answer
│   ├── RetryError    the same call may be sent again later
│   ├── RejectedError the service said no; the content has to change
│   ├── LoginError    the connection has to be made again by a person
│   └── StaleError    the record changed since it was read
├── ConflictError     what was planned no longer fits; plan again
├── HeldError         a rule holds the work until a person decides
└── InvariantError    a defect of ours; stop at once
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.wording import shown


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error is: any of file, row (1 is the header's line), field and record reference."""

    file: str = ""
    row: int | None = None
    field: str = ""
    record: str = ""

    def __str__(self) -> str:
        """Return the place in words, such as ``may.csv, row 12, field Net``."""
        parts = [
            self.file,
            shown(f"row {self.row}") if self.row is not None else "",
            shown(f"field {self.field}") if self.field else "",
            self.record,
        ]
        return ", ".join(part for part in parts if part)


class ClosebookError(Exception):
    """Base of all errors that Closebook raises on purpose.

    ``code`` is a stable word with dashes; ``remedy`` is one sentence that says what to do.
    """

    who_acts = "user"

    def __init__(self, code: str, message: str, *, remedy: str = "", place: Place | None = None) -> None:
        """Keep the code, the message in plain words, the remedy and the place."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.place = place or Place()

    def __str__(self) -> str:
        """Return place, message and remedy in one line."""
        where = str(self.place)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text} {self.remedy}".rstrip()


class InputError(ClosebookError):
    """The input is wrong and its owner can mend it."""


class RemoteError(ClosebookError):
    """Another service refused, or its answer did not arrive.

    ``remote_code`` is that service's own code, ``status`` the HTTP status (0 when none came) and
    ``retry_after_seconds`` how long it asked to wait.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        place: Place | None = None,
        remote_code: str = "",
        status: int = 0,
        retry_after_seconds: int | None = None,
    ) -> None:
        """Keep the facts of the far side beside those of every error."""
        super().__init__(code, message, remedy=remedy, place=place)
        self.remote_code = remote_code
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class RetryError(RemoteError):
    """The call may succeed when it is sent again with the same request id."""

    who_acts = "closebook"


class UnknownOutcomeError(RetryError):
    """The reply was lost: the far side may or may not have done the work. Probe before sending again."""


class RejectedError(RemoteError):
    """The far side understood and refused; sending the same again cannot help."""


class LoginError(RemoteError):
    """The access is gone; a person has to connect again."""

    who_acts = "owner"


class StaleError(RemoteError):
    """The record changed on the far side since it was read."""

    who_acts = "closebook"


class ConflictError(ClosebookError):
    """The plan no longer fits the world; ``changes`` lists what changed, one line each."""

    def __init__(self, code: str, message: str, *, changes: tuple[str, ...] = (), remedy: str = "") -> None:
        """Keep the list of changes beside the facts of every error."""
        super().__init__(code, message, remedy=remedy)
        self.changes = changes


class HeldError(ClosebookError):
    """A safety rule holds the work until a person decides."""


class InvariantError(ClosebookError):
    """Something that cannot be is so: a defect of ours. Never caught on the way."""

    who_acts = "developer"
