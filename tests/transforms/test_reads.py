"""Every table of rows is made from the columns that it declares, its scopes enumerated."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.transforms.builders import WEEK, facts
from tests.transforms.customers.builders import record
from transforms import (
    driver_targets,
    forecast,
    funnel,
    high_value,
    reconciliation,
    seasonality,
    staff,
    term_dues,
)
from transforms.catalogue import CATALOGUE
from transforms.customers import tables as customers
from transforms.customers.rules import CustomerRules
from transforms.daily_targets import daily_targets
from transforms.forecast.forecasts import facts_read as forecast_facts
from transforms.incentives import rewards
from transforms.parameters import Actions, Calendar, Parameters, Stage
from transforms.pipeline import win_rate
from transforms.reads import Columns
from transforms.scopes import SCOPE_COLUMNS
from transforms.tables import ENTITIES
from transforms.tables.facts import FACTS
from transforms.tables.review import MetricPoint, MetricValue

Facts = Mapping[str, pl.LazyFrame]
Row = dict[str, Any]

AS_OF: Final = WEEK.ends_on
STAGES: Final = (Stage("谈判", position=1), Stage("成交", "won", 2))
PARAMETERS: Final = Parameters(WEEK, stages=STAGES, actions=Actions(weeks=110, minimum_cases=3))
UNDER_CONTRACT: Final = replace(PARAMETERS, customers=CustomerRules(lifetime_model="contracts"))
DAYS: Final = [AS_OF - timedelta(days=back) for back in range(0, 800, 4)]


def company() -> dict[str, pl.LazyFrame]:
    """Two teams over two years: sales, contracts, leads, visits, proposals and deals."""
    rows: dict[str, list[Row]] = {}
    for number, day in enumerate(DAYS):
        who = {
            "occurred_on": day,
            "region": ("华东", "华南")[number % 2],
            "team": ("一部", "二部")[number % 2],
            "rep": f"R{number % 6}",
            "channel": ("直销", "展会")[number % 3 % 2],
            "product_line": "检测",
            "account_id": f"K{number % 9}" if number % 10 else None,
        }
        deal = {"opportunity_id": f"O{number}", "segment": "大客户", "amount": Decimal(number)}
        money = Decimal(100 + number % 7)
        added: dict[str, Row] = {
            "sale": {"net_amount": money, "margin_amount": money / 4, "quantity": Decimal(1)},
            "signed_contract": {"amount": money},
            "spend": {"amount": money},
            "cash_receipt": {"amount": money},
            "lead_created": {"is_referral": number % 2 == 0, "converted_on": day},
            "visit": {"is_effective": number % 3 > 0, "is_discovery": True}
            | {"answered_questions": number % 4},
            "proposal_submitted": {"segment": "大客户", "is_complete": number % 4 > 0},
            "deal_opened": deal,
            "deal_closed": {**deal, "is_won": number % 5 > 0},
            "stage_exit": {"opportunity_id": f"O{number}", "is_forward": number % 3 > 0}
            | {"stage": "谈判", "stage_days": number % 20},
        }
        for fact, row in added.items():
            rows.setdefault(fact, []).append(who | row)
        held = {**deal, "opportunity_id": f"N{number}", "stage": "谈判"}
        standing = {"stage_entered_on": day, "stage_days": 5, "allowed_days": 4}
        rows.setdefault("open_deal", []).append(
            {**who, **held, **standing, "occurred_on": AS_OF, "weighted_amount": Decimal(number)}
        )
    return facts(**rows)


def declared_alone(whole: Facts, columns: Columns) -> dict[str, pl.LazyFrame]:
    """The facts that are declared, with the columns declared; each scope a value of its own type.

    The names are those of all facts, as the warehouse enumerates them.
    """
    every = {
        name
        for frame in whole.values()
        for column in frame.select(SCOPE_COLUMNS).collect().iter_columns()
        for name in column
    }
    names = pl.Enum(sorted(every))
    return {
        fact: whole[fact].select(
            *dict.fromkeys([name for name in own if name not in SCOPE_COLUMNS]),
            *(pl.col(scope).cast(names) for scope in SCOPE_COLUMNS),
        )
        for fact, own in columns.items()
    }


def records() -> dict[str, pl.DataFrame]:
    rep = {"rep_name": "甲", "team": "一部", "region": "华东", "valid_from": date(2020, 1, 1)}
    joined = [date(2019, 1, 1), date(2026, 3, 2)]
    people = [{**rep, "rep_id": f"R{at}", "joined_on": joined[at > 0]} for at in (0, 2)]
    terms = {"term_id": "T", "value": Decimal("0.05"), "valid_from": date(2020, 1, 1)}
    rows: dict[str, list[Row]] = {
        "assignment": people,
        "commercial_term": [
            {**terms, "kind": "rebate", "channel": "直销"},
            {**terms, "term_id": "F", "kind": "referral_fee", "description": "x"},
        ],
        "control_total": [
            {"metric": metric, "scope_kind": kind, "scope": scope, "amount": Decimal(1)}
            | {"period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31)}
            for metric in ("sales_amount", "cash_collected")
            for kind, scope in (("company", "company"), ("team", "一部"))
        ],
        "target": [
            {"metric": "sales_amount", "scope_kind": "channel", "scope": "直销"}
            | {"period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31)}
            | {"target_value": Decimal(1000), "owner": "x"}
        ],
    }
    return {name: record(name, rows.get(name, [])) for name in ENTITIES}


def of_customers(given: Facts) -> dict[str, pl.DataFrame]:
    found = customers.customer_tables(given, [given["open_deal"]], records(), PARAMETERS)
    again = customers.customer_tables(given, [given["open_deal"]], records(), UNDER_CONTRACT)
    return found | {f"{name} under contract": table for name, table in again.items()}


def of_forecasts(given: Facts) -> dict[str, pl.DataFrame]:
    rows, tests = forecast.forecasts(given, CATALOGUE, PARAMETERS)
    return {"forecast": rows, "test": tests}


def of_drivers(given: Facts) -> dict[str, pl.DataFrame]:
    schema = MetricValue.create_empty().schema
    due: Row = {"metric": "sales_amount", "scope_kind": "company", "scope": "company"}
    due |= {"period_kind": "week", "due": Decimal(100), "target_state": "ok", "state": "ok"}
    values = pl.DataFrame([{name: due.get(name) for name in schema}], schema=schema)
    past = MetricPoint.create_empty()
    return {"": driver_targets.driver_plan(given["sale"], values, past, PARAMETERS)}


def of_terms(given: Facts) -> dict[str, pl.DataFrame]:
    known = records()
    daily = daily_targets(known["target"], CATALOGUE, Calendar()).daily
    # without contracts the first order counts
    none = {"signed_contract": given["signed_contract"].clear()}
    return {
        "": term_dues.term_dues(given, daily, known, PARAMETERS),
        "orders": term_dues.term_dues({**given, **none}, daily, known, PARAMETERS),
    }


def of_totals(given: Facts) -> dict[str, pl.DataFrame]:
    totals = records()["control_total"]
    return {"": reconciliation.reconcile(given, totals, CATALOGUE, AS_OF)}


def of_season(given: Facts) -> dict[str, pl.DataFrame]:
    found = seasonality.month_weights(given["sale"], Calendar(), AS_OF)
    return {"": pl.DataFrame({"weight": list(found or ())})}


def of_first_deals(given: Facts) -> dict[str, pl.DataFrame]:
    none = {"deal_closed": given["deal_closed"].clear()}
    pairs = [rewards.first_deals(given), rewards.first_deals({**given, **none})]
    return {
        str(number): pl.DataFrame(sorted(found.items()), orient="row")
        for number, found in enumerate(pairs)
    }


CASES: Final[list[Any]] = [
    pytest.param(customers.FACTS_READ, of_customers, id="customers"),
    pytest.param(forecast_facts(CATALOGUE), of_forecasts, id="forecasts"),
    pytest.param(driver_targets.FACTS_READ, of_drivers, id="driver plan"),
    pytest.param(term_dues.FACTS_READ, of_terms, id="terms"),
    pytest.param(
        funnel.FACTS_READ, lambda given: {"": funnel.funnel_stages(given, PARAMETERS)}, id="funnel"
    ),
    pytest.param(
        win_rate.FACTS_READ, lambda given: {"": win_rate.win_rates(given, AS_OF)}, id="win rates"
    ),
    pytest.param(
        reconciliation.facts_read(records()["control_total"], CATALOGUE),
        of_totals,
        id="control totals",
    ),
    pytest.param(
        staff.FACTS_READ,
        lambda given: {"": staff.new_hire_ramp(given, records()["assignment"], AS_OF)},
        id="new hires",
    ),
    pytest.param(
        high_value.FACTS_READ,
        lambda given: {"": high_value.high_value_actions(given, PARAMETERS)},
        id="actions",
    ),
    pytest.param(seasonality.FACTS_READ, of_season, id="season"),
    pytest.param(rewards.FACTS_READ, of_first_deals, id="first deals"),
]


@pytest.mark.parametrize(("columns", "tables"), CASES)
def test_a_table_is_made_from_the_columns_it_declares(
    columns: Columns, tables: Callable[[Facts], dict[str, pl.DataFrame]]
) -> None:
    whole = company()
    wanted, found = tables(whole), tables(declared_alone(whole, columns))
    for name, table in wanted.items():
        assert table.height > 0 or name.split()[0] in EMPTY, name
        assert_frame_equal(found[name], table)


EMPTY: Final = frozenset({"customer_health", "win_back", "churn_reason", "dormant_account"})
"""Tables of customers that need more than this company records."""


@pytest.mark.parametrize(("columns", "tables"), CASES)
def test_no_column_is_declared_that_a_table_does_without(
    columns: Columns, tables: Callable[[Facts], dict[str, pl.DataFrame]]
) -> None:
    given = declared_alone(company(), columns)
    for fact, own in columns.items():
        for name in own:
            fewer = given | {fact: given[fact].drop(name)}
            with pytest.raises((pl.exceptions.ColumnNotFoundError, TypeError), match=name):
                tables(fewer)


def test_only_columns_of_facts_are_declared() -> None:
    for case in CASES:
        for fact, columns in case.values[0].items():
            assert set(columns) <= set(FACTS[fact].column_names())
