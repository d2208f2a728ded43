"""Forecasts of month and quarter with their back-test; the month's best rule is a naive one."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.frames import STARTS, WAN, WEEK, frame
from transforms.tables.review import REVIEW

_ENDS = {"mtd": date(2026, 11, 30), "qtd": date(2026, 12, 31)}
_QUARTER: dict[str, Any] = {
    "rule": "pipeline",
    "is_better_than_naive": True,
    "periods": 8,
    "reached": 5141,
    "open_deals": 2480,
    "new_deals": 310,
    "rest": 829,
    "forecast": 8760,
    "low": 8410,
    "high": 9110,
}
_MONTH: dict[str, Any] = {
    "rule": "run_rate",
    "is_better_than_naive": False,
    "periods": 22,
    "reached": 2166,
    "forecast": 2870,
    "low": 2710,
    "high": 3030,
}
_TESTS = {
    "qtd": (
        ("pipeline", 0.021, 0.022, 4, 4),
        ("trend", 0.034, 0.035, 3, 4),
        ("last_year", 0.092, 0.094, 4, 4),
        ("run_rate", 0.051, 0.049, 3, 4),
    ),
    "mtd": (
        ("trend", 0.044, 0.046, 14, 18),
        ("last_year", 0.118, 0.121, 15, 18),
        ("run_rate", 0.041, 0.042, 15, 18),
    ),
}


def forecast() -> dict[str, pl.DataFrame]:
    """The company's and that of 华东二部, a tenth of it."""
    rows, tests = [], []
    for kind, scope, part in (("company", "company", 1), ("team", "华东二部", 10)):
        for period, given in (("mtd", _MONTH), ("qtd", _QUARTER)):
            key = {
                "metric": "sales_amount",
                "scope_kind": kind,
                "scope": scope,
                "period_kind": period,
            }
            amounts = {
                name: Decimal(value * WAN) / part if name not in {"rule", "periods"} else value
                for name, value in given.items()
                if not isinstance(value, bool | str)
            }
            rows.append(
                {
                    **key,
                    **given,
                    **amounts,
                    "period_start": STARTS[period],
                    "period_end": WEEK.ends_on,
                    "full_end": _ENDS[period],
                    "state": "ok",
                    "level": 0.8,
                }
            )
            tests += [
                {
                    **key,
                    "rule": rule,
                    "position": place,
                    "is_used": rule == given["rule"],
                    "periods": given["periods"],
                    "weighted_error": weighted_error,
                    "mean_error": mean_error,
                    "covered": covered,
                    "intervals": intervals,
                }
                for place, (rule, weighted_error, mean_error, covered, intervals) in enumerate(
                    _TESTS[period], 1
                )
            ]
    return {
        "forecast": frame(REVIEW["forecast"], rows),
        "forecast_test": frame(REVIEW["forecast_test"], tests),
    }
