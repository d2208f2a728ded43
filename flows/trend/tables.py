"""A trend view on the terminal: for each metric its weeks, its months and the box totals."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flows.output import OUT, literal, print_table
from transforms.trend.axis import WEEKS
from transforms.trend.definitions import Metric
from transforms.trend.view import Trend, change

_PERIODS: Final = ("期间 / period", "本期 / current", "上年同期 / prior year", "同比 / YoY")
_TOTALS: Final = ("合计 / total", "值 / value", "环比 / WoW", "同比 / YoY")
_BOX: Final = (
    ("上一周 / last week", "last_week", "wow", "yoy"),
    ("本月至今 / MTD", "mtd", "", "mtd_yoy"),
    ("本季至今 / QTD", "qtd", "", "qtd_yoy"),
    ("本年至今 / YTD", "ytd", "", "ytd_yoy"),
)


def print_trends(trends: Mapping[str, Trend], metrics: Mapping[str, Metric], day: date) -> None:
    """Print every metric: periods beside the prior year's, then the box totals."""
    for name, trend in trends.items():
        is_in_bps = metrics[name].is_in_bps
        title = f"\n{name} · 截至 {day} 的一周 / week ending {day}"
        OUT.print(literal(title), style="bold", soft_wrap=True)
        weeks = zip(trend.labels[:WEEKS], trend.weeks_current, trend.weeks_prior_year, strict=True)
        months = zip(
            trend.labels[WEEKS:], trend.months_current, trend.months_prior_year, strict=True
        )
        periods = [
            (label, now, before, _shown(change(now, before, is_in_bps=is_in_bps), is_in_bps))
            for label, now, before in (*weeks, *months)
        ]
        totals = trend.box_totals
        box = [
            (words, totals[value], *(_shown(totals.get(key), is_in_bps) for key in keys))
            for words, value, *keys in _BOX
        ]
        _table(_PERIODS, periods)
        _table(_TOTALS, box)


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    print_table("", [dict(zip(columns, row, strict=True)) for row in rows], columns)


def _shown(value: float | None, is_in_bps: bool) -> str:  # noqa: FBT001  # private, one line each
    if value is None:
        return ""
    return f"{value:+,.0f} bps" if is_in_bps else f"{value:+,.1f} %"
