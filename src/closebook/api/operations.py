"""How operations are declared: each names the ability that it needs and the shape of its answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeAlias

from django.http import HttpResponse
from ninja import Router, Schema
from ninja.params import functions
from ninja.utils import contribute_operation_args
from pydantic import Field

from closebook.api.access import ApiRequest, Token
from closebook.api.problems import KEY_HEADER
from closebook.api.schemas import PreparationOut
from closebook.api.writes import done_once
from closebook.apps.companies.abilities import Ability

View: TypeAlias = Callable[..., Any]
MOST_NUMBER = 2**63 - 1
Number: TypeAlias = Annotated[int, functions.Path(ge=1, le=MOST_NUMBER)]
"""A number in an address; what no column could hold is no number."""
Text: TypeAlias = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=400)]
"""A text that any database can be asked for."""


def reads(
    router: Router,
    path: str,
    ability: Ability,
    answer: Any,
    *,
    method: str = "GET",
    may_take_long: bool = False,
) -> Callable[[View], View]:
    """Return a decorator for an operation that changes nothing.

    One that ``may_take_long`` may answer 202 with work that was handed over.
    """

    def decorate(view: View) -> View:
        _add(router, method, path, ability, _answers(200, answer, may_take_long), view)
        return view

    return decorate


def writes(
    router: Router,
    path: str,
    ability: Ability,
    answer: type[Schema],
    *,
    method: str = "POST",
    status: int = 200,
    may_take_long: bool = False,
) -> Callable[[View], View]:
    """Return a decorator for an operation that begins or changes something, once for each idempotency key.

    One that ``may_take_long`` may answer 202 with work that was handed over.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def once(request: ApiRequest, **values: Any) -> HttpResponse:
            key = values.pop("idempotency_key")
            return done_once(request, key, answer, status, lambda: view(request, **values))

        # The framework reads annotations by the names of this module unless they are types already.
        vars(once)["__signature__"] = inspect.signature(view, eval_str=True)
        header = functions.Header(
            ...,
            alias=KEY_HEADER,
            min_length=1,
            max_length=128,
            pattern=r"^[!-~]+$",
            description="A new random word for each write; the same one when it is repeated.",
        )
        contribute_operation_args(once, "idempotency_key", str, header)
        _add(router, method, path, ability, _answers(status, answer, may_take_long), once)
        return view

    return decorate


def _answers(status: int, answer: Any, may_take_long: bool) -> dict[int, Any]:
    if not may_take_long:
        return {status: answer}
    return {200: answer, 202: PreparationOut} if status == 200 else {status: answer | PreparationOut}


def _add(
    router: Router, method: str, path: str, ability: Ability, answers: dict[int, Any], view: View
) -> None:
    words = (view.__doc__ or "").strip()
    router.api_operation(
        [method],
        path,
        auth=Token(ability),
        response=answers,
        exclude_unset=True,
        operation_id=view.__name__,
        summary=words.split("\n\n")[0].split(". ")[0].rstrip(".").replace("\n    ", " "),
        description=f"{' '.join(words.split())} Needs the ability {ability.value}.",
    )(view)
