"""Who calls: a bearer token, its allowance and its abilities. Cookies do not count."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthorizationError, Throttled
from ninja.security import HttpBearer

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.api_use import Allowance, use_count
from closebook.apps.companies.services.tokens import TokenUse, token_check


class ApiRequest(HttpRequest):
    """A request with a valid token: what it may do, and how many more it may send in this minute."""

    auth: TokenUse
    allowance: Allowance

    @property
    def company(self) -> Company:
        """Return the company that everything is scoped by."""
        return self.auth.company


class Token(HttpBearer):
    """Lets requests pass whose token has an ability."""

    def __init__(self, ability: Ability) -> None:
        """Keep the ability that is needed."""
        super().__init__()
        self.ability = ability

    def authenticate(self, request: HttpRequest, token: str) -> TokenUse | None:
        """Return what the token may do, None for one that is not valid.

        Raises Throttled past the allowance and AuthorizationError without the ability.
        """
        use = token_check(token)
        if use is None:
            return None
        allowance = use_count(use.token, settings.CLOSEBOOK_API_RATE)
        request.allowance = allowance  # type: ignore[attr-defined]  # makes an ApiRequest of it
        if not allowance.passed:
            raise Throttled(allowance.reset_seconds)
        if self.ability not in use.abilities:
            raise AuthorizationError(message=f"This token may not {self.ability.value.replace('-', ' ')}.")
        return use
