"""Kills a real worker with ``kill -9`` at random moments of one run, again and again, and proves the books
afterwards.

``python -m tests.simulation.real_kills --kills 50 [--rate 0.05] [--rows 30000] [--seed 1]`` prints what
happened and exits 1 when a
sale is missing or twice, or a proof does not hold. A folder of its own holds the data.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHOP, COMPANY = "Sample shop", "Sample company"


class Trial:
    """One data folder with a planned run, and the processes that carry it out."""

    def __init__(self, home: Path, faults: str) -> None:
        self.home = home
        self.env = {**os.environ, "CLOSEBOOK_HOME": str(home)}
        self.faulty = {**self.env, "CLOSEBOOK_DEBUG": "1", "CLOSEBOOK_FAULTS": faults} if faults else self.env

    def closebook(self, *words: str, codes: tuple[int, ...] = (0,)) -> dict:
        command = [sys.executable, "-m", "closebook", *words, "--json"]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            raise SystemExit(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def worker(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "closebook", "worker"]
        process = subprocess.Popen(command, env=self.faulty, stderr=subprocess.PIPE, text=True)
        assert process.stderr
        for line in process.stderr:
            if "is at work" in line:
                return process
        raise SystemExit("The worker did not start.")

    def run(self) -> dict:
        return self.closebook("runs")["runs"][0]


def carry_out(trial: Trial, kills: int, rng: random.Random) -> int:
    """Return how often the worker was killed before the run ended by itself."""
    worker = trial.worker()
    command = [sys.executable, "-m", "closebook", "apply", SHOP, "--yes"]
    watcher = subprocess.Popen(command, env=trial.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while trial.run()["state"] == "planned":
        time.sleep(0.1)
    killed = 0
    while killed < kills and watcher.poll() is None:
        time.sleep(rng.uniform(0.0, 0.6))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        killed += 1
        worker = trial.worker()
    watcher.wait()
    worker.terminate()
    worker.wait()
    return killed


def prove(trial: Trial) -> list[str]:
    """Return what is wrong afterwards, a line each."""
    wrong = []
    run = trial.run()
    if run["state"] != "done" or run["finished"] != run["total"]:
        wrong.append(
            f"The run is {run['state']} with {run['finished']} of {run['total']}: {run['reason'][:300]}"
        )
    wrong += [f"Proof fails: {proof['text']}" for proof in run["proofs"] if not proof["holds"]]
    if not trial.closebook("tieout", SHOP, codes=(0, 3))["ties"]:
        wrong.append("The tie-out does not tie.")
    if not trial.closebook("prove", "--company", COMPANY, codes=(0, 3))["holds"]:
        wrong.append("The balances do not follow from the postings.")
    wrong += twice(trial)
    if trial.closebook("plan", SHOP)["run"] is not None:
        wrong.append("A new plan has something to do.")
    return wrong


def twice(trial: Trial) -> list[str]:
    """Return the memos that more than one living document carries."""
    import sqlite3

    with sqlite3.connect(trial.home / "books.sqlite3") as books:
        rows = books.execute(
            "SELECT json_extract(body, '$.PrivateNote') AS memo, count(*) FROM books_record"
            " WHERE deleted_at IS NULL AND memo LIKE '%[closebook %' GROUP BY memo HAVING count(*) > 1"
        ).fetchall()
    return [f"{memo} is in the books {count} times." for memo, count in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print(f"seed {options.seed}, {options.kills} kills, faults at {options.rate:.0%}", flush=True)
    with tempfile.TemporaryDirectory(prefix="closebook-kills-") as folder:
        faults = f"seed={options.seed},rate={options.rate}" if options.rate else ""
        trial = Trial(Path(folder), faults)
        made = trial.closebook("sample", "--rows", str(options.rows), "--seed", str(options.seed))
        trial.closebook("pull", SHOP, *made["files"])
        planned = trial.closebook("plan", SHOP)
        started = time.monotonic()
        killed = carry_out(trial, options.kills, rng)
        took = time.monotonic() - started
        wrong = prove(trial)
    print(f"{planned['total']} actions, {killed} kills, {took:.0f} s", flush=True)
    print("\n".join(wrong) if wrong else "Every sale is there exactly once, and every proof holds.")
    return 1 if wrong or killed < options.kills else 0


if __name__ == "__main__":
    sys.exit(main())
