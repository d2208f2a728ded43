"""How long taking in an export takes, as a multiple of a bare load of the same file.

    python benchmarks/ingest.py --rows 20000000 --pairs 5 --folder /somewhere/with/20/GB

Each pair runs, one after the other and each in a process of its own, `create table … as select *
from read_csv` into a new DuckDB file, and `fupan`'s ingest of the same file into a company: hash,
archive, typing, every check, keys, lineage, the readers' copy. The figure is the median of the
pairs' ratios of elapsed time. Say `--case` to run one alone: first, re-export, gb18030 (against the
bare load of the UTF-8 file), rejects (one row in a thousand has a bad date).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from jinja2 import Template

HERE = Path(__file__).parent
SEED = 20261123
ONE_IN = 1000
"""Of so many rows one has a bad date, in the case `rejects`."""
SOURCE = """
title = "订单行"
entity = "order_line"
files = "*.csv"
[columns]
order_id = "order_id"
line_number = "line_number"
document_kind = { value = "sale" }
ordered_on = "ordered_on"
account_id = "account_id"
rep_id = "rep_id"
channel = "channel"
product_id = "product_id"
quantity = "quantity"
net_amount = "net_amount"
"""
INGEST = (
    "import sys; from pathlib import Path; from datetime import datetime;"
    "from flows.company import open_company; from flows.ingest import ingest;"
    "report = ingest(open_company(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]));"
    "counts = ['rows_read', 'rows_opened', 'rows_unchanged', 'rows_rejected'];"
    "print(report.files.select(counts).row(0), *report.problems, file=sys.stderr);"
    "sys.exit(3 if report.problems else 0)"
)
BARE = (
    "import sys, duckdb; connection = duckdb.connect(sys.argv[1]);"
    "connection.execute(sys.argv[2]).fetchall(); connection.close()"
)


def write_lines(path: Path, rows: int, revision: int) -> Path:
    """Write the export, unless it is there."""
    if not path.exists():
        query = Template((HERE / "order_lines.sql").read_text("utf-8")).render(path=path)
        values = {"rows": rows, "seed": SEED, "revision": revision}
        duckdb.connect().execute(query, values).fetchall()
    return path


def transformed(source: Path, path: Path, case: str) -> Path:
    """Write the export in GB18030, or with a bad date in one row of a thousand."""
    if path.exists():
        return path
    encoding = "gb18030" if case == "gb18030" else "utf-8"
    with source.open(encoding="utf-8") as lines, path.open("w", encoding=encoding) as out:
        for number, line in enumerate(lines):
            if case == "gb18030":
                out.write(line.replace("dealer", "经销商"))
            else:
                out.write(line.replace(",20", ",x20", 1) if number % ONE_IN == 1 else line)
    return path


def company(folder: Path) -> Path:
    """Write an empty company."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("sources", "inbox"):
        (folder / name).mkdir(parents=True)
    (folder / "fupan.toml").write_text('[company]\nname = "benchmark"\n', "utf-8")
    (folder / "sources" / "lines.toml").write_text(SOURCE, "utf-8")
    return folder


def measured(*command: str) -> tuple[float, float]:
    """Run a command; returns seconds and the most memory it took, in GB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", *command], cwd=HERE.parent)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        message = f"failed with {status}: {command[-1]}"
        raise SystemExit(message)
    return time.perf_counter() - started, usage.ru_maxrss / 1e6


def pair(folder: Path, first: Path, export: Path, before: Path | None) -> dict[str, float]:
    """Load a file both ways; `before` is a company that has its first load already."""
    bare = folder / "bare.duckdb"
    bare.unlink(missing_ok=True)
    query = Template((HERE / "bare.sql").read_text("utf-8")).render(path=first)
    bare_seconds, _ = measured(BARE, str(bare), query)
    bare.unlink()
    target = folder / "company"
    if before is None:
        company(target)
    else:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(before, target)
    shutil.copyfile(export, target / "inbox" / export.name)
    os.sync()
    arrived_at = datetime(2026, 11, 23 if before else 22, tzinfo=UTC)
    seconds, memory = measured(INGEST, str(target), arrived_at.isoformat())
    shutil.rmtree(target)
    return {
        "bare_s": bare_seconds,
        "fupan_s": seconds,
        "ratio": seconds / bare_seconds,
        "gb": memory,
    }


def run(case: str, rows: int, pairs: int, folder: Path) -> dict[str, object]:
    """Measure one case."""
    first = write_lines(folder / f"lines-{rows}-1.csv", rows, 1)
    export, before = first, None
    if case == "re-export":
        export = write_lines(folder / f"lines-{rows}-2.csv", rows, 2)
        before = company(folder / "before")
        shutil.copyfile(first, before / "inbox" / first.name)
        measured(INGEST, str(before), datetime(2026, 11, 22, tzinfo=UTC).isoformat())
    elif case != "first":
        export = transformed(first, folder / f"lines-{rows}-{case}.csv", case)
    found = [pair(folder, first, export, before) for _ in range(pairs)]
    return {
        "case": case,
        "rows": rows,
        "pairs": pairs,
        **{name: round(statistics.median(one[name] for one in found), 2) for name in found[0]},
        "ratios": [round(one["ratio"], 2) for one in found],
    }


def main() -> None:
    """Measure the cases asked for and print one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--folder", type=Path, required=True)
    cases = ["first", "re-export", "gb18030", "rejects"]
    parser.add_argument("--case", choices=cases, action="append")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for case in given.case or cases:
        print(json.dumps(run(case, given.rows, given.pairs, given.folder.resolve())), flush=True)


if __name__ == "__main__":
    main()
