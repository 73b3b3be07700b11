"""The fixtures of the sync tests, used here too."""

from tests.apps.sync.conftest import bare, bare_template  # noqa: F401
