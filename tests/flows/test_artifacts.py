"""What Prefect shows beside a run."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl

from flows import artifacts
from flows.company import Company
from flows.delivery import Delivery
from flows.edition import Edition, Pack
from transforms.catalogue import CATALOGUE
from transforms.parameters import ReviewWeek
from transforms.tables.ops import OPS
from transforms.tables.review import REVIEW

MONDAY, SUNDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 22)


def value(metric: str, light: str, **more: object) -> dict[str, object]:
    row = {"metric": metric, "light": light, "scope_kind": "company", "period_kind": "week"}
    return {**row, "value": 1.5, "scope": "company", **more}


def frame(table: type, *rows: dict[str, object]) -> pl.DataFrame:
    schema = table.create_empty().schema  # type: ignore[attr-defined]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def test_the_scoreboard_shows_the_companys_week_worst_first() -> None:
    values = frame(
        REVIEW["metric_value"],
        value("sales_amount", "green", due=Decimal(2)),
        value("win_rate", "grey", light_reason="too_few_cases"),
        value("win_rate", "red", scope_kind="team", scope="East"),
        value("win_rate", "red", period_kind="mtd"),
    )
    _, _, *rows = artifacts.scoreboard(values, CATALOGUE).splitlines()
    assert rows == [
        "| 销售额 | 1.5 | 2.00 |  | ● green |",
        "| 成交率 | 1.5 |  |  | ■ grey too_few_cases |",
    ]


def test_loads_show_what_became_of_the_rows() -> None:
    counts = {"rows_opened": 7, "rows_unchanged": 1, "rows_rejected": 1, "rows_superseded": 1}
    load = {"load_number": 1, "source": "order_line", "file_name": "订单.xlsx", "rows_read": 10}
    drawn = artifacts.loads(frame(OPS["file"], {**load, **counts}))
    assert drawn.splitlines()[-1] == "| order_line | 订单.xlsx | 10 | 7 | 1 | 1 | 1 |"


def test_only_control_totals_that_are_missed_are_drawn() -> None:
    span = {"metric": "sales_amount", "period_start": MONDAY, "period_end": SUNDAY}
    tied = {"warehouse_amount": Decimal(5), "control_amount": Decimal(5), "difference": Decimal(0)}
    off = {"warehouse_amount": Decimal(5), "control_amount": Decimal(6), "difference": Decimal(-1)}
    totals = REVIEW["reconciliation"]
    assert artifacts.totals(frame(totals, {**span, "scope": "East", **tied})) == "1 of 1 tie."
    drawn = artifacts.totals(
        frame(totals, {**span, "scope": "East", **tied}, {**span, "scope": "West", **off})
    )
    assert drawn.startswith("1 of 2 tie.")
    assert "| West | 2026-11-16 | 2026-11-22 | 5.00 | 6.00 | -1.00 |" in drawn
    assert "East" not in drawn


def test_links_say_where_packs_are_and_who_got_them(company: Company, tmp_path: Path) -> None:
    packs = (
        Pack("company", "company", tmp_path / "all.pdf", "a", 2, is_new=True),
        Pack("team", "East|West", tmp_path / "team.pdf", "b", 1, is_new=False),
    )
    week = ReviewWeek("2026-W47", MONDAY, SUNDAY)
    edition = Edition(week, 2, is_new=True, folder=tmp_path, packs=packs)
    sent = Delivery("2026-W47", 2, "company", "company", "head@acme.cn", "a", "2026-11-23T06:00Z")
    _, _, first, second = artifacts.links(company, edition, [sent]).splitlines()
    assert first.startswith("| 样例设备 | 2 | head@acme.cn | [all.pdf](file://")
    assert second.startswith("| East\\|West | 1 |  | [team.pdf](file://")
