"""The report of `fupan check` as one HTML page that needs nothing beside it."""

from datetime import datetime
from pathlib import Path

import polars as pl

from flows.company import Company
from flows.errors import PlatformError
from flows.ingest import CheckReport
from flows.ingest.report import counts_of, said_of
from flows.parameters import review_parameters
from flows.paths import part
from flows.render.chart_words import ChartWording
from flows.render.environment import environment
from flows.render.formatting import day
from transforms.scopes import COMPANY
from transforms.views import PackInputs
from transforms.views.book import Book
from transforms.views.data_quality import check_page


def render_check(company: Company, report: CheckReport, now: datetime) -> str:
    """Write the report in the company's language: offline, without scripts, for any screen."""
    settings = company.settings
    tables = {
        **report.quality,
        "problem": pl.DataFrame([said_of(problem) for problem in report.problems]),
        "checked_file": pl.DataFrame([counts_of(file) for file in report.files]),
    }
    inputs = PackInputs(
        company=settings.company.name,
        currency=settings.company.currency,
        parameters=review_parameters(settings, company.metrics, report.week),
        catalogue={},
        tables=tables,
        sources={name: source.title for name, source in company.sources.items()},
    )
    year = report.week.ends_on.year
    wording = ChartWording(settings.company.locale, settings.company.currency, year)
    return (
        environment()
        .get_template("check.html")
        .render(
            page=check_page(Book(inputs, COMPANY, COMPANY)),
            w=wording,
            company=settings.company.name,
            made=f"{now.astimezone(settings.company.zone):%Y-%m-%d %H:%M}",
            against=wording.text("pack", "against_week").format(
                week=report.week.label,
                first=day(report.week.starts_on, year),
                last=day(report.week.ends_on, year),
            ),
            css=part("templates", "check.css").read_text("utf-8"),
        )
    )


def write_check(company: Company, report: CheckReport, now: datetime, path: Path) -> None:
    """Write the page to a file, whole or not at all; raises PlatformError where it cannot be."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(render_check(company, report, now), "utf-8")
        aside.replace(path)
    except OSError as error:
        message = f"{path.name} cannot be written: {error.strerror}"
        remedy = "give --html a file in a folder that exists and that you may write to"
        raise PlatformError(message, where=str(path.parent), remedy=remedy) from error
    finally:
        aside.unlink(missing_ok=True)
