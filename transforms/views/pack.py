"""The view model of one pack."""

from transforms.scopes import COMPANY
from transforms.views.act import act_page
from transforms.views.appendix import glossary_page, restated_page
from transforms.views.attainment import attainment_page
from transforms.views.book import Book
from transforms.views.calibration import calibration_page
from transforms.views.case_pages import case_pages
from transforms.views.cases import cases
from transforms.views.cells import Day
from transforms.views.cohorts import cohorts_page
from transforms.views.controls import reconciliation_state
from transforms.views.copying import copying_page
from transforms.views.customers import customers_page
from transforms.views.data_quality import quality_page
from transforms.views.deals import deals_page
from transforms.views.funnel import funnel_page
from transforms.views.inputs import PackInputs
from transforms.views.model import PackView
from transforms.views.next_steps import next_steps_page
from transforms.views.pipeline_page import pipeline_page
from transforms.views.plan_check import plan_check_page
from transforms.views.plan_tables import plan_pages
from transforms.views.reps import reps_page, worksheet_page
from transforms.views.retention import retention_page
from transforms.views.scoreboard import scoreboard
from transforms.views.summary import primary_metric, summary
from transforms.views.team import team_page
from transforms.views.work import work_page
from transforms.views.worksheet import worksheet


def pack_view(inputs: PackInputs, scope_kind: str = COMPANY, scope: str = COMPANY) -> PackView:
    """What one pack shows: the company's, or a team's cut to the team.

    A team's pack holds nothing that changes when only other teams' data change, so that its
    identity, and with it the published file, stays the same.
    """
    book = Book(inputs, scope_kind, scope)
    found = cases(book)
    metric = primary_metric(book)
    pages = (
        scoreboard(book),
        attainment_page(book, metric),
        reps_page(book),
        team_page(book),
        funnel_page(book),
        pipeline_page(book),
        *case_pages(book, found),
        worksheet_page(book, found),
        act_page(book),
        copying_page(book),
        next_steps_page(book),
        deals_page(book),
        customers_page(book),
        retention_page(book),
        cohorts_page(book),
        work_page(book),
        *plan_pages(book, found),
        calibration_page(book),
        plan_check_page(book),
        restated_page(book),
        quality_page(book),
        glossary_page(book),
    )
    week = inputs.parameters.week
    return PackView(
        company=inputs.company,
        currency=inputs.currency,
        scope_kind=scope_kind,
        scope=scope,
        week=week.label,
        starts_on=week.starts_on,
        ends_on=week.ends_on,
        as_of=Day(week.ends_on),
        reconciliation=reconciliation_state(book),
        summary=summary(book, found),
        pages=tuple(page for page in pages if page is not None),
        worksheet=worksheet(book, found),
    )
