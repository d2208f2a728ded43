"""`fupan trend` from end to end: files in, one JSON object or tables out, errors by name."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.paths import part
from flows.trend.inputs import read_metrics
from tests.flows.conftest import Fupan
from transforms.trend.definitions import AGGREGATIONS, OPERATIONS

DAILY = """\ufeffDate,Views,"Views",Country
"Sun, 05-Jan-2020","1,000",56.00%,US
"Sun, 05-Jan-2020","500",44.00%,UK
"Sat, 11-Jan-2020",#N/A,,US
"Sat, 02-Jan-2021","3,000",50.00%,US
"Sat, 09-Jan-2021","1,500",60.00%,US
"""
METRICS: dict[str, Any] = {
    "Share": {
        "function": {"divide": [{"metric": {"name": "US"}}, {"metric": {"name": "Views"}}]},
        "metric_comparison_method": "bps",
    },
    "Views": {"column": "Views", "aggf": "sum"},
    "US": {"filter": {"base_column": "Views", "query": "Country == 'US'"}, "aggf": "sum"},
    "Rate": {"column": "Views_2", "aggf": "mean"},
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    daily, metrics = tmp_path / "daily.csv", tmp_path / "metrics.json"
    daily.write_text(DAILY, "utf-8")
    metrics.write_text(json.dumps({"metrics": METRICS}), "utf-8")
    return daily, metrics


def call(fupan: Fupan, daily: Path, metrics: Path, *more: object, on: str = "Date") -> Any:  # noqa: ANN401  # any answer
    week = ("--week-ending", "2021-01-09")
    return fupan("trend", daily, "--date", on, "--metrics", metrics, *week, *more)


def test_one_json_object(fupan: Fupan, files: tuple[Path, Path]) -> None:
    answer = call(fupan, *files, "--months", "fiscal_year", "--fiscal-year-end", "DEC", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert found.keys() == METRICS.keys()
    assert found["Views"] == {
        "weeks_current": [None, None, None, None, 3000.0, 1500.0],
        "weeks_prior_year": [None, None, None, None, None, 1500.0],
        "months_current": [None] * 12,
        "months_prior_year": [1500.0, *[None] * 11],
        "labels": [
            *("wk 48", "wk 49", "wk 50", "wk 51", "wk 52", "wk 1"),
            *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ],
        "box_totals": {
            "last_week": 1500.0,
            "wow": -50.0,
            "yoy": 0.0,
            "mtd": 4500.0,
            "mtd_yoy": 200.0,
            "qtd": 4500.0,
            "qtd_yoy": 200.0,
            "ytd": 4500.0,
            "ytd_yoy": 200.0,
        },
    }
    assert found["Share"]["box_totals"]["yoy"] == pytest.approx((1 - 1000 / 1500) * 10_000)
    assert found["Rate"]["weeks_current"][4:] == [0.5, 0.6]


def test_a_table_for_people(fupan: Fupan, files: tuple[Path, Path]) -> None:
    answer = call(fupan, *files)
    assert answer.code == 0
    assert "Views · 截至 2021-01-09 的一周 / week ending 2021-01-09" in answer.out
    assert "-50.0 %" in answer.out
    assert "+3,333 bps" in answer.out


@pytest.mark.parametrize(
    "name", [pytest.param("daily.xlsx", id="workbook"), pytest.param("daily.parquet", id="Parquet")]
)
def test_other_formats_say_the_same(fupan: Fupan, files: tuple[Path, Path], name: str) -> None:
    daily, metrics = files
    metrics.write_text(json.dumps({each: METRICS[each] for each in ("Views", "US")}), "utf-8")
    expected = call(fupan, daily, metrics, "--json").out
    other = daily.with_name(name)
    frame = pl.read_csv(daily, infer_schema=False).select(
        pl.col("Date").str.tail(11).str.to_date("%d-%b-%Y"),
        pl.col("Views").str.replace(",", "").cast(pl.Int64, strict=False),
        "Country",
    )
    frame.write_excel(other) if name.endswith("xlsx") else frame.write_parquet(other)
    assert call(fupan, other, metrics, "--json").out == expected


@pytest.mark.parametrize(
    ("change", "code", "parts"),
    [
        pytest.param(
            {"Date,": "Day,"}, 3, ["no column 'Date', which --date names"], id="no column of days"
        ),
        pytest.param(
            {"Date,Views": "Date,View"},
            3,
            ["no column 'Views_2', which metric 'Rate' names", "did you mean Views"],
            id="no column of a metric",
        ),
        pytest.param(
            {'"1,500"': '"1,5OO"'},
            3,
            ["'1,5OO' in column 'Views' is no number", "daily.csv, row 6, column 'Views'"],
            id="no number",
        ),
        pytest.param(
            {"02-Jan-2021": "32-Jan-2021"},
            3,
            ["'Sat, 32-Jan-2021' in column 'Date' is no day", "row 5"],
            id="no day",
        ),
        pytest.param(
            {"60.00%,US": "60.00%"},
            3,
            ["daily.csv has 1 rows of another width", "row 6"],
            id="width",
        ),
    ],
)
def test_daily_files_that_cannot_be(
    fupan: Fupan,
    files: tuple[Path, Path],
    change: dict[str, str],
    code: int,
    parts: list[str],
) -> None:
    ((old, new),) = change.items()
    files[0].write_text(DAILY.replace(old, new, 1), "utf-8")
    answer = call(fupan, *files)
    assert (answer.code, answer.out) == (code, "")
    for each in parts:
        assert each in answer.err


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("{", "metrics.json is not valid JSON", id="no JSON"),
        pytest.param('{"a": {}, "a": {}}', "'a' stands there twice", id="twice"),
        pytest.param(
            '{"a": {"column": "Views", "aggf": "summ"}}', "did you mean sum?", id="near names"
        ),
        pytest.param(
            '{"a": {"filter": {"base_column": "Views", "query": "Country ="}, "aggf": "sum"}}',
            "metric 'a' has a query that cannot be read",
            id="query",
        ),
    ],
)
def test_metrics_that_cannot_be(
    fupan: Fupan, files: tuple[Path, Path], text: str, part: str
) -> None:
    files[1].write_text(text, "utf-8")
    answer = call(fupan, *files)
    assert (answer.code, answer.out) == (2, "")
    assert part in answer.err


@pytest.mark.parametrize(
    ("options", "part"),
    [
        pytest.param(("--months", "fiscal"), "did you mean fiscal_year?", id="axis"),
        pytest.param(("--fiscal-year-end", "MAJ"), "use a month such as JAN", id="month"),
    ],
)
def test_options_that_cannot_be(
    fupan: Fupan, files: tuple[Path, Path], options: tuple[str, str], part: str
) -> None:
    answer = call(fupan, *files, *options)
    assert (answer.code, answer.out) == (2, "")
    assert part in answer.err


@pytest.mark.parametrize("name", ["MAY", "may", "May", "5", "5月"])
def test_the_last_month_of_the_fiscal_year(
    fupan: Fupan, files: tuple[Path, Path], name: str
) -> None:
    answer = call(fupan, *files, "--months", "fiscal_year", "--fiscal-year-end", name, "--json")
    assert json.loads(answer.out)["Views"]["labels"][6] == "Jun"


def test_a_missing_file_is_named(fupan: Fupan, files: tuple[Path, Path]) -> None:
    daily, metrics = files
    assert "absent.csv is missing" in call(fupan, daily.with_name("absent.csv"), metrics).err
    assert "absent.json cannot be read" in call(fupan, daily, metrics.with_name("absent.json")).err


def test_the_metrics_of_the_manual_are_understood(tmp_path: Path) -> None:
    text = part("docs", "trend.md").read_text("utf-8")
    metrics = tmp_path / "metrics.json"
    metrics.write_text(text.partition("```json\n")[2].partition("```")[0], "utf-8")
    assert len(read_metrics(metrics)) == 5
    missing = [name for name in (*AGGREGATIONS, *OPERATIONS) if f"`{name}`" not in text]
    assert missing == []
