"""Weekly targets for the drivers of a sales target: given, or derived from history (D-2a)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.calendar import day_weights
from transforms.catalogue import Metric
from transforms.exact import fraction
from transforms.parameters import Calendar, Parameters
from transforms.reads import Columns
from transforms.scopes import COMPANY
from transforms.tables.plan import Target
from transforms.tables.plan_review import DriverPlan

FACTS_READ: Final[Columns] = {
    "sale": ("occurred_on", "document_kind", "account_id", "order_id", "net_amount")
}
"""Columns that `driver_plan` reads."""
KINDS: Final = (COMPANY, "region", "team")
"""Scope kinds whose drivers are planned."""

_OWNER: Final = ["metric", "scope_kind", "scope"]
_WEEK: Final = timedelta(days=6)
_MICROS: Final = Decimal("0.000001")
_SALES, _LEADS, _CONVERSION, _AOV, _NEW = (
    *("sales_amount", "leads", "lead_conversion", "aov"),
    "new_customers",
)


def targets_of_drivers(
    drivers: pl.DataFrame,
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    calendar: Calendar,
) -> pl.DataFrame:
    """Turn driver targets into targets (`Target`), one a week, for all that reads those.

    A whole week has the weekly value; a week that the window cuts, or the days left of it, have
    their share of its working days. The target of a ratio holds on every day. Where the plan has
    targets of the same metric and scope that reach into the window, those hold.
    """
    overlapping = drivers.join(targets.select(*_OWNER, "period_start", "period_end"), on=_OWNER)
    taken = overlapping.filter(
        pl.col("period_start_right") <= pl.col("period_end"),
        pl.col("period_end_right") >= pl.col("period_start"),
    )
    own = drivers.filter(pl.col("metric").is_in(list(catalogue))).join(
        taken, on=[*_OWNER, "period_start", "period_end"], how="anti"
    )
    rows = [
        {**{name: row[name] for name in (*_OWNER, "owner", "note")}, **window}
        for row in own.iter_rows(named=True)
        for window in _windows(row, catalogue[row["metric"]], calendar)
    ]
    schema = Target.create_empty().schema
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    return Target.validate(frame.sort(Target.primary_key()))


def _windows(
    row: Mapping[str, Any], metric: Metric, calendar: Calendar
) -> Iterator[dict[str, object]]:
    first, last, wanted = row["period_start"], row["period_end"], Fraction(row["weekly_value"])
    if metric.is_level:
        yield {"period_start": first, "period_end": last, "target_value": row["weekly_value"]}
        return
    ends = first + timedelta(days=(calendar.week_ends_on - first.isoweekday()) % 7)
    while ends - _WEEK <= last:
        starts = ends - _WEEK
        inside = max(starts, first), min(ends, last)
        share = _share(calendar, starts, ends, *inside)
        yield {
            "period_start": inside[0],
            "period_end": inside[1],
            "target_value": _number(wanted * share),
        }
        ends += timedelta(days=7)


def _share(calendar: Calendar, starts: date, ends: date, first: date, last: date) -> Fraction:
    """Share of a week's working days that lie in a part of it; of its days where it has none."""
    whole = day_weights(calendar, starts, ends)
    if not any(whole.values()):
        whole = dict.fromkeys(whole, Decimal(1))
    part = sum((Fraction(w) for day, w in whole.items() if first <= day <= last), Fraction(0))
    return part / sum(map(Fraction, whole.values()), Fraction(0))


def driver_plan(
    sales: pl.LazyFrame, values: pl.DataFrame, history: pl.DataFrame, parameters: Parameters
) -> pl.DataFrame:
    """What the reviewed week's sales target asks of its drivers (`DriverPlan`).

    Active customers × orders per customer × order value = sales due: the order value is the target
    of `aov` where there is one, else that of the 13 weeks before, like orders per customer; the
    customers are solved for. Leads × conversion = new customers due (without such a target the
    conversions of history, scaled as sales are): leads are given or solved for; where leads and new
    customers are both given, the conversion is solved for. `sales` is the fact, `values` are
    MetricValue and `history` MetricPoint rows. A scope without sales due, or without sales in those
    weeks, has no rows.
    """
    week = parameters.week
    weeks = parameters.noise.baseline_weeks
    since = week.starts_on - timedelta(days=7 * weeks)
    past = _sold(sales, since, week.starts_on - timedelta(days=1), week.starts_on)
    now = _sold(sales, week.starts_on, week.ends_on, week.starts_on)
    weekly = values.filter(pl.col("period_kind") == "week", pl.col("scope_kind").is_in(KINDS))
    known = {(r["scope_kind"], r["scope"], r["metric"]): r for r in weekly.iter_rows(named=True)}
    sides = _sides(history, since, week.starts_on)
    rows: list[dict[str, object]] = []
    for kind, scope, metric in sorted(known):
        due = known[kind, scope, metric]["due"]
        if metric != _SALES or not due or due <= 0 or (kind, scope) not in past:
            continue
        rows += [
            {"scope_kind": kind, "scope": scope, "position": place, **line}
            for place, line in enumerate(
                _lines(
                    Fraction(due),
                    past[kind, scope],
                    now.get((kind, scope)),
                    {
                        code: known.get((kind, scope, code))
                        for code in (_LEADS, _CONVERSION, _AOV, _NEW)
                    },
                    {code: sides.get((kind, scope, code)) for code in (_LEADS, _CONVERSION)},
                    weeks,
                ),
                start=1,
            )
        ]
    schema = DriverPlan.create_empty().schema
    return DriverPlan.validate(pl.DataFrame(rows, schema=schema, orient="row"))


_Sold = tuple[Fraction, Fraction, Fraction]
"""Customers of each week added up, their orders, net sales."""


def _lines(
    due: Fraction,
    past: _Sold,
    now: _Sold | None,
    current: Mapping[str, Mapping[str, Any] | None],
    sides: Mapping[str, tuple[Fraction, Fraction] | None],
    weeks: int,
) -> Iterator[dict[str, object]]:
    customers, orders, amount = past
    given_aov = _due(current[_AOV])
    aov = given_aov or amount / orders
    often = orders / customers
    yield _line("active_customers", due / often / aov, "solved", now[0] if now else None)
    yield _line("orders_per_customer", often, "history", _ratio(now, 1, 0))
    yield _line("aov", aov, "given" if given_aov else "history", _ratio(now, 2, 1))
    given_rate, made = _due(current[_CONVERSION]), sides[_CONVERSION]
    given_leads, wanted = _due(current[_LEADS]), _due(current[_NEW])
    rate, source = given_rate, "given"
    if rate is None and given_leads and wanted:
        rate, source = wanted / given_leads, "solved"
    if rate is None and made and made[1]:
        rate, source = made[0] / made[1], "history"
    if rate:
        if wanted is None and made:
            wanted = made[0] / weeks * due / (amount / weeks)
        leads = given_leads or (wanted / rate if wanted else None)
        if leads:
            yield _line(
                "leads", leads, "given" if given_leads else "solved", _value(current[_LEADS])
            )
        yield _line("lead_conversion", rate, source, _value(current[_CONVERSION]))


def _line(driver: str, value: Fraction, origin: str, actual: Fraction | None) -> dict[str, object]:
    return {
        "driver": driver,
        "value": _number(value),
        "origin": origin,
        "actual": None if actual is None else _number(actual),
    }


def _due(row: Mapping[str, Any] | None) -> Fraction | None:
    """The week's own target of a driver; None where it has none."""
    if row is None or row["target_state"] != "ok" or not row["due"]:
        return None
    return Fraction(row["due"])


def _value(row: Mapping[str, Any] | None) -> Fraction | None:
    if row is None or row["state"] not in {"ok", "zero"}:
        return None
    return fraction(row["numerator"], row["denominator"])


def _ratio(sold: _Sold | None, above: int, below: int) -> Fraction | None:
    return sold[above] / sold[below] if sold and sold[below] else None


def _sides(
    history: pl.DataFrame, since: date, until: date
) -> dict[tuple[str, str, str], tuple[Fraction, Fraction]]:
    """Numerators and denominators of the weeks before, added up."""
    rows = (
        history.filter(
            pl.col("metric").is_in([_LEADS, _CONVERSION]),
            pl.col("period_kind") == "week",
            pl.col("scope_kind").is_in(KINDS),
            pl.col("period_start").is_between(since, until, closed="left"),
        )
        .group_by("scope_kind", "scope", "metric")
        .agg(pl.col("numerator").sum(), pl.col("denominator").sum())
    )
    return {
        (kind, scope, metric): (Fraction(above), Fraction(below))
        for kind, scope, metric, above, below in rows.iter_rows()
    }


def _sold(
    sales: pl.LazyFrame, first: date, last: date, anchor: date
) -> dict[tuple[str, str], _Sold]:
    """Weekly customers added up, orders and net sales of each scope from one day to another."""
    week = ((pl.col("occurred_on") - pl.lit(anchor)).dt.total_days().floordiv(7)).alias("week")
    is_sale = pl.col("document_kind") == "sale"
    rows = sales.filter(pl.col("occurred_on").is_between(first, last)).with_columns(week)
    found: dict[tuple[str, str], _Sold] = {}
    for kind in KINDS:
        scope = (pl.lit(COMPANY) if kind == COMPANY else pl.col(kind)).alias("place")
        sums = (
            rows.group_by(scope, "week")
            .agg(
                pl.col("account_id").filter(is_sale).drop_nulls().n_unique().alias("customers"),
                pl.col("order_id").filter(is_sale).n_unique().alias("orders"),
                pl.col("net_amount").sum().alias("amount"),
            )
            .group_by("place")
            .agg(pl.col("customers", "orders", "amount").sum())
            .collect()
        )
        for place, customers, orders, amount in sums.iter_rows():
            if customers and orders and amount > 0:
                found[kind, place] = Fraction(customers), Fraction(orders), Fraction(amount)
    return found


def _number(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_MICROS, ROUND_HALF_UP)
