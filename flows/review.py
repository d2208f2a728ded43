"""One review: everything the packs and the finance file of a week are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from flows.calibration import assumptions, calibrate, grounds
from flows.company import Company
from flows.errors import UsageError
from flows.feeds import feeds_of, read_feeds
from flows.marts import (
    Needed,
    facts_of_views,
    measured_facts,
    open_deals_on,
    read_facts,
)
from flows.parameters import active_catalogue, in_season, review_parameters
from flows.pipeline import Pipeline, measured_as_exported, read_pipeline
from flows.plan_tables import all_targets, plan_tables, read_plan, with_split_targets
from flows.quality import quality_records
from flows.records import read_records
from flows.regrouping import sums_as_organised
from flows.sql import statement
from flows.warehouse import open_as_of, readers_copy
from flows.why_facts import read_why_facts
from flows.worksheet.reading import read_answers, threads_before
from transforms.calendar import latest_complete_week, review_week, week_ending
from transforms.calibration import Ground
from transforms.catalogue import Metric, catalogue_for
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
from transforms.staff import new_hire_ramp, training_gaps
from transforms.why import explain
from transforms.why.act import act_tables, placed_answers
from transforms.why.reads import RECORDS_READ

_PLANNED: Final = ("target", "driver_target", "target_split", "assignment")
"""What the targets of a week come from."""
_VALUED: Final = ("sale", "spend", "signed_contract", "open_deal")
"""The facts that `ltv` is formed of, and what a value is held against."""


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
    parameters = review_parameters(company.settings, company.metrics, week)
    catalogue = catalogue_of(company, parameters)
    facts, records, pipeline = _inputs(company, week, known_at)
    parameters = in_season(parameters, company.settings, facts)
    earlier_deals = _earlier_deals(company, week, known_at, parameters.customers.type_weeks)
    records |= with_split_targets(facts, records, catalogue, parameters)
    records |= quality_records(company, records, week, known_at)
    threads = threads_before(company, week)
    if threads is not None:
        records["case_thread_before"] = threads
    records["case_answer"] = placed_answers(records.pop("answer_read"), threads, parameters)
    customers = customer_tables(facts, earlier_deals, records, parameters)
    facts["customer_value"] = _valued(customers["customer_profile"], records, week)
    planned = all_targets(records, catalogue, parameters)
    values, history = metric_values(facts, planned, catalogue, parameters)
    ground = grounds(facts, records, catalogue, parameters)
    calibrated = calibrate(ground, records, assumptions(company.settings, records), parameters)
    expected, tests = forecasts(facts, catalogue, parameters)
    computed = {"metric_value": values, "metric_history": history, **calibrated}
    zone = company.settings.company.time_zone
    tables = {
        **computed,
        **plan_tables(facts, records, catalogue, parameters, computed, zone),
        "as_organised": sums_as_organised(
            company, week, known_at, facts, records["assignment"], values, catalogue
        ),
        "funnel_stage": funnel_stages(facts, parameters),
        "win_rate": win_rates(facts, week.ends_on),
        "pipeline_bridge": pipeline_bridge(pipeline.openings, pipeline.closing, week.ends_on),
        "forecast": expected,
        "forecast_test": tests,
        "reconciliation": reconcile(facts, records["control_total"], catalogue, week.ends_on),
        **customers,
        "new_hire_ramp": new_hire_ramp(facts, records["assignment"], week.ends_on),
        "high_value_action": high_value_actions(facts, parameters),
        "process_result": process_results(history, catalogue, parameters),
        "process_check": process_checks(history, parameters),
        "training_gap": training_gaps(values, records["assignment"], week.ends_on),
        **explain(values, history, facts, records, catalogue, parameters),
    }
    tables |= act_tables(tables, records, threads, parameters)
    tables |= proposals(tables, catalogue, parameters)
    return Review(week, known_at, parameters, catalogue, tables, facts, records)


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
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        facts = facts_of_views(connection, company.settings, week.ends_on, _VALUED)
        records = read_records(connection, known_at, ("target", "assignment", "account"))
    parameters = in_season(parameters, company.settings, facts)
    worth = valued_customers(facts, records, parameters)
    facts["customer_value"] = _valued(worth.values, records, week)
    targets = records["target"].filter(pl.col("metric").is_in([*catalogue]))
    values, _ = metric_values(facts, targets, catalogue, parameters, also=scopes_of(others))
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
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        records = read_records(connection, known_at, RECORDS_READ)
        facts = read_why_facts(connection, company, week, known_at, catalogue, records["file"])
    return explain(values, history, facts, records, catalogue, parameters)


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
    settings = company.settings
    periods = value_periods(parameters, keeps_history=keeps_history)
    needed = Needed(catalogue, periods, seen_since(parameters))
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        facts = measured_facts(connection, settings, week.ends_on, needed)
        facts |= read_feeds(connection, settings, feeds_of(company.sources), week)
        records = read_records(connection, known_at, _PLANNED)
        files = records["file"]
        facts |= measured_as_exported(connection, settings, known_at, week, files, needed)
        # targets split by last year's share ask for periods of their own, for which nothing is
        # grouped
        is_split = "last_year" in records["target_split"]["rule"]
        whole = read_facts(connection, settings, known_at, week) if is_split else {}
    parameters = in_season(parameters, settings, facts)
    records |= with_split_targets(whole, records, catalogue, parameters)
    planned = all_targets(records, catalogue, parameters)
    return metric_values(facts, planned, catalogue, parameters, keeps_history=keeps_history)


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
    facts, records, _ = _inputs(company, week, known_at)
    parameters = in_season(parameters, company.settings, facts)
    records |= with_split_targets(facts, records, catalogue, parameters)
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


def _inputs(
    company: Company, week: ReviewWeek, known_at: datetime
) -> tuple[dict[str, pl.LazyFrame], dict[str, pl.DataFrame], Pipeline]:
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        facts = read_facts(connection, company.settings, known_at, week)
        facts |= read_feeds(connection, company.settings, feeds_of(company.sources), week)
        records = read_records(connection, known_at) | read_plan(connection, known_at, week)
        records["answer_read"] = read_answers(connection, known_at)
        pipeline = read_pipeline(connection, company.settings, known_at, week, records["file"])
        return facts | pipeline.facts, records, pipeline


def _earlier_deals(
    company: Company, week: ReviewWeek, known_at: datetime, weeks: int
) -> list[pl.LazyFrame]:
    """The deals that were open one week before, two weeks before, and so on, as known now."""
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        days = [week.ends_on - timedelta(weeks=back) for back in range(1, weeks + 1)]
        return [open_deals_on(connection, company.settings, day) for day in days]
