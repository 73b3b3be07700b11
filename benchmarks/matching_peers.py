"""Other ways to match the same lists: equal names, rules over rapidfuzz, Splink, each with one setting."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.matching_data import Lists
from closebook.core.matching.folding import (
    mailbox,
    name_words,
    person_tokens,
    phone_key,
    plain_key,
    postcode_key,
    street_parts,
)
from closebook.core.matching.party import Party

Pair = tuple[str, str]
Scored = list[tuple[float, str, str]]


def greedy(scored: Iterable[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return the best pairs, one to one."""
    lefts: set[str] = set()
    rights: set[str] = set()
    kept = []
    for score, left, right in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            kept.append((score, left, right))
    return kept


def _joined(lists: Lists, keys: Callable[[Party], Iterable[str]]) -> set[Pair]:
    known: dict[str, list[str]] = defaultdict(list)
    for one in lists.right:
        for key in keys(one):
            known[key].append(one.id)
    return {(one.id, partner) for one in lists.left for key in keys(one) for partner in known.get(key, ())}


def _unique(pairs: set[Pair]) -> set[Pair]:
    lefts, rights = Counter(left for left, _ in pairs), Counter(right for _, right in pairs)
    return {(left, right) for left, right in pairs if lefts[left] == 1 and rights[right] == 1}


def _shown(one: Party) -> str:
    return one.company or f"{one.first} {one.last}".strip() or one.display_name


def exact_name(lists: Lists) -> Scored:
    """The same display name, where it is one's only."""
    return [
        (1.0, *pair)
        for pair in _unique(_joined(lists, lambda one: (plain_key(one.display_name or _shown(one)),)))
    ]


def email_or_name(lists: Lists) -> Scored:
    """The same mailbox, else the same name."""
    boxes = _unique(_joined(lists, lambda one: filter(None, map(mailbox, one.emails))))
    names = [(0.5, left, right) for _, left, right in exact_name(lists)]
    return greedy([*((1.0, *pair) for pair in boxes), *names])


def rapidfuzz_rules(lists: Lists) -> Scored:
    """Pairs that share a key, scored by hand: what a careful programmer writes in a day."""
    from rapidfuzz import fuzz

    def keys(one: Party) -> list[str]:
        words = person_tokens(_shown(one))
        found = [f"e{mailbox(box)}" for box in one.emails if mailbox(box)]
        found += [f"p{phone_key(phone)}" for phone in one.phones if phone_key(phone)]
        if one.street:
            found.append(f"s{street_parts(one.street)}")
        if words:
            found += [f"n{words[0]}{words[-1]}", f"z{words[-1]}{postcode_key(one.postcode)}"]
        return found

    ours = {one.id: one for one in lists.left}
    theirs = {one.id: one for one in lists.right}
    scored = []
    for left, right in _joined(lists, keys):
        mine, yours = ours[left], theirs[right]
        name = fuzz.token_sort_ratio(
            " ".join(person_tokens(_shown(mine))), " ".join(person_tokens(_shown(yours)))
        )
        street = fuzz.ratio(mine.street.lower(), yours.street.lower()) if mine.street and yours.street else 0
        same_box = {mailbox(box) for box in mine.emails} & {mailbox(box) for box in yours.emails} - {""}
        same_phone = {phone_key(one) for one in mine.phones} & {phone_key(one) for one in yours.phones} - {""}
        score = 0.5 * name + (35 if same_box else 0) + (25 if same_phone else 0) + (20 if street >= 85 else 0)
        scored.append((score, left, right))
    return [row for row in greedy(scored) if row[0] >= 60]


_COLUMNS = ("name", "given", "family", "email", "phone", "street", "city", "postcode", "number")


def _row(one: Party, *, side: str) -> dict[str, str | None]:
    words = person_tokens(_shown(one)) or ("",)
    house, street = street_parts(one.street)
    values = (
        name_words(_shown(one)), words[0], words[-1] if len(words) > 1 else "",
        next((box for box in map(mailbox, one.emails) if box), ""),
        next((key for key in map(phone_key, one.phones) if key), ""),
        f"{house} {street}".strip(), one.city.lower(), postcode_key(one.postcode), one.number,
    )  # fmt: skip
    return {
        "unique_id": one.id,
        "source_dataset": side,
        **{k: v or None for k, v in zip(_COLUMNS, values, strict=True)},
    }


def splink(lists: Lists) -> Scored:
    """Splink's usual recipe: the library's own comparisons, blocking on each key, EM from two blocks."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    frames = [
        pd.DataFrame([_row(one, side=side) for one in rows])
        for side, rows in (("a", lists.left), ("b", lists.right))
    ]
    used = [name for name in _COLUMNS if all(frame[name].notna().any() for frame in frames)]
    comparisons: dict[str, Any] = {
        "name": cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "email": cl.EmailComparison("email"),
        "phone": cl.LevenshteinAtThresholds("phone", [1]),
        "street": cl.JaroWinklerAtThresholds("street", [0.95, 0.85]),
        "postcode": cl.ExactMatch("postcode"),
        "city": cl.JaroWinklerAtThresholds("city", [0.9]),
        "number": cl.LevenshteinAtThresholds("number", [1]),
    }
    blocks = [(one,) for one in ("email", "phone", "name", "street", "number") if one in used]
    blocks += [
        two
        for two in (("family", "postcode"), ("given", "postcode"), ("given", "family"))
        if set(two) <= set(used)
    ]
    api = DuckDBAPI()
    tables = [
        api.register(frame, dataset_display_name=side) for frame, side in zip(frames, "ab", strict=True)
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[comparison for name, comparison in comparisons.items() if name in used],
        blocking_rules_to_generate_predictions=[block_on(*names) for names in blocks],
    )
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*blocks[0]), block_on("name")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for names in [one for one in blocks if len(one) == 1 and one != ("number",)][:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    turned = (
        found["source_dataset_l"] == "a"
        if "source_dataset_l" in found
        else found["unique_id_l"].str.startswith("L")
    )
    rows = zip(found["match_probability"], found["unique_id_l"], found["unique_id_r"], turned, strict=True)
    return greedy([(p, left, right) if first else (p, right, left) for p, left, right, first in rows])


PEERS: dict[str, Callable[[Lists], Scored]] = {
    "exact name": exact_name,
    "e-mail or name": email_or_name,
    "rapidfuzz rules": rapidfuzz_rules,
    "Splink": splink,
}
