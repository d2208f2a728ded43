"""Sums by the organisation of the review date stand beside the ordinary ones (D-29)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.marts import facts_of_reps, facts_of_views
from tests.flows.builders import AS_OF, STAGES, TEAMS, company, views
from transforms.as_organised import as_organised, moved_reps, summed_metrics
from transforms.catalogue import CATALOGUE
from transforms.metrics import metric_values
from transforms.parameters import Parameters, ReviewWeek
from transforms.points import columns_needed
from transforms.tables import ENTITIES
from transforms.tables.facts import FACTS

WEEK = ReviewWeek("2026-W47", date(2026, 11, 16), AS_OF)
R3 = {"rep_id": "R3", "team": "华南一部", "region": "华南", "valid_from": date(2025, 1, 1)}


def line(number: int, rep: str, day: date, amount: str = "100", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    return {
        "order_id": f"O{number}",
        "line_number": 1,
        "ordered_on": day,
        "document_kind": "sale",
        "rep_id": rep,
        "account_id": "A",
        "quantity": Decimal(1),
        "net_amount": Decimal(amount),
        **more,
    }


def regrouped(lines: list[dict[str, Any]], teams: list[dict[str, Any]]) -> pl.DataFrame:
    """The sums of a company with these order lines, both ways."""
    connection = views(order_line=lines, assignment=teams)
    own = company(stages=STAGES)
    sales = {"sales_amount": CATALOGUE["sales_amount"]}
    columns = columns_needed(sales)
    facts: dict[str, pl.LazyFrame] = {name: FACTS[name].create_empty().lazy() for name in FACTS}
    facts |= facts_of_views(connection, own, AS_OF, list(columns))
    empty = ENTITIES["target"].create_empty()
    values, _ = metric_values(facts, empty, sales, Parameters(WEEK))
    assignments = pl.DataFrame(teams, schema=ENTITIES["assignment"].create_empty().schema)
    reps = moved_reps(assignments, min(values["period_start"]), AS_OF)
    is_moved = pl.col("rep").cast(pl.String).is_in(reps["rep_id"].implode())
    then = {name: facts[name].filter(is_moved) for name in columns}
    now = facts_of_reps(connection, own, AS_OF, columns, reps, is_regrouped=True)
    found = as_organised(then, now, values, sales)
    total = values.filter(pl.col("scope_kind") == "company")
    for kind in ("region", "team"):
        sums = (
            found.filter(pl.col("scope_kind") == kind)
            .group_by("period_kind")
            .agg(pl.col("value_then", "value_now").sum())
            .join(total, on="period_kind")
        )
        assert sums.filter(
            (pl.col("value_then") != pl.col("numerator"))
            | (pl.col("value_now") != pl.col("numerator"))
        ).is_empty()
    return found


def year(found: pl.DataFrame, kind: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = found.filter(pl.col("period_kind") == "ytd", pl.col("scope_kind") == kind)
    return {
        scope: (before, after)
        for scope, before, after in rows.select("scope", "value_then", "value_now").iter_rows()
        if before or after
    }


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [line(1, "R1", date(2026, 5, 4)), line(2, "R1", date(2026, 8, 4), "10")],
            {"华东一部": (Decimal(100), Decimal(0)), "华南一部": (Decimal(10), Decimal(110))},
            id="a transfer takes what it sold before with it",
        ),
        pytest.param(
            [line(1, "R2", date(2026, 2, 2))],
            {"华东一部": (Decimal(100), Decimal(0)), "未分配": (Decimal(0), Decimal(100))},
            id="who has no team today leaves what was sold to nobody",
        ),
        pytest.param(
            [line(1, "R3", date(2026, 2, 2))],
            {"华南一部": (Decimal(100), Decimal(100))},
            id="who never moved stays",
        ),
        pytest.param(
            [line(1, "R9", date(2026, 2, 2))],
            {"未分配": (Decimal(100), Decimal(100))},
            id="who was never assigned stays with nobody",
        ),
    ],
)
def test_d29_as_organised_today(
    lines: list[dict[str, Any]], expected: dict[str, tuple[Decimal, Decimal]]
) -> None:
    assert year(regrouped(lines, [*TEAMS, R3]), "team") == expected


def test_d29_only_sums_are_regrouped() -> None:
    summed = summed_metrics(CATALOGUE)
    assert {"sales_amount", "contract_amount", "cash_collected", "leads"} <= summed.keys()
    assert not {"win_rate", "new_customers", "output_per_head", "gross_margin"} & summed.keys()


@settings(max_examples=15, deadline=None)
@given(
    sold=st.lists(
        st.tuples(
            st.sampled_from(["R1", "R2", "R3", "R9"]),
            st.dates(date(2026, 1, 5), AS_OF),
            st.decimals("-999", "999", places=2),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_d29_both_views_add_up_to_the_company(sold: list[tuple[str, date, Decimal]]) -> None:
    lines = [
        line(number, rep, day, str(amount), document_kind="sale" if amount >= 0 else "return")
        for number, (rep, day, amount) in enumerate(sold)
    ]
    regrouped(lines, [*TEAMS, R3])
