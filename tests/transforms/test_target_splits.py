"""A target is split over its parts by a rule of the plan, exactly (D-2, D-3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import facts
from transforms.catalogue import CATALOGUE
from transforms.plan_structure import plan_flaws
from transforms.split_shares import splits_last_year, values_last_year, with_derived
from transforms.tables import ENTITIES
from transforms.target_splits import Splits, split_targets

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
AS_OF = date(2026, 11, 22)
SOLD = {"华东": 300, "华南": 200, "华北": 100}
"""Of the quarter a year before."""


def table(entity: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    contract = ENTITIES[entity]
    schema = contract.create_empty().schema
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    return contract.validate(frame)


def target(scope_kind: str, scope: str, value: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    return {
        "metric": "sales_amount",
        "scope_kind": scope_kind,
        "scope": scope,
        "period_start": FIRST,
        "period_end": LAST,
        "target_value": Decimal(value),
        **more,
    }


def split(
    kind: str, rule: str = "last_year", part: str = "all", weight: int | None = None
) -> dict[str, Any]:
    given_weight = None if weight is None else Decimal(weight)
    return {
        "target_id": "Q4",
        "part_kind": kind,
        "part": part,
        "rule": rule,
        "weight": given_weight,
    }


def person(rep: str, team: str, region: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    return {"rep_id": rep, "team": team, "region": region, "valid_from": date(2024, 1, 1), **more}


PEOPLE = [
    person("E1", "华东一部", "华东"),
    person("E2", "华东一部", "华东"),
    person("E3", "华东二部", "华东"),
    person("E4", "华南一部", "华南"),
    person("E5", "华北一部", "华北", valid_to=date(2026, 6, 30)),
]
SALES = [
    {"region": region, "occurred_on": date(2025, 10, 2), "net_amount": Decimal(amount)}
    for region, amount in SOLD.items()
]


def done(
    targets: list[dict[str, Any]],
    splits: list[dict[str, Any]],
    people: list[dict[str, Any]] | None = None,
    sales: list[dict[str, Any]] = SALES,
) -> Splits:
    plan, rules = table("target", targets), table("target_split", splits)
    windows = splits_last_year(plan, rules, CATALOGUE)
    shares = values_last_year(facts(sale=sales), windows, CATALOGUE, AS_OF)
    return split_targets(plan, rules, shares, table("assignment", people or []), CATALOGUE)


def values(found: Splits, kind: str) -> dict[str, int]:
    rows = found.derived.filter(pl.col("scope_kind") == kind)
    return {scope: int(value) for scope, value in rows.select("scope", "target_value").iter_rows()}


COMPANY = target("company", "company", "1000", target_id="Q4")


def test_d2_last_years_share_largest_remainder_sums_exactly() -> None:
    found = done([COMPANY], [split("region")])
    assert values(found, "region") == {"华东": 500, "华南": 333, "华北": 167}
    assert found.unsplit.is_empty()
    assert found.derived["rule"].unique().to_list() == ["last_year"]


def test_d3_a_part_set_by_hand_stays_and_the_rest_is_split() -> None:
    found = done([COMPANY, target("region", "华东", "400")], [split("region")])
    assert values(found, "region") == {"华南": 400, "华北": 200}


def test_d3_given_weights() -> None:
    rules = [
        split("channel", "weights", part, weight)
        for part, weight in (("直销", 5), ("经销", 3), ("线上", 2))
    ]
    assert values(done([COMPANY], rules), "channel") == {"直销": 500, "经销": 300, "线上": 200}


def test_d3_heads_of_the_windows_first_day_and_levels_within_one_another() -> None:
    rules = [split("rep", "heads"), split("team", "heads"), split("region", "heads")]
    found = done([COMPANY], rules, PEOPLE)
    assert values(found, "region") == {"华东": 750, "华南": 250}
    assert values(found, "team") == {"华东一部": 500, "华东二部": 250, "华南一部": 250}
    assert values(found, "rep") == {"E1": 250, "E2": 250, "E3": 250, "E4": 250}


def test_d3_teams_share_the_target_that_their_region_was_given() -> None:
    targets = [COMPANY, target("region", "华东", "900"), target("region", "华南", "100")]
    found = done(targets, [split("team", "heads")], PEOPLE)
    assert values(found, "team") == {"华东一部": 600, "华东二部": 300, "华南一部": 100}
    assert found.derived["parent_scope"].unique().sort().to_list() == ["华东", "华南"]


@pytest.mark.parametrize(
    ("targets", "rule", "flaw"),
    [
        pytest.param(
            [COMPANY], split("channel"), "undecomposed", id="nothing sold last year there"
        ),
        pytest.param(
            [COMPANY], split("channel", "heads"), "split_impossible", id="channels have no heads"
        ),
        pytest.param(
            [{**COMPANY, "metric": "win_rate"}], split("region"), "split_impossible", id="a rate"
        ),
        pytest.param(
            [target("region", "华东", "1", target_id="Q4")],
            split("channel"),
            "split_impossible",
            id="a channel is no part of a region",
        ),
        pytest.param(
            [COMPANY], split("team", "heads", "幽灵部"), "split_impossible", id="unknown team"
        ),
    ],
)
def test_d2_what_cannot_be_split_stays_and_is_said(
    targets: list[dict[str, Any]], rule: dict[str, Any], flaw: str
) -> None:
    found = done(targets, [rule], PEOPLE)
    assert found.derived.is_empty()
    assert flaw in found.unsplit["flaw"].to_list()
    listed = plan_flaws(
        table("target", targets),
        CATALOGUE,
        table("assignment", PEOPLE),
        ENTITIES["budget"].create_empty(),
        found.unsplit,
    )
    assert listed.filter(pl.col("flaw") == flaw).height == 1


def test_d2_without_history_a_whole_target_stays_undecomposed() -> None:
    found = done([COMPANY], [split("region")], sales=[])
    row = found.unsplit.row(0, named=True)
    assert (row["flaw"], row["amount"]) == ("undecomposed", Decimal(1000))


def test_a_split_that_exceeds_is_left_to_the_check_of_the_plan() -> None:
    found = done([COMPANY, target("region", "华东", "1200")], [split("region")])
    assert found.derived.is_empty()


def test_weights_need_a_part_each() -> None:
    with pytest.raises(Exception, match="weights_name_their_parts"):
        table("target_split", [split("region", "weights")])


@settings(max_examples=60, deadline=None)
@given(
    whole=st.decimals("0.01", "999999999", places=2),
    by_hand=st.dictionaries(st.sampled_from([*SOLD]), st.integers(1, 9999), max_size=2),
    sold=st.dictionaries(
        st.sampled_from([*SOLD, "西部"]), st.decimals("0", "99999", places=2), min_size=1
    ),
)
def test_d2_parts_by_hand_and_derived_add_up_or_the_rest_is_said(
    whole: Decimal, by_hand: dict[str, int], sold: dict[str, Decimal]
) -> None:
    targets = [target("company", "company", str(whole), target_id="Q4")]
    targets += [target("region", name, str(value)) for name, value in by_hand.items()]
    sales = [
        {"region": name, "occurred_on": date(2025, 10, 2), "net_amount": amount}
        for name, amount in sold.items()
    ]
    found = done(targets, [split("region")], sales=sales)
    parts = with_derived(table("target", targets), found.derived).filter(
        pl.col("scope_kind") == "region"
    )
    rest = whole - sum(parts["target_value"].to_list(), Decimal(0))
    assert rest == 0 or rest < 0 or found.unsplit.height == 1
    assert all(value >= 0 for value in found.derived["target_value"].to_list())
