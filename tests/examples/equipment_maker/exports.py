"""Run the demo generator and read what it wrote, with readers that it does not share."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import fastexcel
import polars as pl

from flows.paths import ROOT

EXAMPLE = ROOT / "examples" / "equipment_maker"
END = date(2026, 11, 15)
QUARTER = date(2026, 10, 1)
WEEK = 7


def generate(folder: Path, *options: str) -> Path:
    command = [sys.executable, str(EXAMPLE / "generator"), str(folder), *options]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


def csv(folder: Path, name: str, encoding: str = "gb18030") -> pl.DataFrame:
    text = (folder / "inbox" / name).read_bytes().decode(encoding)
    return pl.read_csv(text.encode(), infer_schema=False)


def excel(path: Path, sheet: int | str = 0, header: int = 0) -> pl.DataFrame:
    book = fastexcel.read_excel(path)
    return book.load_sheet(sheet, header_row=header, dtypes="string").to_polars()


def day(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def slashed(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y/%m/%d", strict=False)


@cache
def orders(folder: Path) -> pl.DataFrame:
    """Order lines that are neither dirty nor written twice, amounts exact, with their team."""
    files = sorted((folder / "inbox").glob("销售订单_*.xlsx"))
    lines = pl.concat([excel(path) for path in files])
    lines = lines.filter(~pl.col("单据编号").str.ends_with("X")).unique(["单据编号", "行号"])
    lines = lines.with_columns(
        day("单据日期"), *(pl.col(name).cast(pl.Decimal(18, 2)) for name in ("不含税金额", "数量"))
    )
    return with_team(lines, folder, "销售员工号", "单据日期")


def roster(folder: Path) -> pl.DataFrame:
    rows = excel(folder / "inbox" / "员工花名册.xlsx", header=1).filter(pl.col("工号") != "合计")
    return rows.with_columns(day("到岗日期"), day("离岗日期").fill_null(date(2100, 1, 1)))


def with_team(rows: pl.DataFrame, folder: Path, rep: str, on: str) -> pl.DataFrame:
    """Attach the team of the rep's assignment on the day of the row (D-29)."""
    postings = roster(folder).select(pl.col("工号").alias(rep), "团队", "到岗日期", "离岗日期")
    joined = rows.with_row_index("row").join(postings, on=rep, how="left")
    inside = pl.col(on).is_between(pl.col("到岗日期"), pl.col("离岗日期"))
    kept = joined.filter(inside)
    assert kept["row"].n_unique() == kept.height == rows.height
    return kept


def sums(rows: pl.DataFrame, column: str, first: date) -> dict[str, Decimal]:
    kept = rows.filter(pl.col("date") >= first)
    return dict(kept.group_by("团队").agg(pl.col(column).sum()).iter_rows())


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
