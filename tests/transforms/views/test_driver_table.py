"""The driver tree on a case's page: one bridge, top to bottom (D-18)."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.builders_cases import cases as tables
from transforms.views.book import Book
from transforms.views.cases import cases, driver_name
from transforms.views.cells import Bar, Delta, Figure, MetricName, Sentence, Term, say
from transforms.views.driver_tables import driver_table
from transforms.views.model import Table
from transforms.views.pack import pack_view


def table(case_id: str, **changed: pl.DataFrame) -> Table:
    book = Book(inputs(**changed), "company", "company")
    (case,) = (case for case in cases(book) if case.row["case_id"] == case_id)
    return driver_table(book, case)


def amount(cell: object) -> Decimal | None:
    assert isinstance(cell, Delta)
    return cell.value


def test_subtotals_stand_above_their_drivers() -> None:
    shown = table("c2")
    names = [row[0].code for row in shown.rows if isinstance(row[0], Term)]
    assert [*zip(shown.indents, names, strict=True)] == [
        (0, "gap"),
        (1, "new_business"),
        (2, "opportunities_due"),
        (2, "win_rate"),
        (2, "deal_size"),
        (1, "existing_business"),
        (2, "existing_price"),
        (2, "existing_mix"),
        (2, "lost_customers"),
        (2, "existing_volume"),
    ]
    assert shown.emphasised == (0,)


def test_each_bar_begins_where_the_one_before_it_ends() -> None:
    """A node's bar spans those of its drivers; the last one ends where the total does."""
    bars = [cell for row in table("c2").rows for cell in row if isinstance(cell, Bar)]
    spans: list[tuple[object, ...]] = [
        (bar.start, bar.start + bar.value)
        for bar in bars
        if bar.start is not None and bar.value is not None
    ]
    total, new, opportunities, rate, size, existing, price, *_, volume = spans
    assert total == (0, -3_200_000)
    assert new == (opportunities[0], size[1]) == (0, -2_360_000)
    assert (rate[0], size[0]) == (opportunities[1], rate[1])
    assert existing == (price[0], volume[1]) == (-2_360_000, -3_200_000)
    assert {(bar.lowest, bar.largest) for bar in bars} == {(Decimal(-3_520_000), Decimal(0))}


def test_another_reference_is_a_column_that_adds_up() -> None:
    shown = table("c2")
    assert [column.code for column in shown.columns][-2:] == ["share", "against_last_year"]
    parts = {depth: Decimal(0) for depth in shown.indents}
    for depth, row in zip(shown.indents, shown.rows, strict=True):
        parts[depth] += amount(row[-1]) or 0
    assert parts == dict.fromkeys((0, 1, 2), Decimal(-6_400_000))


def test_a_reference_with_another_tree_has_no_column() -> None:
    bridge = tables()["bridge"].with_columns(
        node=pl.when((pl.col("reference_kind") == "last_year") & (pl.col("node") == "win_rate"))
        .then(pl.lit("cohort_leads"))
        .otherwise("node")
    )
    assert [column.code for column in table("c2", bridge=bridge).columns][-1] == "share"


def test_what_moved_in_no_reference_is_left_out() -> None:
    """Deal size hands its part over to the win rate, in both references."""
    part = pl.col("contribution")
    size = part.filter(pl.col("node") == "deal_size").first().over("reference_kind")
    nothing = (
        tables()["bridge"]
        .filter(pl.col("case_id") == "c2")
        .with_columns(
            contribution=pl.when(pl.col("node") == "deal_size")
            .then(part - size)
            .when(pl.col("node") == "win_rate")
            .then(part + size)
            .otherwise(part)
        )
    )
    names = [row[0] for row in table("c2", bridge=nothing).rows]
    assert Term("driver", "deal_size") not in names


def test_a_tree_whose_drivers_miss_the_gap_is_refused() -> None:
    broken = tables()["bridge"].with_columns(pl.col("contribution") + Decimal("0.000001"))
    with pytest.raises(ValueError, match="sum to"):
        table("c2", bridge=broken)


@pytest.mark.parametrize("is_company", [True, False])
def test_a_signal_within_the_trigger_is_a_line_that_says_so(*, is_company: bool) -> None:
    """D-16: it is listed, whoever reads; no pack gives it a page."""
    small = pl.col("case_id") == "c1"
    variance = tables()["variance"].with_columns(
        is_beyond_trigger=~small, has_page=pl.col("has_page") & ~small
    )
    scope = ("company", "company") if is_company else ("team", "华东二部")
    view = pack_view(inputs(variance=variance), *scope)
    said = [
        cell.kind
        for page in view.pages
        for block in page.blocks
        if isinstance(block, Table) and block.code == "other_cases"
        for row in block.rows
        for cell in row
        if isinstance(cell, Sentence)
    ]
    assert said.count("signal_only") == 1
    assert "case-1" not in {page.anchor for page in view.pages if page.code == "case"}


@pytest.mark.parametrize(
    ("case_id", "unit", "values"),
    [
        pytest.param("c1", "share", ("0.6", "0.08"), id="a rate"),
        pytest.param("c2", "count", ("63", "24"), id="a number"),
        pytest.param("c3", "share", ("0.12", "0.07"), id="that of the metric"),
    ],
)
def test_a_segment_is_measured_in_the_unit_of_its_driver(
    case_id: str, unit: str, values: tuple[str, str]
) -> None:
    view = pack_view(inputs(), "company", "company")
    anchor = _anchor(case_id)
    (page,) = (page for page in view.pages if page.anchor == anchor)
    (shown,) = (
        block for block in page.blocks if isinstance(block, Table) and block.code == "segments"
    )
    figures = [cell for cell in shown.rows[0] if isinstance(cell, Figure)][:2]
    assert [(cell.unit, cell.value) for cell in figures] == [(unit, Decimal(v)) for v in values]


def _anchor(case_id: str) -> str:
    book = Book(inputs(), "company", "company")
    (case,) = (case for case in cases(book) if case.row["case_id"] == case_id)
    return case.anchor


@pytest.mark.parametrize(
    ("metric", "code", "name"),
    [
        pytest.param("win_rate", "numerator", ("赢单数", "Deals won"), id="above the line"),
        pytest.param("win_rate", "denominator", ("已决商机数", "Deals decided"), id="below it"),
        pytest.param("aov", "denominator", ("订单数", "Orders"), id="another ratio"),
        pytest.param("sales_amount", "numerator", None, id="no ratio"),
        pytest.param("nobody's", "numerator", None, id="unknown metric"),
    ],
)
def test_the_sides_of_a_ratio_have_its_own_words(
    metric: str, code: str, name: tuple[str, str] | None
) -> None:
    book = Book(inputs(), "company", "company")
    case = replace(cases(book)[0], row={**cases(book)[0].row, "metric": metric})
    shown = driver_name(book, case, code)
    expected = MetricName(code, *name) if name else Term("driver", code)
    assert shown == expected


def test_the_rate_itself_is_that_of_the_metric_within_segments() -> None:
    book = Book(inputs(), "company", "company")
    case = replace(cases(book)[0], row={**cases(book)[0].row, "metric": "win_rate"})
    assert driver_name(book, case, "rate") == say("rate_within", metric=book.name("win_rate"))
