"""Addresses in an order in which one is found without trying all others."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, include, path


def by_first_word(patterns: Sequence[URLPattern]) -> list[URLPattern | URLResolver]:
    """Return the same addresses with those that share their first word behind it, in their order.

    An address that begins with a variable comes last.
    """
    groups: dict[str, list[URLPattern]] = {}
    others: list[URLPattern] = []
    for each in patterns:
        word, slash, rest = str(each.pattern).partition("/")
        if slash and "<" not in word:
            again = path(rest, each.callback, each.default_args, each.name)
            groups.setdefault(f"{word}/", []).append(again)
        else:
            others.append(each)
    return [*(path(word, include(members)) for word, members in groups.items()), *others]
