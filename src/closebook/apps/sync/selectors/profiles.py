"""Reading posting profiles."""

from __future__ import annotations

from closebook.apps.sync.models import Connection, ProfileVersion
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_from_json


def profile_version(connection: Connection) -> ProfileVersion:
    """Return the newest version of a connection's profile."""
    return connection.profiles.latest("number")


def profile_of(connection: Connection) -> Profile:
    """Return the profile in force."""
    return profile_from_json(profile_version(connection).body)
