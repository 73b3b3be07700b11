"""Hosts of sites, and which rule holds for one: the nearest scope, then the most exact match, then the
kindest verdict.

Source: RFC 3490 and RFC 5891 for host names in other scripts; the public suffix list comes in as a function.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from closebook.core.workforce.runs import MINUTE


class Scope(StrEnum):
    """What a rule is for, the widest first."""

    HOUSE = "house"
    CONTRACT = "contract"
    KIND = "kind"
    TASK = "task"


class Match(StrEnum):
    """What a rule looks at."""

    DOMAIN = "domain"
    APP = "app"


class Verdict(StrEnum):
    """What a rule says of a site or app, the kindest first."""

    WORK = "work"
    NEUTRAL = "neutral"
    PRIVATE = "private"
    POOR = "poor"


_WITH_SLASHES = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_KEPT_LETTERS = frozenset("\u00df\u03c2")
_NEARNESS = {scope: rank for rank, scope in enumerate(Scope)}
_KINDNESS = {verdict: -rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A rule for a site or app. ``subject`` is the contract, kind or task that it is for ("" for the house);
    ``tolerance`` and the moments are in ms; ``version`` grows with each change of the rule.
    """

    id: str
    version: int
    scope: Scope
    subject: str
    match: Match
    pattern: str
    verdict: Verdict
    ask: bool = False
    tolerance: int = MINUTE
    valid_from: int | None = None
    valid_to: int | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """Return the rule with its version, as segments name it."""
        return f"{self.id}@{self.version}"

    def holds_at(self, moment: int) -> bool:
        """Tell whether the rule is valid at a moment."""
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_to is None or moment < self.valid_to
        )


def host_of(url: str) -> str:
    """Return the host of a URL or bare host: small letters, ASCII, no port, no trailing dot; "" for none.

    >>> host_of("https://user:pw@M.Facebook.com.:443/a?b#c"), host_of("about:blank"), host_of("bücher.de")
    ('m.facebook.com', '', 'xn--bcher-kva.de')
    """
    text = url.strip()
    if is_address(text):
        return text.strip("[]").lower()
    whole = bool(_WITH_SLASHES.match(text))
    try:
        parts = urlsplit(text if whole else f"//{text}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in {"", "http", "https"} or (not whole and _scheme_only(text)):
        return ""
    return _plain_host(host)


def _scheme_only(text: str) -> bool:
    """Tell whether a text is such as ``about:blank`` or ``mailto:a@b.c``: a colon and no port."""
    head, colon, rest = re.split(r"[/?#]", text, maxsplit=1)[0].partition(":")
    return bool(colon) and not head.startswith("[") and not rest.isdigit()


def _plain_host(host: str) -> str:
    bare = host.strip().removeprefix("*").strip(".").lower()
    try:
        return bare if is_address(bare) else ".".join(_ascii(label) for label in _DOTS.split(bare))
    except UnicodeError:
        return bare


def _ascii(label: str) -> str:
    """Return a label as browsers send it: what IDNA 2008 keeps and 2003 replaced is a letter of its own."""
    if not any(letter in _KEPT_LETTERS for letter in label):
        return label.encode("idna").decode("ascii")
    return "xn--" + unicodedata.normalize("NFC", label).encode("punycode").decode("ascii")


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address (a host of its own)."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def registrable(host: str, private_suffix: Callable[[str], str | None]) -> str:
    """Return the registrable domain of a host; addresses, ``localhost`` and bare suffixes stay what they are.

    ``private_suffix`` says it by the public suffix list (``PublicSuffixList().privatesuffix``).
    """
    if not host or is_address(host) or "." not in host:
        return host
    return private_suffix(host) or host


def matches(host: str, domain: str) -> bool:
    """Tell whether a host is a domain or below it, by whole labels.

    >>> matches("m.facebook.com", "facebook.com"), matches("notfacebook.com", "facebook.com")
    (True, False)
    """
    wanted = host_of(domain)
    if not host or not wanted:
        return False
    return host == wanted or (host.endswith(f".{wanted}") and not is_address(host))


def app_of(name: str) -> str:
    """Return an app's name as rules compare it: small letters, without ``.exe``.

    >>> app_of(" Slack.EXE ")
    'slack'
    """
    return name.strip().casefold().removesuffix(".exe")


def rule_for(
    rules: Iterable[SiteRule], match: Match, value: str, subjects: Sequence[str], moment: int
) -> SiteRule | None:
    """Return the rule that holds for a host or app at a moment, None when none does.

    ``subjects`` are the contract, kind and task at work; the order does not matter.
    """
    known = {"", *subjects}
    fitting = [
        rule
        for rule in rules
        if rule.match is match and rule.subject in known and rule.holds_at(moment) and _fits(rule, value)
    ]
    return max(fitting, key=_weight, default=None)


def _fits(rule: SiteRule, value: str) -> bool:
    if rule.match is Match.DOMAIN:
        return matches(value, rule.pattern)
    return app_of(value) == app_of(rule.pattern)


def _weight(rule: SiteRule) -> tuple[int, int, int, int, str]:
    exact = rule.pattern.strip(".").count(".")
    return (_NEARNESS[rule.scope], exact, _KINDNESS[rule.verdict], rule.version, rule.id)
