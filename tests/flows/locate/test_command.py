"""`fupan locate` from end to end: a file in, one JSON object or a table out, errors by name."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.flows.conftest import Fupan
from transforms.locate.answers import located

WEEKS = ("2026-W44", "2026-W45", "2026-W46", "2026-W47")


def text(*, is_lost: bool = True, header: str = "week,period,n1,won,closed", sep: str = ",") -> str:
    """Four weeks of 5 × 3 members; in the last one nobody in 北 buys the product 500."""
    lines = [header]
    for place, week in enumerate(WEEKS):
        for region in ("北", "南", "西", "东", "中"):
            for product in (500, 1200, 2000):
                is_cause = is_lost and (week, region, product) == (WEEKS[-1], "北", 500)
                won = 0 if is_cause else 40 + (place * 7 + product + ord(region)) % 5
                lines.append(f"{week},{region},{product},{won},100")
    return "\n".join(line.replace(",", sep) for line in lines) + "\n"


def call(fupan: Fupan, path: Path, *more: object, at: str = WEEKS[-1]) -> Any:  # noqa: ANN401  # any answer
    columns = ("--time", "week", "--at", at, "--numerator", "won", "--denominator", "closed")
    return fupan("locate", path, *columns, *more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "won.csv"
    path.write_text(text(), "utf-8")
    return path


def test_one_json_object(fupan: Fupan, file: Path) -> None:
    """Columns may be called anything; those of whole numbers are numbers."""
    answer = call(fupan, file, "--json")
    assert (answer.code, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert found.keys() == {"answers"}
    first = found["answers"][0]
    assert first.keys() == {"causes", "share", "residual", "confidence"}
    assert first["causes"] == [{"period": "北", "n1": 500}]
    assert first["share"] == pytest.approx(1, abs=0.1)
    assert first["confidence"] > 0.5


def test_a_sum_needs_no_denominator(fupan: Fupan, file: Path) -> None:
    columns = ("--time", "week", "--at", WEEKS[-1], "--numerator", "won")
    answer = fupan("locate", file, *columns, "--dimensions", "period, n1", "--json")
    assert json.loads(answer.out)["answers"][0]["causes"] == [{"period": "北", "n1": 500}]


def test_only_the_dimensions_that_were_named(fupan: Fupan, file: Path) -> None:
    answer = call(fupan, file, "--dimensions", "n1", "--json")
    assert {
        name
        for each in json.loads(answer.out)["answers"]
        for cause in each["causes"]
        for name in cause
    } <= {"n1"}


def test_no_concentrated_cause(fupan: Fupan, tmp_path: Path) -> None:
    path = tmp_path / "won.csv"
    path.write_text(text(is_lost=False), "utf-8")
    first = json.loads(call(fupan, path, "--json").out)["answers"][0]
    assert (first["causes"], first["share"]) == ([], 0)
    assert "无集中原因" in call(fupan, path).out


def test_a_table_for_people(fupan: Fupan, file: Path) -> None:
    answer = call(fupan, file)
    assert answer.code == 0
    assert "won ÷ closed, week = 2026-W47" in answer.out
    assert "period = 北" in answer.out


@pytest.mark.parametrize(
    ("times", "at"),
    [
        pytest.param(("1566644700", "1566644760", "1566644820", "1566644880"), None, id="epoch"),
        pytest.param(("8", "9", "10", "11"), None, id="week numbers"),
        pytest.param(("2026/11/2", "2026/11/9", "2026/11/16", "2026/11/23"), None, id="dates"),
        pytest.param(
            ("2026-11-22 23:45", "2026-11-23 00:00", "2026-11-23 00:15", "2026-11-23 00:30"),
            None,
            id="minutes",
        ),
        pytest.param(("2025Q4", "2026Q1", "2026Q2", "2026Q3"), None, id="quarters"),
        pytest.param(
            ("2026/11/2", "2026/11/9", "2026/11/16", "2026/11/23"), "2026-11-23", id="ISO"
        ),
    ],
)
def test_times_are_read_as_they_are_written(
    fupan: Fupan, tmp_path: Path, times: tuple[str, ...], at: str | None
) -> None:
    path = tmp_path / "won.csv"
    written = text(sep="\t")
    for week, time in zip(WEEKS, times, strict=True):
        written = written.replace(week, time)
    path.write_text(written, "utf-8")
    answer = call(fupan, path, "--json", at=at or times[-1])
    assert json.loads(answer.out)["answers"][0]["causes"] == [{"period": "北", "n1": 500}]


@pytest.mark.parametrize(
    ("written", "options", "code", "message"),
    [
        pytest.param(
            text(), ("--at", "2026-W50"), 2, "'2026-W50' is no time of column 'week'", id="no T"
        ),
        pytest.param(
            text(), ("--at", WEEKS[0]), 2, "nothing before '2026-W44'", id="T without history"
        ),
        pytest.param(text(), ("--numerator", "wom"), 3, "no column 'wom'", id="no such column"),
        pytest.param(
            text(), ("--dimensions", "n1,area"), 3, "--dimensions names", id="no such dimension"
        ),
        pytest.param(
            text(), ("--denominator", "won"), 2, "'won' is asked for as two things", id="twice"
        ),
        pytest.param(
            text(), ("--dimensions", "week"), 2, "'week' is asked for as two things", id="time"
        ),
        pytest.param(
            text().replace(",41,100", ",viele,100", 1), (), 3, "'viele' in column 'won'", id="text"
        ),
        pytest.param(
            text().replace("2026-W45,", ",", 1), (), 3, "an empty cell in column 'week'", id="empty"
        ),
        pytest.param(text() + "2026-W47,北\n", (), 3, "rows of another width", id="short row"),
        pytest.param(
            "week,won,closed\n1,2,3\n2,2,3\n", ("--at", "2"), 2, "no column is left", id="bare"
        ),
    ],
)
def test_errors_say_what_is_wrong(
    fupan: Fupan, tmp_path: Path, written: str, options: tuple[str, ...], code: int, message: str
) -> None:
    path = tmp_path / "won.csv"
    path.write_text(written, "utf-8")
    answer = call(fupan, path, *options)
    assert answer.code == code
    assert message in answer.err


def test_a_missing_file_is_named(fupan: Fupan, tmp_path: Path) -> None:
    answer = call(fupan, tmp_path / "none.csv")
    assert answer.code == 3
    assert "none.csv is missing" in answer.err


@pytest.mark.soak
def test_fifty_thousand_leaves_of_eight_dimensions() -> None:
    random = np.random.default_rng(1)
    sizes = (3, 5, 8, 12, 20, 30, 50, 200)
    members = {
        f"d{size}": pl.Series(random.integers(0, size, 50_000)).cast(pl.String) for size in sizes
    }
    weeks = [
        pl.DataFrame(members).with_columns(
            period=pl.lit(week),
            numerator=pl.Series(random.poisson(5, 50_000)).cast(pl.Float64),
            denominator=pl.lit(1.0),
        )
        for week in range(8)
    ]
    lost = (pl.col("d12") == "4") & (pl.col("d5") == "2") & (pl.col("period") == 7)
    rows = pl.concat(weeks).with_columns(numerator=pl.when(lost).then(0.0).otherwise("numerator"))
    tracemalloc.start()
    found = located(rows, list(members), is_ratio=False, now=7)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[0].causes == ({"d5": "2", "d12": "4"},)
    assert peak < 300_000_000
