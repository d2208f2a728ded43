"""What the statements of `sql/marts/` are rendered and run with, apart from the core tables."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import duckdb
import polars as pl

from flows.settings import CompanySettings
from flows.sql import Identifier, statement
from flows.working_days import calendar_parameters
from transforms.calendar import is_workday
from transforms.parameters import ReviewWeek


class _Split(NamedTuple):
    """How the credit for a fact is split: by which document, and its amounts with their scale."""

    document_kind: str
    document: str
    amounts: dict[str, int]


_SALE: Final = {"net_amount": 4, "cost_amount": 4, "margin_amount": 4, "quantity": 6}
_SPLITS: Final = {
    "sale": _Split("order", "order_id", _SALE),
    "sale_from_won_opportunity": _Split("opportunity", "order_id", _SALE),
    "signed_contract": _Split("contract", "contract_id", {"amount": 4}),
    "signed_contract_from_won_opportunity": _Split("opportunity", "contract_id", {"amount": 4}),
    "cash_receipt": _Split("payment", "payment_id", {"amount": 4}),
    "deal_credit": _Split("opportunity", "opportunity_id", {"amount": 4}),
}
"""File of `sql/marts/` to its split; counts are never split: a deal of two reps is one deal."""

_GIVES_TEAM: Final = ("head", "feed_row")
_KNOWS_ACCOUNT: Final = ("sale",)
"""Files of `sql/marts/` that look accounts up themselves."""


def query_terms(
    connection: duckdb.DuckDBPyConnection, fact: str, settings: CompanySettings
) -> dict[str, Identifier]:
    """Name the files and columns that the statement of a fact is rendered with."""
    sales = _origin("sale", settings.sales.sales_from)
    files = {
        "sale": sales,
        "signed_contract": _origin("signed_contract", settings.sales.contracts_from),
    }
    file = files.get(fact, fact)
    terms: dict[str, Any] = {
        "fact": file,
        "sales": sales,
        "purchases": f"purchase_of_{settings.sales.sales_from}",
        "gives_team": fact in _GIVES_TEAM,
        "knows_account": file in _KNOWS_ACCOUNT,
        "amounts": {},
    }
    split = _SPLITS.get(file)
    if split is not None and _any(connection, "credit_split"):
        terms |= split._asdict()
    return terms


def given_tables(
    connection: duckdb.DuckDBPyConnection, settings: CompanySettings, as_of: date
) -> dict[str, pl.DataFrame]:
    """Give the settings and the working days that the statements read as tables."""
    return {
        "mart_setting": pl.DataFrame({"lost_months": [settings.customers.lost_months]}),
        "working_day": _working_days(connection, settings, as_of),
    }


def _working_days(
    connection: duckdb.DuckDBPyConnection, settings: CompanySettings, as_of: date
) -> pl.DataFrame:
    """Working days of reports and budgets, each with the instant that its report is due."""
    schema = pl.Schema({"working_on": pl.Date(), "due_at": pl.Datetime("us")})
    first, last = connection.execute(statement("marts", "working_span")).fetchall()[0]
    if first is None:
        return pl.DataFrame(schema=schema)
    calendar = calendar_parameters(settings.calendar, ReviewWeek("", as_of, as_of))
    end = max(as_of, last) if last else as_of
    days = (first + timedelta(days=number) for number in range((end - first).days + 1))
    zone, hour = settings.company.zone, settings.review.report_due_at
    rows = [
        (day, datetime.combine(day, hour, zone).astimezone(UTC).replace(tzinfo=None))
        for day in days
        if is_workday(day, calendar)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _origin(fact: str, origin: str) -> str:
    return f"{fact}_from_won_opportunity" if origin == "won_opportunity" else fact


def _any(connection: duckdb.DuckDBPyConnection, entity: str) -> bool:
    query = statement("marts", "has_rows", entity=entity)
    return bool(connection.execute(query).fetchall())
