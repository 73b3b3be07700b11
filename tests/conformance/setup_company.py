"""Makes the tables and two companies (one with a closed period) and prints the keys of an app as JSON."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys

import django

REDIRECT = "https://example.com/callback"


def main(realm: str) -> None:
    django.setup()
    from closebook.apps.qbo.services.company import company_create, period_close
    from closebook.cli.setup import migrate
    from closebook.transport import clock

    migrate()
    now = clock.now()
    company = company_create("Harbor Works", realm, now=now)
    closed = company_create("Closed Works", f"{realm}2", now=now)
    period_close(closed, dt.date(2026, 1, 31), now=now)
    print(json.dumps(keys((company, closed), now)))


def keys(companies, now) -> dict[str, object]:
    """Return the keys of a new app, and codes of consents that were given for each company."""
    from closebook.apps.qbo.gate import ACCOUNTING, digest
    from closebook.apps.qbo.models import ApiClient, AuthorizationCode

    secret = secrets.token_urlsafe(32)
    app = ApiClient.objects.create(
        client_id="conformance",
        secret_digest=digest(secret),
        name="Conformance",
        redirect_uris=REDIRECT,
        created_at=now,
    )
    codes: dict[str, list[str]] = {}
    for company in companies:
        codes[company.realm_id] = [secrets.token_urlsafe(24) for _ in range(20)]
        for code in codes[company.realm_id]:
            AuthorizationCode.objects.create(
                client=app,
                company=company,
                digest=digest(code),
                person="Ada",
                scope=ACCOUNTING,
                redirect_uri=REDIRECT,
                expires_at=now + dt.timedelta(hours=1),
            )
    return {"client_id": app.client_id, "client_secret": secret, "codes": codes}


if __name__ == "__main__":
    main(sys.argv[1])
