"""Settings of a company turned into the frozen parameters of the transforms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from flows.errors import SettingsError, nearest
from flows.own_metrics import added_metrics
from flows.settings import CompanySettings, MetricSettings
from flows.settings.metric import MetricOverride
from flows.working_days import calendar_parameters
from transforms.catalogue import Metric
from transforms.customers.rules import CustomerRules
from transforms.groups import FactGroups
from transforms.parameters import (
    Actions,
    Lights,
    Noise,
    Parameters,
    PlaybookCause,
    Relations,
    ReviewWeek,
    Stage,
    Variances,
)
from transforms.points import Facts
from transforms.proposals import ProposalRules
from transforms.seasonality import month_weights


def review_parameters(
    settings: CompanySettings, metrics: MetricSettings, week: ReviewWeek
) -> Parameters:
    """Everything a review of `week` is computed with, apart from the data."""
    lights = Lights(**settings.lights.model_dump())
    review = settings.review
    return Parameters(
        week=week,
        calendar=calendar_parameters(settings.calendar, week),
        stages=tuple(
            Stage(
                name=stage.name,
                outcome=stage.outcome,
                position=position,
                allowed_days=stage.allowed_days,
                win_probability=stage.win_probability,
            )
            for position, stage in enumerate(settings.stages, start=1)
        ),
        lights=lights,
        noise=Noise(baseline_weeks=review.baseline_weeks, minimum_weeks=review.minimum_weeks),
        variances=Variances(
            trigger=review.trigger,
            pages=review.case_pages,
            sales_cycle_days=settings.sales.sales_cycle_days,
            short_cycle_days=settings.sales.short_cycle_days,
            answer_within_days=review.answer_within_days,
            close_after_weeks=review.close_after_weeks,
        ),
        actions=Actions(
            weeks=review.copy_weeks,
            minimum_cases=review.copy_cases,
            cycle_days=settings.sales.sales_cycle_days or Actions.cycle_days,
        ),
        proposals=ProposalRules(**settings.proposals.model_dump()),
        relations=Relations(minimum_weeks=review.relation_weeks),
        playbook=tuple(PlaybookCause(**cause.model_dump()) for cause in settings.playbook),
        repurchase_months=settings.sales.repurchase_months,
        customers=CustomerRules(**settings.customers.model_dump()),
        metric_lights={
            code: _lights(lights, override)
            for code, override in sorted(metrics.metrics.items())
            if override.lights or override.minimum_cases
        },
        metric_triggers={
            code: override.trigger
            for code, override in sorted(metrics.metrics.items())
            if override.trigger is not None
        },
    )


def in_season(parameters: Parameters, settings: CompanySettings, facts: Facts) -> Parameters:
    """Put the season of history into the calendar, where the settings ask for it (D-2).

    Without a whole fiscal year of sales the month weights of the settings hold.
    """
    if settings.calendar.season == "given":
        return parameters
    calendar = parameters.calendar
    sales = facts["sale"]
    rows = sales.totals() if isinstance(sales, FactGroups) else sales
    weights = month_weights(rows, calendar, parameters.week.ends_on)
    if weights is None:
        return parameters
    return replace(parameters, calendar=replace(calendar, month_weights=weights))


def _lights(company: Lights, override: MetricOverride) -> Lights:
    own = Lights(**override.lights.model_dump()) if override.lights else company
    return replace(own, minimum_cases=override.minimum_cases or own.minimum_cases)


def active_catalogue(
    settings: MetricSettings,
    catalogue: Mapping[str, Metric],
    feeds: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Metric]:
    """The catalogue as one company sees it: metrics renamed, switched off and added.

    `feeds` are those of `flows.feeds.feeds_of`. Raises SettingsError for a metric that is not in
    the catalogue and is not defined, and for one that is defined wrongly.
    """
    added = added_metrics(settings.metrics, catalogue, feeds)
    for code, entry in settings.metrics.items():
        if code not in catalogue and not entry.is_added:
            hint = nearest(code, catalogue)
            message = (
                f"metrics.toml names {code!r}, which is no metric; {hint} One that is added has a "
                "fact and an aggregation, or a formula (docs/own-metrics.md)"
            )
            raise SettingsError(message, where="metrics.toml", remedy="correct it, then run again")
    kept = {}
    for code, metric in catalogue.items():
        override = settings.metrics.get(code)
        if override is None:
            kept[code] = metric
        elif override.is_active:
            kept[code] = replace(
                metric,
                title_zh=override.title_zh or metric.title_zh,
                title_en=override.title_en or metric.title_en,
                definition_zh=override.definition_zh or metric.definition_zh,
                definition_en=override.definition_en or metric.definition_en,
                better=override.better or metric.better,
            )
    return kept | added
