"""Seeds that once found something, each with what it found. They are run on every commit.

A seed means the same schedule only as long as the drawing of schedules stays as it is; what was found is also
met by the exhaustive singles or kept as a test beside the code that was wrong.
"""

from __future__ import annotations

CORPUS: dict[str, int] = {
    "actions that were loaded before the lease was taken are out of date": 2598,
    "a second process under the same name writes beside the first": 1,
    "what a person changed and we agreed to is deleted without a question": 3717,
    "a late request is carried out after its repetition was refused": 6539,
    "a request that came late is answered as it was then, not taken apart": 110603159,
    "a process that slept for a month goes on under a lease that has ended": 8365,
    "a name that a person merged into another is found by its old name": 125217069,
}
