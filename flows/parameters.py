"""Settings of a company turned into the frozen parameters of the transforms."""

from collections.abc import Mapping
from dataclasses import replace

from flows.calendar import calendar_parameters
from flows.settings import CompanySettings, MetricSettings
from transforms.catalogue import Metric
from transforms.parameters import Lights, Noise, Parameters, ReviewWeek, Stage, Variances


def review_parameters(settings: CompanySettings, week: ReviewWeek) -> Parameters:
    """Everything a review of `week` is computed with, apart from the data."""
    lights = settings.lights
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
        lights=Lights(**lights.model_dump()),
        noise=Noise(baseline_weeks=review.baseline_weeks, minimum_weeks=review.minimum_weeks),
        variances=Variances(
            trigger=review.trigger,
            pages=review.case_pages,
            sales_cycle_days=settings.sales.sales_cycle_days,
            answer_within_days=review.answer_within_days,
        ),
        repurchase_months=settings.sales.repurchase_months,
    )


def active_catalogue(
    settings: MetricSettings, catalogue: Mapping[str, Metric]
) -> dict[str, Metric]:
    """The catalogue as one company sees it: metrics renamed or switched off."""
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
            )
    return kept
