"""The forecast on the past of a pipeline: ``python -m benchmarks.forecast FOLDER``.

FOLDER holds sales_pipeline.csv (opportunity_id, product, deal_stage, engage_date, close_date,
close_value) and products.csv (product, sales_price).
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
import time
from pathlib import Path

from closebook.core.selling.backtest import tried
from closebook.core.selling.forecast import History, Spell

DAYS = 91
SNAPSHOTS = tuple(
    dt.date.fromisoformat(day) for day in ("2017-06-30", "2017-07-31", "2017-08-31", "2017-09-30")
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def minor(text: str) -> int:
    whole, _, part = (text or "0").partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def histories(folder: Path) -> list[History]:
    prices = {
        row["product"].replace(" ", ""): minor(row["sales_price"]) for row in rows(folder / "products.csv")
    }
    found = []
    for row in rows(folder / "sales_pipeline.csv"):
        if not row["engage_date"]:
            continue
        began = dt.date.fromisoformat(row["engage_date"])
        ended = dt.date.fromisoformat(row["close_date"]) if row["close_date"] else None
        spell = Spell("engaging", began, ended, row["deal_stage"].lower() if ended else "")
        price = prices[row["product"].replace(" ", "")]
        found.append(History(row["opportunity_id"], price, (spell,), minor(row["close_value"])))
    return found


def main() -> None:
    deals = histories(Path(sys.argv[1]))
    print("snapshot     open  came in  win rate      by age        Brier: rate / age  seconds")
    for on in SNAPSHOTS:
        began = time.process_time()
        one = tried(deals, on, DAYS)
        took = time.process_time() - began
        came, by_rate, by_age = (
            value / 1e8 for value in (one.came_minor, one.by_rate_minor, one.by_age_minor)
        )
        print(
            f"{on}  {one.open_deals:5}  {came:.2f} M  {by_rate:.2f} M x{by_rate / came:.1f}"
            f"  {by_age:.2f} M x{by_age / came:.1f}  {one.rate_error:.3f} / {one.age_error:.3f}    {took:.2f}"
        )
        for group in one.reliability:
            print(
                f"    predicted {group.millionths / 1e4:5.1f} %  came {group.came.part} of {group.came.whole}"
                f" ({100 * group.interval.low:.1f}-{100 * group.interval.high:.1f} %)"
            )


if __name__ == "__main__":
    main()
