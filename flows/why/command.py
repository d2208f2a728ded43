"""What `fupan why` does: choose cases of a week, and show them."""

from datetime import UTC, datetime

import polars as pl

from flows.company import Company
from flows.errors import UsageError, nearest
from flows.options import Scope, in_scope
from flows.output import print_json
from flows.pack_inputs import pack_inputs
from flows.render.wording import LocaleName, Wording
from flows.review import build_review, latest_week, named_week
from flows.why.documents import documents
from flows.why.tree import print_chains, print_list
from transforms.scopes import COMPANY
from transforms.views.book import Book
from transforms.views.cases import cases


def run_why(  # one parameter per option
    company: Company,
    week: str | None,
    case: str | None,
    scope: Scope | None,
    metric: str | None,
    locale: LocaleName | None,
    *,
    as_json: bool,
) -> None:
    """Show the cases chosen in full, a list of all where none is chosen; raises UsageError.

    `case` is a rank or the id of a case.
    """
    now = datetime.now(UTC)
    found = build_review(
        company, named_week(company, week) if week else latest_week(company, now), now
    )
    if metric is not None and metric not in found.catalogue:
        message = f"there is no metric {metric!r}; {nearest(metric, found.catalogue)}"
        raise UsageError(message)
    rows = _chosen(in_scope(found.tables["variance"], scope), case)
    if metric is not None:
        rows = rows.filter(pl.col("metric") == metric)
    inputs = pack_inputs(company, found)
    book = Book(inputs, COMPANY, COMPANY)
    wanted = set(rows["case_id"])
    shown = tuple(each for each in cases(book) if each.row["case_id"] in wanted)
    words = Wording(
        locale or company.settings.company.locale, inputs.currency, found.week.ends_on.year
    )
    if as_json:
        print_json(documents(book, shown, words))
    elif case is None and scope is None and metric is None:
        print_list(book, shown, words)
    else:
        print_chains(book, shown, words)


def _chosen(rows: pl.DataFrame, case: str | None) -> pl.DataFrame:
    """The case of a rank or id; raises UsageError where there is none."""
    if case is None:
        return rows
    is_it = pl.col("rank") == int(case) if case.isdecimal() else pl.col("case_id") == case
    found = rows.filter(is_it)
    if found.is_empty():
        ranks = [str(rank) for rank in rows["rank"].sort()]
        hint = (
            f"ranks: {', '.join(ranks)}"
            if case.isdecimal()
            else nearest(case, rows["case_id"].to_list())
        )
        message = f"there is no case {case!r}; {hint}"
        raise UsageError(message, remedy="fupan why")
    return found
