"""Control totals tie to the warehouse."""

from datetime import date
from decimal import Decimal

import polars as pl

from transforms.catalogue import CATALOGUE
from transforms.reconciliation import reconcile
from transforms.tables.erp import ControlTotal


def _sales(*rows: tuple[date, str, str]) -> pl.LazyFrame:
    return pl.LazyFrame(
        [{"occurred_on": day, "team": team, "net_amount": Decimal(v)} for day, team, v in rows],
        schema={"occurred_on": pl.Date, "team": pl.String, "net_amount": pl.Decimal(18, 4)},
    )


def _total(kind: str, scope: str, amount: str, end: date) -> dict[str, object]:
    return {
        "metric": "sales_amount",
        "scope_kind": kind,
        "scope": scope,
        "period_start": date(2026, 11, 9),
        "period_end": end,
        "amount": Decimal(amount),
    }


def test_totals_are_compared_per_scope_and_only_when_ended() -> None:
    facts = {
        "sale": _sales(
            (date(2026, 11, 9), "A", "10.00"),
            (date(2026, 11, 15), "B", "5.50"),
            (date(2026, 11, 16), "B", "99.00"),
        )
    }
    week_end = date(2026, 11, 15)
    totals = pl.DataFrame(
        [
            _total("company", "company", "15.50", week_end),
            _total("team", "B", "5.60", week_end),
            _total("team", "C", "0", week_end),
            _total("company", "company", "999", date(2026, 11, 30)),
        ],
        schema=ControlTotal.create_empty().schema,
    )
    result = reconcile(facts, totals, CATALOGUE, week_end)
    assert result.select("scope", "warehouse_amount", "difference").rows() == [
        ("B", Decimal("5.5"), Decimal("-0.1")),
        ("company", Decimal("15.5"), Decimal(0)),
        ("C", Decimal(0), Decimal(0)),
    ]


def test_no_control_totals_give_an_empty_table() -> None:
    empty = ControlTotal.create_empty()
    assert reconcile({"sale": _sales()}, empty, CATALOGUE, date(2026, 11, 15)).is_empty()
