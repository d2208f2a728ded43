"""What the tables of a review read: what each declares beside its code, put together."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from flows.calibration import RECORDS_READ as CALIBRATION_RECORDS
from flows.plan_tables import FACTS_READ as PLAN_FACTS
from flows.plan_tables import RECORDS_READ as PLAN_RECORDS
from transforms.catalogue import Metric
from transforms.customers.tables import FACTS_READ as CUSTOMER_FACTS
from transforms.customers.tables import RECORDS_READ as CUSTOMER_RECORDS
from transforms.forecast.forecasts import facts_read as forecast_facts
from transforms.funnel import FACTS_READ as FUNNEL_FACTS
from transforms.high_value import FACTS_READ as ACTION_FACTS
from transforms.pipeline.win_rate import FACTS_READ as WIN_RATE_FACTS
from transforms.points import columns_needed
from transforms.reads import together
from transforms.reconciliation import facts_read as tied_facts
from transforms.staff import FACTS_READ as RAMP_FACTS
from transforms.views.inputs import RECORDS_SHOWN
from transforms.why.reads import RECORDS_READ as WHY_RECORDS
from transforms.why.reads import facts_read as case_facts

RECORDS: Final = tuple(
    sorted(
        {
            "action",
            "control_total",
            *CALIBRATION_RECORDS,
            *CUSTOMER_RECORDS,
            *PLAN_RECORDS,
            *WHY_RECORDS,
            *RECORDS_SHOWN,
        }
    )
)
"""Core tables that a review and its packs are made from."""


def facts_read(
    catalogue: Mapping[str, Metric], control_totals: pl.DataFrame
) -> dict[str, list[str]]:
    """Name the columns of each fact that the tables of a review are made from.

    Left out are metrics, customers and 5-Why cases, whose facts are read for themselves.
    `control_totals` are rows of `ControlTotal`.
    """
    return together(
        forecast_facts(catalogue),
        PLAN_FACTS,
        FUNNEL_FACTS,
        WIN_RATE_FACTS,
        RAMP_FACTS,
        ACTION_FACTS,
        tied_facts(control_totals, catalogue),
    )


def all_read(catalogue: Mapping[str, Metric], control_totals: pl.DataFrame) -> dict[str, list[str]]:
    """Name the columns of each fact that anything in a review is made from.

    `control_totals` are rows of `ControlTotal`.
    """
    return together(
        columns_needed(catalogue),
        CUSTOMER_FACTS,
        facts_read(catalogue, control_totals),
        case_facts(catalogue),
    )
