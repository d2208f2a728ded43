"""One review: everything the packs and the finance file of a week are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from flows.company import Company
from flows.errors import UsageError
from flows.marts import read_facts
from flows.parameters import active_catalogue, review_parameters
from flows.warehouse import core_table, open_as_of, ops_table, reader
from transforms.calendar import latest_complete_week, review_week
from transforms.catalogue import Metric
from transforms.customers import dormant_accounts
from transforms.funnel import funnel_stages
from transforms.goals import goal_checks
from transforms.metrics import metric_values
from transforms.parameters import Parameters, ReviewWeek
from transforms.reconciliation import reconcile
from transforms.tables import ENTITIES
from transforms.tables.ops import OPS
from transforms.targets import target_progress
from transforms.why import explain


@dataclass(frozen=True)
class Review:
    """One week of one company, computed from the data as known at one instant."""

    week: ReviewWeek
    known_at: datetime
    parameters: Parameters
    catalogue: Mapping[str, Metric]
    tables: Mapping[str, pl.DataFrame]
    """Review tables by name; the result."""
    facts: Mapping[str, pl.LazyFrame]
    records: Mapping[str, pl.DataFrame]
    """Core tables as known at the instant, and the ops tables, by name."""


def build_review(company: Company, week: ReviewWeek, known_at: datetime) -> Review:
    """Compute the review of a week from the committed warehouse, as known at an instant."""
    settings = company.settings
    parameters = review_parameters(settings, week)
    catalogue = active_catalogue(company.metrics, parameters)
    with reader(company.committed) as connection:
        open_as_of(connection, known_at)
        facts = read_facts(connection, settings, known_at, week)
        records = {name: core_table(connection, name, known_at) for name in ENTITIES}
        records |= {name: ops_table(connection, name, known_at) for name in OPS}
    values, history = metric_values(facts, records["target"], catalogue, parameters)
    tables = {
        "metric_value": values,
        "metric_history": history,
        "target_progress": target_progress(facts, records["target"], catalogue, parameters),
        "funnel_stage": funnel_stages(facts, parameters),
        "dormant_account": dormant_accounts(facts, records["account"], week.ends_on),
        "goal_check": goal_checks(records["goal"], catalogue),
        "reconciliation": reconcile(facts, records["control_total"], catalogue, week.ends_on),
        **explain(values, history, facts, records, catalogue, parameters),
    }
    return Review(week, known_at, parameters, catalogue, tables, facts, records)


def named_week(company: Company, label: str) -> ReviewWeek:
    """Turn 2026-W47 into the week it means for a company; raises UsageError where it is none."""
    try:
        return review_week(label, company.settings.calendar.week_ends_on)
    except ValueError as error:
        message = f"{label!r} is not a week"
        raise UsageError(message, remedy="give it as 2026-W47") from error


def latest_week(company: Company, now: datetime) -> ReviewWeek:
    """The latest week that has ended by `now` and that the data reaches into.

    Raises UsageError where no dated fact has been loaded.
    """
    today = now.astimezone(company.settings.company.zone).date()
    newest = newest_day(company, today)
    if newest is None:
        message = "the company has no dated facts yet"
        raise UsageError(message, where=str(company.folder), remedy="fupan check")
    return latest_complete_week(newest, company.settings.calendar.week_ends_on)


def newest_day(company: Company, today: date) -> date | None:
    """The newest day before `today` on which anything happened; None where nothing did."""
    with reader(company.committed) as connection:
        latest = "9999-12-31"
        _ = latest
        return _newest(connection, today - timedelta(days=1))
