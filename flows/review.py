"""One review: everything the packs and the finance file of a week are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from flows.calibration import RECORDS_READ as CALIBRATED
from flows.calibration import assumptions, calibrate, grounds
from flows.company import Company
from flows.errors import UsageError
from flows.feeds import feeds_of
from flows.parameters import active_catalogue, in_season, review_parameters
from flows.pipeline import Pipeline, read_pipeline
from flows.plan_tables import (
    all_targets,
    plan_tables,
    reached_points,
    read_plan,
    with_split_targets,
)
from flows.quality import quality_records
from flows.records import read_records
from flows.regrouping import sums_as_organised
from flows.review_facts import ReviewFacts, review_facts
from flows.review_reads import RECORDS, all_read, facts_read
from flows.sql import statement
from flows.warehouse import open_as_of, readers_copy
from flows.worksheet.reading import read_answers, threads_before
from transforms.calendar import latest_complete_week, review_week, week_ending
from transforms.calibration import Ground
from transforms.catalogue import Metric, catalogue_for
from transforms.customers.tables import FACTS_READ as OF_CUSTOMERS
from transforms.customers.tables import customer_tables, valued_customers
from transforms.customers.valued import customer_value
from transforms.forecast import forecasts
from transforms.funnel import funnel_stages
from transforms.high_value import high_value_actions
from transforms.metrics import metric_values, scopes_of, seen_since, value_periods
from transforms.parameters import Parameters, ReviewWeek
from transforms.pipeline import pipeline_bridge, win_rates
from transforms.proposals.tables import proposals
from transforms.reconciliation import reconcile
from transforms.relations import process_checks, process_results
from transforms.seasonality import FACTS_READ as OF_SEASON
from transforms.staff import new_hire_ramp, training_gaps
from transforms.why import explain
from transforms.why.act import act_tables, placed_answers
from transforms.why.reads import RECORDS_READ
from transforms.why.reads import facts_read as read_by_cases

_PLANNED: Final = ("target", "driver_target", "target_split", "assignment")
"""What the targets of a week come from."""


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
    """Core tables as known at the instant, the ops tables and the quality facts, by name."""


def build_review(company: Company, week: ReviewWeek, known_at: datetime) -> Review:
    """Compute the review of a week from the committed warehouse, as known at an instant."""
    given = review_parameters(company.settings, company.metrics, week)
    catalogue = catalogue_of(company, given)
    threads = threads_before(company, week)
    with review_facts(company, week, known_at) as facts:
        records, pipeline = _inputs(facts)
        facts.read_ahead(all_read(catalogue, records["control_total"]))
        measured = facts.measured(catalogue, value_periods(given), seen_since(given))
        parameters = in_season(given, company.settings, measured)
        records |= with_split_targets(facts, records, catalogue)
        records |= quality_records(company, records, week, known_at)
        if threads is not None:
            records["case_thread_before"] = threads
        records["case_answer"] = placed_answers(records.pop("answer_read"), threads, parameters)
        customers = _customers(facts, records, parameters)
        facts.modelled["customer_value"] = _valued(customers["customer_profile"], records, week)
        measured |= facts.modelled
        planned = all_targets(records, catalogue, parameters)
        values, history = metric_values(measured, planned, catalogue, parameters)
        del measured
        ground = grounds(facts, records, catalogue, parameters)
        assumed = assumptions(company.settings, records)
        assigned = records["assignment"]
        tables = {
            "metric_value": values,
            "metric_history": history,
            **customers,
            **calibrate(ground, records, assumed, parameters),
            "as_organised": sums_as_organised(facts, assigned, values, catalogue),
            "pipeline_bridge": pipeline_bridge(pipeline.openings, pipeline.closing, week.ends_on),
            "process_result": process_results(history, catalogue, parameters),
            "process_check": process_checks(history, parameters),
            "training_gap": training_gaps(values, assigned, week.ends_on),
        }
        tables |= _of_rows(facts, tables, records, catalogue, parameters)
        shown = facts.shown() | facts.modelled
        explained = facts.in_columns(read_by_cases(catalogue)) | facts.feeds() | shown
        tables |= explain(values, history, explained, records, catalogue, parameters)
    tables |= act_tables(tables, records, threads, parameters)
    tables |= proposals(tables, catalogue, parameters)
    return Review(week, known_at, parameters, catalogue, tables, shown, records)


def week_metrics(company: Company, week: ReviewWeek, known_at: datetime) -> pl.DataFrame:
    """Compute the metric values of a week alone; returns MetricValue rows.

    `ltv` is left out: its model looks at every purchase of every customer (`week_ltv`).
    """
    return _week_values(company, week, known_at, keeps_history=False)[0]


def week_ltv(
    company: Company, week: ReviewWeek, known_at: datetime, others: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute the values of `ltv` of a week (D-14), which `week_metrics` leaves out.

    `others` are the values of the other metrics: each of their scopes that customers are told apart
    by has a value or says why there is none.
    Returns MetricValue rows, none where the model refuses, and the model's LifetimeModel row,
    none where the company asks for no model.
    """
    parameters = review_parameters(company.settings, company.metrics, week)
    known = catalogue_of(company, parameters)
    catalogue = {code: metric for code, metric in known.items() if code == "ltv"}
    with review_facts(company, week, known_at) as facts:
        rows = facts.in_columns(OF_CUSTOMERS)
        records = read_records(facts.connection, known_at, ("target", "assignment", "account"))
    parameters = in_season(parameters, company.settings, rows)
    worth = valued_customers(rows, records, parameters)
    rows["customer_value"] = _valued(worth.values, records, week)
    targets = records["target"].filter(pl.col("metric").is_in([*catalogue]))
    values, _ = metric_values(rows, targets, catalogue, parameters, also=scopes_of(others))
    return values, worth.model


def week_cases(
    company: Company,
    week: ReviewWeek,
    known_at: datetime,
    values: pl.DataFrame,
    history: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Explain the deviations of a week whose values and history are known (`week_values`).

    Returns the tables of `transforms.why.explain`; of facts and records only what it looks at is
    read, anew.
    """
    parameters = review_parameters(company.settings, company.metrics, week)
    catalogue = catalogue_of(company, parameters)
    with review_facts(company, week, known_at) as facts:
        records = read_records(facts.connection, known_at, RECORDS_READ)
        explained = facts.in_columns(read_by_cases(catalogue)) | facts.feeds()
    return explain(values, history, explained, records, catalogue, parameters)


def week_values(
    company: Company, week: ReviewWeek, known_at: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute the values of a week and the history behind them (`transforms.metrics`)."""
    return _week_values(company, week, known_at, keeps_history=True)


def _week_values(
    company: Company, week: ReviewWeek, known_at: datetime, *, keeps_history: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    parameters = review_parameters(company.settings, company.metrics, week)
    catalogue = catalogue_of(company, parameters)
    periods = value_periods(parameters, keeps_history=keeps_history)
    with review_facts(company, week, known_at) as facts:
        measured = facts.measured(catalogue, periods, seen_since(parameters))
        records = read_records(facts.connection, known_at, _PLANNED)
        records |= with_split_targets(facts, records, catalogue)
    parameters = in_season(parameters, company.settings, measured)
    planned = all_targets(records, catalogue, parameters)
    return metric_values(measured, planned, catalogue, parameters, keeps_history=keeps_history)


def _valued(
    profile: pl.DataFrame, records: Mapping[str, pl.DataFrame], week: ReviewWeek
) -> pl.LazyFrame:
    """Customers with their lifetime value, each in the region its team has in the week."""
    known = records["assignment"].filter(pl.col("valid_from") <= week.ends_on)
    regions = known.sort("valid_from", "rep_id", descending=True).select("team", "region")
    return customer_value(profile, regions, week.ends_on)


def week_ground(
    company: Company, week: ReviewWeek, known_at: datetime
) -> tuple[Ground, dict[str, pl.DataFrame], Parameters]:
    """Measure what the targets open in a week are held against; also gives what it is read with."""
    parameters = review_parameters(company.settings, company.metrics, week)
    catalogue = catalogue_of(company, parameters)
    with review_facts(company, week, known_at) as facts:
        records = read_records(facts.connection, known_at, {*_PLANNED, *CALIBRATED})
        if company.settings.calendar.season != "given":
            parameters = in_season(parameters, company.settings, facts.in_columns(OF_SEASON))
        records |= with_split_targets(facts, records, catalogue)
        return grounds(facts, records, catalogue, parameters), records, parameters


def catalogue_of(company: Company, parameters: Parameters) -> dict[str, Metric]:
    """The catalogue as a company sees it, with the metrics it adds; raises SettingsError."""
    known = catalogue_for(parameters.stages)
    return active_catalogue(company.metrics, known, feeds_of(company.sources))


def named_week(company: Company, name: str) -> ReviewWeek:
    """Find the week that 2026-W47, or the date it ends on, means for a company.

    Raises UsageError where it means none.
    """
    week_ends_on = company.settings.calendar.week_ends_on
    try:
        if "W" in name:
            return review_week(name, week_ends_on)
        return week_ending(date.fromisoformat(name), week_ends_on)
    except ValueError as error:
        message = f"{name!r} is not a week of this company: {error}"
        remedy = "give it as 2026-W47 or as the date of its last day"
        raise UsageError(message, remedy=remedy) from error


def latest_week(company: Company, now: datetime) -> ReviewWeek:
    """The latest week that has ended by `now` and in which anything happened.

    Raises UsageError where nothing dated has been loaded.
    """
    today = now.astimezone(company.settings.company.zone).date()
    ended = latest_complete_week(today - timedelta(days=1), company.settings.calendar.week_ends_on)
    with readers_copy(company) as connection:
        open_as_of(connection, now)
        days = {"last_day": ended.ends_on}
        newest = connection.execute(statement("review", "newest_day"), days).fetchall()[0][0]
    if newest is None:
        message = "nothing dated has been loaded yet, so there is no week to review"
        raise UsageError(message, where=str(company.folder), remedy="fupan check")
    return latest_complete_week(newest + timedelta(days=6), company.settings.calendar.week_ends_on)


def _inputs(facts: ReviewFacts) -> tuple[dict[str, pl.DataFrame], Pipeline]:
    connection, week, known_at = facts.connection, facts.week, facts.known_at
    records = read_records(connection, known_at, RECORDS)
    records |= read_plan(connection, known_at, week)
    records["answer_read"] = read_answers(connection, known_at)
    settings = facts.company.settings
    return records, read_pipeline(connection, settings, known_at, week, records["file"])


def _of_rows(
    facts: ReviewFacts,
    computed: Mapping[str, pl.DataFrame],
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Make the tables that rows of the facts are read for, all at once (`flows.review_reads`)."""
    as_of, stated = facts.week.ends_on, facts.company.settings.company
    totals = records["control_total"]
    points = reached_points(facts, records, catalogue, parameters)
    rows = facts.in_columns(facts_read(catalogue, totals)) | facts.feeds() | facts.modelled
    expected, tests = forecasts(rows, catalogue, parameters)
    return {
        **plan_tables(rows, points, records, catalogue, parameters, computed, stated),
        "funnel_stage": funnel_stages(rows, parameters),
        "win_rate": win_rates(rows, as_of),
        "forecast": expected,
        "forecast_test": tests,
        "reconciliation": reconcile(rows, totals, catalogue, as_of),
        "new_hire_ramp": new_hire_ramp(rows, records["assignment"], as_of),
        "high_value_action": high_value_actions(rows, parameters),
    }


def _customers(
    facts: ReviewFacts, records: Mapping[str, pl.DataFrame], parameters: Parameters
) -> dict[str, pl.DataFrame]:
    rows = facts.in_columns(OF_CUSTOMERS)
    before = facts.open_deals_before(parameters.customers.type_weeks, OF_CUSTOMERS)
    return customer_tables(rows, before, records, parameters)
