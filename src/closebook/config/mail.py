"""Where mails go: to the server that ``CLOSEBOOK_SMTP`` names, else into files of the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from closebook.core.errors import InputError

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server: without a host there is none, and mails become files.

    ``starttls`` encrypts after the greeting, ``tls`` from the first byte.
    """

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False

    @property
    def backend(self) -> str:
        """Return the name of Django's class that carries mails off."""
        return SMTP_BACKEND if self.host else FILE_BACKEND

    @property
    def place(self) -> str:
        """Return host and port for people, "" without a server."""
        return f"{self.host}:{self.port}" if self.host else ""


def mail_server(address: str) -> MailServer:
    """Return the server of an address such as ``smtp://user:pass@host:587``; none for "".

    A password is never sent in the clear: with one, ``smtp`` insists on STARTTLS. Raises InputError for
    anything else.
    """
    if not address:
        return MailServer()
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1:
        raise InputError(
            "mail-server",
            "CLOSEBOOK_SMTP is not the address of a mail server.",
            remedy="Write it as smtp://user:password@host:587 or smtps://user:password@host.",
        )
    user, tls = unquote(parts.username or ""), parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password or ""),
        starttls=bool(user) and not tls,
        tls=tls,
    )


def mail_from(wanted: str, base_url: str) -> str:
    """Return the sender of mails: the wanted one, else ``closebook`` at the site's host.

    >>> mail_from("", "https://books.example.org")
    'Closebook <closebook@books.example.org>'
    """
    return wanted or f"Closebook <closebook@{urlsplit(base_url).hostname or 'localhost'}>"
