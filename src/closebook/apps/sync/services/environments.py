"""Where the protocol is spoken: Intuit's production and development companies, and other servers."""

from __future__ import annotations

from django.conf import settings

from closebook.connectors.quickbooks.oauth import Environment
from closebook.core.errors import InputError
from closebook.transport.inprocess import BASE_URL

PRODUCTION = "production"
DEVELOPMENT = "development"
ENVIRONMENTS = (DEVELOPMENT, PRODUCTION)
_DISCOVERY_PATH = "/.well-known/openid_configuration"


def environment(name: str) -> Environment:
    """Return the addresses of ``development`` or ``production``. InputError for another word."""
    if name == PRODUCTION:
        return Environment(settings.CLOSEBOOK_QBO_API, settings.CLOSEBOOK_QBO_DISCOVERY)
    if name == DEVELOPMENT:
        return Environment(settings.CLOSEBOOK_QBO_SANDBOX_API, settings.CLOSEBOOK_QBO_SANDBOX_DISCOVERY)
    raise InputError(
        "not-an-environment",
        f"{name!r} is neither development nor production.",
        remedy="Choose development or production.",
    )


def discovery_url(name: str, base_url: str) -> str:
    """Return the address of the discovery document of an environment, or else of a server by its address."""
    if name in ENVIRONMENTS:
        return environment(name).discovery_url
    return (base_url or BASE_URL).rstrip("/") + _DISCOVERY_PATH
