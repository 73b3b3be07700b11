"""Sending mails: text and HTML from one pair of templates, in the reader's language."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from closebook.core.errors import RetryError

_LOG = logging.getLogger(__name__)


def mail_make(template: str, to: str, language: str, facts: Mapping[str, Any]) -> EmailMultiAlternatives:
    """Return a mail of ``companies/mail/<template>.txt``, whose first line is the subject, and ``.html``.

    ``language`` is a language code of the site; "" leaves the language that is active.
    """
    with translation.override(language or translation.get_language()):
        known = {**facts, "base_url": settings.CLOSEBOOK_BASE_URL, "language": translation.get_language()}
        text = render_to_string(f"companies/mail/{template}.txt", known).strip()
        html = render_to_string(f"companies/mail/{template}.html", known)
    subject, _newline, body = text.partition("\n")
    made = EmailMultiAlternatives(" ".join(subject.split()), body.strip() + "\n", to=[to])
    made.attach_alternative(html, "text/html")
    return made


def mail_send(template: str, to: str, language: str, facts: Mapping[str, Any]) -> None:
    """Send a mail. Raises RetryError when the mail server, or the folder for mails, does not take it."""
    mail_carry(mail_make(template, to, language, facts))


def mail_carry(made: EmailMessage) -> None:
    """Hand a mail over. Raises RetryError when it is not taken; what the server said stays in the log.

    The way to the server is closed even where it breaks off halfway.
    """
    way = get_connection()
    try:
        way.send_messages([made])
    except (smtplib.SMTPException, OSError) as error:
        _LOG.warning("A mail was not sent: %s", error)
        raise RetryError(
            "mail-not-sent",
            "The mail could not be sent.",
            remedy="Look at CLOSEBOOK_SMTP and the log of the server, then send it again.",
        ) from error
    finally:
        with suppress(smtplib.SMTPException, OSError):
            way.close()
