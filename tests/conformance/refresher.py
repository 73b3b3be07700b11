"""A process that renews a company's login when a line says so; the tokens lie in its folder's database."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
django.setup()

from closebook.apps.companies.models import Company  # noqa: E402 - after the set-up
from closebook.apps.sync.models import BooksAccess  # noqa: E402 - as above
from closebook.apps.sync.services.access import books_client  # noqa: E402 - as above
from closebook.core.errors import RemoteError  # noqa: E402 - as above


def main() -> None:
    company = Company.objects.get(pk=int(sys.argv[1]))
    print("ready", flush=True)
    for _line in sys.stdin:
        access = BooksAccess.objects.get(company=company)
        try:
            with books_client(company) as client:
                client._caller.tokens.refresh(access.access_token)
                client.company_info()
            print("ok", flush=True)
        except RemoteError as error:
            print(error.code, flush=True)


main()
