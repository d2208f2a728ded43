"""The forecast of month and quarter end for every additive amount, with its own back-test."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import dataframely as dy
import numpy as np
import polars as pl

from transforms.calendar import Unit
from transforms.catalogue import Metric
from transforms.forecast.backtest import (
    FEWEST,
    LEVEL,
    Tested,
    comparable,
    measured,
    reach,
    relative_errors,
)
from transforms.forecast.calendar import Days, FloatArray, Origin, origins
from transforms.forecast.deals import (
    DEALS_READ,
    Expected,
    deal_history,
    expected_from_deals,
)
from transforms.forecast.rules import RESTS, last_year, pooled, run_rate
from transforms.forecast.series import LONGEST, Scope, Series, by_day, series_of, without
from transforms.parameters import Parameters
from transforms.reads import of_measure, together
from transforms.tables.forecast import Forecast, ForecastTest

UNITS: Final[dict[str, Unit]] = {"mtd": "month", "qtd": "quarter"}
FED_BY_DEALS: Final = ("sales_amount", "contract_amount")
"""Amounts that won deals bring; of the others the run rate alone is forecast."""
PIPELINE, TREND, LAST_YEAR, RUN_RATE = RULES = ("pipeline", "trend", "last_year", "run_rate")
"""Two models, then the two naive rules that they are held against."""
MODELS: Final = (PIPELINE, TREND)
PARTS: Final = ("open_deals", "new_deals", "rest")
_DAY: Final = timedelta(days=1)


def facts_read(catalogue: Mapping[str, Metric]) -> dict[str, list[str]]:
    """Name the columns of each fact that the forecasts of a catalogue are made from."""
    sides = [metric.numerator for metric in catalogue.values() if _is_sum_of_money(metric)]
    return together(DEALS_READ, *map(of_measure, sides))


def forecasts(
    facts: Mapping[str, pl.LazyFrame], catalogue: Mapping[str, Metric], parameters: Parameters
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Forecast the end of the running month and quarter of company, regions and teams.

    Every sum of money of the catalogue is forecast from the facts up to the as-of date and no
    others. Four rules are tested at the same point of past periods (as many working days left);
    the one with the smallest error there makes the forecast. Returns `Forecast` rows, with a
    state where there is none, and `ForecastTest` rows.
    """
    as_of = parameters.week.ends_on
    days = Days(parameters.calendar, as_of - LONGEST, as_of)
    history = deal_history(facts, as_of)
    won = history.filter("is_won").unique("opportunity_id").rename({"closed_on": "occurred_on"})
    from_deals = series_of(won, as_of) if won.height else {}
    amounts = {
        code: by_day(facts[metric.numerator.fact], metric.numerator, as_of)
        for code, metric in catalogue.items()
        if _is_sum_of_money(metric)
    }
    found = {code: series_of(daily, as_of) for code, daily in amounts.items() if daily.height}
    rows: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for kind, unit in UNITS.items():
        fed = {code: found[code] for code in FED_BY_DEALS if code in found}
        points = _points(days, unit, parameters, fed.values())
        expected = expected_from_deals(history, days, points) if points else {}
        for code, series in found.items():
            setting = _Setting(code, kind, unit, parameters, days)
            deals = expected if code in fed else {}
            for row, tested in _of_period(setting, series, from_deals, deals):
                rows.append(row)
                tests += tested
    return _framed(Forecast, rows), _framed(ForecastTest, tests)


def _points(
    days: Days, unit: Unit, parameters: Parameters, found: Iterable[Mapping[Scope, Series]]
) -> list[Origin]:
    """The as-of date and the same point of every past period of some series.

    Empty where there are no series, or nothing is left of the period.
    """
    firsts = [series.first for scopes in found for series in scopes.values()]
    if not firsts:
        return []
    first_month = parameters.calendar.fiscal_year_starts_in
    points = origins(days, parameters.week.ends_on, unit, first_month, min(firsts))
    return [] if points[0].at == points[0].end else points


@dataclass(frozen=True)
class _Setting:
    """What is forecast: one metric in one kind of period."""

    metric: str
    kind: str
    unit: Unit
    parameters: Parameters
    days: Days

    @property
    def as_of(self) -> date:
        """The last day that is known."""
        return self.parameters.week.ends_on


def _is_sum_of_money(metric: Metric) -> bool:
    side = metric.numerator
    is_sum = side.how == "sum" and side.column is not None and not side.needs_period
    return metric.unit == "money" and is_sum and not metric.is_level and metric.rule == "measures"


def _framed(contract: type[dy.Schema], rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = contract.create_empty().schema
    full = [{name: row.get(name) for name in schema} for row in rows]
    frame: pl.DataFrame = contract.validate(pl.DataFrame(full, schema=schema, orient="row"))
    return frame.sort(contract.primary_key())


def _of_period(
    setting: _Setting,
    found: Mapping[Scope, Series],
    from_deals: Mapping[Scope, Series],
    expected: Mapping[Scope, Sequence[Expected | None]],
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Forecast each scope; `expected` may reach further back than the series of this metric."""
    points = _points(setting.days, setting.unit, setting.parameters, [found])
    for scope, series in found.items() if points else ():
        own = [point for point in points if point.start >= series.first or point is points[0]]
        deals = expected.get(scope, [])[: len(own)] or [None] * len(own)
        yield _one(setting, scope, series, from_deals.get(scope), own, deals)


def _one(
    setting: _Setting,
    scope: Scope,
    series: Series,
    won: Series | None,
    points: Sequence[Origin],
    deals: Sequence[Expected | None],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One scope: every rule at every origin, the test, and the forecast of the best."""
    days, now = setting.days, points[0]
    reached = _totals(series, points, whole=False)
    actual = _totals(series, points, whole=True)
    actual[0] = np.nan
    coming = np.array(
        [np.nan if each is None else each.open_deals + each.new_deals for each in deals]
    )
    is_fed = bool(np.isfinite(coming[0]))
    beside = without(series, won, setting.as_of) if is_fed else series
    rest = {PIPELINE: _rest(beside, days, points), TREND: _rest(series, days, points)}
    figures = {
        PIPELINE: reached + coming + rest[PIPELINE],
        TREND: reached + rest[TREND],
        LAST_YEAR: last_year(series, days, points),
        RUN_RATE: run_rate(series, days, points),
    }
    results = _tests(figures, actual)
    key = {
        "metric": setting.metric,
        "scope_kind": scope[0],
        "scope": scope[1],
        "period_kind": setting.kind,
    }
    row: dict[str, Any] = {
        **key,
        "period_start": now.start,
        "period_end": now.at,
        "full_end": now.end,
        "reached": _money(reached[0]),
        "periods": results[0].periods if results else len(points) - 1,
        "state": "too_few_cases",
    }
    if not results:
        return row, []
    best = min(results, key=_order)
    row |= _made(best.rule, figures[best.rule], rest, deals[0])
    row |= {"state": "ok", "is_better_than_naive": _beats(results)}
    if "forecast" not in row:
        row["forecast"] = sum((row.get(name) or Decimal(0) for name in PARTS), row["reached"])
    half = reach(relative_errors(figures[best.rule], actual)[1:])
    if half is not None:
        width = _money(abs(float(row["forecast"])) * half)
        row |= {"low": row["forecast"] - width, "high": row["forecast"] + width}
    tests = [
        {**key, **vars(each), "position": RULES.index(each.rule) + 1, "is_used": each is best}
        for each in results
    ]
    return row, tests


def _order(test: Tested) -> tuple[float, int]:
    return (np.inf if test.weighted_error is None else test.weighted_error, RULES.index(test.rule))


def _beats(results: Sequence[Tested]) -> bool:
    """Whether a model has a smaller error than every naive rule."""
    known = [each for each in results if each.weighted_error is not None]
    models = [_order(each)[0] for each in known if each.rule in MODELS]
    naive = [_order(each)[0] for each in known if each.rule not in MODELS]
    return bool(models) and all(min(models) < error for error in naive)


def _tests(figures: Mapping[str, FloatArray], actual: FloatArray) -> list[Tested]:
    """Test the rules that have a figure now, on the past periods that all of them have one for.

    Where those are fewer than four, last year's rule, which needs the longest history, is left
    out; where they still are, there is nothing to test on.
    """
    usable = {rule: values for rule, values in figures.items() if isfinite(values[0])}
    for left_out in ((), (LAST_YEAR,), (LAST_YEAR, PIPELINE)):
        kept = {rule: values for rule, values in usable.items() if rule not in left_out}
        if not set(kept) & set(MODELS):
            return []
        places = comparable(kept, actual)
        if len(places) >= FEWEST:
            return [measured(rule, values, actual, places) for rule, values in kept.items()]
    return []


def _made(
    rule: str,
    values: FloatArray,
    rest: Mapping[str, FloatArray],
    deals: Expected | None,
) -> dict[str, Any]:
    """What a rule says: a model its parts, which add up to the forecast; a naive one the whole."""
    said: dict[str, Any] = {"rule": rule, "level": float(LEVEL)}
    if rule not in MODELS:
        return {**said, "forecast": _money(values[0])}
    parts = {"rest": rest[rule][0]}
    if rule == PIPELINE and deals is not None:
        parts |= {"open_deals": deals.open_deals, "new_deals": deals.new_deals}
    return said | {name: _money(value) for name, value in parts.items()}


def _rest(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    brought = np.array([_or_nan(series.total(point.at, point.end)) for point in points])
    brought[0] = np.nan
    return pooled([rule(series, days, points) for rule in RESTS], brought)


def _totals(series: Series, points: Sequence[Origin], *, whole: bool) -> FloatArray:
    ends = [min(point.end, points[0].at) if whole else point.at for point in points]
    return np.array(
        [
            _or_nan(series.total(max(point.start, series.first) - _DAY, end))
            for point, end in zip(points, ends, strict=True)
        ]
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
