"""How long the whole catalogue of one review week takes, as a multiple of one bare aggregate.

    python benchmarks/metrics.py --rows 20000000 --pairs 3 --folder /somewhere/with/5/GB

A made-up company (`benchmarks/company/`, seed below) is written straight into the core tables of
a warehouse: so many order lines, a tenth of that opportunities with their history, a quarter
activities, 1,000 reps, 54 weeks up to the reviewed one. Each pair runs, one after the other and
each in a process of its own, `benchmarks/bare_aggregate.sql` (order lines by week, rep and channel
with a distinct customer count) and `flows.review.week_metrics`: every metric, scope and period of
the week with its history, baseline, limits and lights, from the warehouse file to the frame. The
figure is the median of the pairs' ratios of elapsed time; processor time stands beside it, because
it says more where other programs run.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from flows.company import Company, open_company
from flows.warehouse import open_for_writing

HERE = Path(__file__).parent
SEED = 20261123
SIZES = (1_000_000, 5_000_000, 20_000_000)
TABLES = (
    "account",
    "assignment",
    "product",
    "product_cost",
    "order_line",
    "opportunity",
    "stage_event",
    "activity",
    "lead",
    "proposal",
    "contract",
    "payment",
    "campaign_spend",
    "target",
)
"""In the order of writing: some are made from others."""
SETTINGS = """
[company]
name = "benchmark"
[[stages]]
name = "需求确认"
allowed_days = 40
win_probability = 0.2
[[stages]]
name = "方案呈现"
allowed_days = 40
win_probability = 0.4
[[stages]]
name = "谈判"
allowed_days = 30
win_probability = 0.6
[[stages]]
name = "成交"
outcome = "won"
[[stages]]
name = "输单"
outcome = "lost"
"""
SOURCE = """
title = "订单行"
entity = "order_line"
files = "*.csv"
[columns]
order_id = "order_id"
line_number = "line_number"
document_kind = { value = "sale" }
ordered_on = "ordered_on"
net_amount = "net_amount"
"""
"""A company has a source; none of its files is ever read."""
BARE = (
    "import sys, duckdb; connection = duckdb.connect(sys.argv[1], read_only=True);"
    "print(len(connection.sql(sys.argv[2]).fetchall()))"
)
METRICS = (
    "import sys; from pathlib import Path; from datetime import UTC, datetime;"
    "from flows.company import open_company; from flows.review import named_week, week_metrics;"
    "company = open_company(Path(sys.argv[1])); week = named_week(company, '2026-W47');"
    "print(week_metrics(company, week, datetime(2026, 11, 23, tzinfo=UTC)).height)"
)


def write_company(folder: Path, rows: int) -> Path:
    """Write the company, unless it is there."""
    home = folder / f"company-{rows}"
    warehouse = open_company_at(home).committed
    if not warehouse.exists():
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        aside = warehouse.with_suffix(".aside")
        aside.unlink(missing_ok=True)
        connection = open_for_writing(aside)
        for table in TABLES:
            query = (HERE / "company" / f"{table}.sql").read_text("utf-8")
            given = {"rows": rows, "seed": SEED}
            used = {name: value for name, value in given.items() if f"${name}" in query}
            connection.execute(query, used).fetchall()
        connection.close()
        aside.replace(warehouse)
    return home


def open_company_at(home: Path) -> Company:
    """Open the company, its settings written if need be."""
    (home / "sources").mkdir(parents=True, exist_ok=True)
    (home / "fupan.toml").write_text(SETTINGS, "utf-8")
    (home / "sources" / "lines.toml").write_text(SOURCE, "utf-8")
    return open_company(home)


def measured(*command: str) -> tuple[float, float, float]:
    """Run a command; returns seconds, seconds of processor time, and its most memory, in GB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", *command], cwd=HERE.parent)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        message = f"failed with {status}: {command[-1]}"
        raise SystemExit(message)
    elapsed = time.perf_counter() - started
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def run(rows: int, pairs: int, folder: Path) -> dict[str, Any]:
    """Measure one size."""
    home = write_company(folder, rows)
    bare = (HERE / "bare_aggregate.sql").read_text("utf-8")
    found = []
    for _ in range(pairs):
        bare_seconds, bare_cpu, _ = measured(BARE, str(open_company_at(home).committed), bare)
        seconds, cpu, memory = measured(METRICS, str(home))
        found.append(
            {
                "bare_s": bare_seconds,
                "bare_cpu_s": bare_cpu,
                "fupan_s": seconds,
                "fupan_cpu_s": cpu,
                "gb": memory,
            }
        )
    medians = {name: round(statistics.median(one[name] for one in found), 2) for name in found[0]}
    ratios = [one["fupan_s"] / one["bare_s"] for one in found]
    return {
        "rows": rows,
        "pairs": pairs,
        **medians,
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def print_sizes(title: str, steps: str) -> None:
    """Run steps on a company of each size asked for, in a process each; print their JSON lines."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    for rows in given.rows or SIZES:
        home = write_company(given.folder.resolve(), rows)
        command = [sys.executable, "-c", steps, str(home)]
        done = subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.PIPE)
        last = done.stdout.decode().splitlines()[-1]  # the database may draw its progress before
        print(json.dumps({"rows": rows, **json.loads(last[last.index("{") :])}), flush=True)


def main() -> None:
    """Measure the sizes asked for and print one JSON line each, then the exponents of growth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    results = []
    for rows in given.rows or SIZES:
        results.append(run(rows, given.pairs, given.folder.resolve()))
        print(json.dumps(results[-1]), flush=True)
    first, last = results[0], results[-1]
    if first is not last:
        times, sizes = last["fupan_s"] / first["fupan_s"], last["rows"] / first["rows"]
        growth = math.log(times) / math.log(sizes)
        print(json.dumps({"exponent": round(growth, 2)}), flush=True)


if __name__ == "__main__":
    main()
