"""Pages of customers: matrix, groups, movements, win-back, health, cohorts, worth."""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from tests.transforms.views.builders import bare_inputs, inputs
from tests.transforms.views.builders_customers import customers, lifetime
from tests.transforms.views.frames import WAN
from transforms.views import PackInputs, PackView, canonical, pack_view
from transforms.views.cells import Cell, Figure, Light, Sentence, Term, Text
from transforms.views.model import Page, Table

TEAM = ("team", "华东二部")


@cache
def shown(scope_kind: str = "company", scope: str = "company") -> PackView:
    """The pack of the whole of the builders' company, or of a team; made once."""
    return pack_view(inputs(), scope_kind, scope)


def page(view: PackView, code: str) -> Page:
    return next(item for item in view.pages if item.code == code)


def table(view: PackView, code: str) -> Table:
    blocks = [block for item in view.pages for block in item.blocks]
    return next(block for block in blocks if isinstance(block, Table) and block.code == code)


def column(of: Table, code: str) -> list[Cell]:
    place = [each.code for each in of.columns].index(code)
    return [row[place] for row in of.rows]


def numbers(cells: list[Cell]) -> list[Decimal | None]:
    return [cell.value for cell in cells if isinstance(cell, Figure)]


def test_d11_the_matrix_shows_each_type_with_its_play_and_adds_up() -> None:
    matrix = table(shown(), "customer_matrix")
    names = [cell.code for cell in column(matrix, "customer_type") if isinstance(cell, Term)]
    assert names == ["strategic", "profit", "nurture", "maintain", "untyped", "all"]
    assert column(matrix, "play")[0] == Term("play", "strategic")
    assert column(matrix, "value_level")[1] == Term("level", "high")
    assert column(matrix, "potential_level")[1] == Term("level", "low")
    counts, sales = (numbers(column(matrix, name)) for name in ("customers", "window_sales"))
    for parts in (counts, sales):
        assert sum(part or 0 for part in parts[:-1]) == parts[-1]
    assert numbers(column(matrix, "moved_in")) == [0, 0, 1, 0, 0]


def test_the_headline_quotes_the_share_of_the_strategic_and_those_who_moved() -> None:
    headline = page(shown(), "customers").headline
    cells = dict(headline.cells)
    assert headline.kind == "customers_moved"
    assert cells["strategic"] == Figure(Decimal(30))
    assert cells["share"] == Figure(Decimal("0.1500"), "share")
    assert cells["moved"] == Figure(Decimal(1))


def test_d12_the_groups_of_the_page_add_up_with_the_rest_that_names_no_customer() -> None:
    groups = table(shown(), "customer_groups")
    assert column(groups, "customer_group")[-2] == Term("customer_group", "no_customer")
    for name in ("qtd_sales", "ytd_sales"):
        sums = numbers(column(groups, name))
        assert sum(part or 0 for part in sums[:-1]) == sums[-1]


def test_a_movement_names_both_types() -> None:
    moves = table(shown(), "customer_moves")
    assert column(moves, "type_before") == [Term("customer_type", "maintain")]
    assert column(moves, "type_now") == [Term("customer_type", "nurture")]


def test_the_largest_customers_show_scores_or_why_there_are_none() -> None:
    view = shown()
    largest = table(view, "largest_customers")
    assert column(largest, "rfm")[0] == Text("5-4-3")
    assert column(largest, "rfm")[3] == Figure(None, "count", "too_few_cases")
    first = column(largest, "customer_type")[0]
    assert isinstance(first, Sentence)
    assert first.kind == "by_hand"
    assert numbers(column(largest, "lifetime_value")) == [Decimal(123457)] * 3 + [None]
    of_team = [each.code for each in table(shown(*TEAM), "largest_customers").columns]
    assert "lifetime_value" not in of_team, "the model is fitted to the whole company"


def test_d14_the_win_back_page_says_what_the_top_five_would_bring() -> None:
    """Domain §8: each at least 80 万, together 400 万."""
    headline = page(shown(), "retention").headline
    cells = dict(headline.cells)
    assert (cells["top"], cells["top_amount"]) == (
        Figure(Decimal(5)),
        Figure(Decimal(400 * WAN), "money"),
    )
    reasons = table(shown(), "churn_reasons")
    assert column(reasons, "reason") == [Text("转向竞品"), Term("place", "unrecorded")]


def test_d13_warnings_state_cause_and_proposal_and_the_note_counts_the_lights() -> None:
    warnings = table(shown(), "health_warnings")
    assert column(warnings, "light") == [Light("red"), Light("green")]
    assert column(warnings, "proposal") == [Term("health_proposal", "service_package")] * 2
    assert warnings.note is not None
    assert dict(warnings.note.cells)["grey"] == Figure(Decimal(1))
    own = table(shown(*TEAM), "health_warnings")
    assert column(own, "customer") == [Text("示例客户1")]


def test_d14_a_quarter_that_still_runs_is_marked() -> None:
    cohorts = table(shown(), "cohorts")
    newest, older = cohorts.rows
    assert isinstance(newest[2], Sentence)
    assert newest[2].kind == "so_far"
    assert newest[3] == Text(None)
    assert older[2] == Figure(Decimal("0.25"), "attainment")


def test_d14_ltv_cac_heads_the_page_of_the_company_alone() -> None:
    headline = page(shown(), "cohorts").headline
    assert headline.kind == "worth_ltv_cac"
    assert dict(headline.cells)["times"] == Figure(Decimal("10.0"), "ratio")
    assert page(shown(*TEAM), "cohorts").headline.kind == "cohorts"


def test_d14_a_refusal_is_told_with_its_figures() -> None:
    refused = lifetime(
        state="refused",
        detail="客户只有 3 个 / only 3 customers",
        new_customer_value=None,
        ltv_cac=None,
    )
    view = pack_view(inputs(lifetime_model=refused))
    assert page(view, "cohorts").headline.kind == "worth_refused"
    worth = table(view, "customer_worth")
    assert worth.rows[1] == (Term("worth", "refused"), Text("客户只有 3 个 / only 3 customers"))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        pytest.param(name, pl.col("scope") != TEAM[1], id=name)
        for name in customers()
        if name not in {"customer_health", "lifetime_model"}
    ]
    + [
        pytest.param("customer_health", pl.col("team") != TEAM[1], id="customer_health"),
        pytest.param("lifetime_model", pl.lit(value=True), id="lifetime_model"),
    ],
)
def test_a_team_pack_holds_nothing_of_other_teams_customers(name: str, other: pl.Expr) -> None:
    """Not the company's ranks, not the model fitted to all: the pack stays the same without."""
    without = inputs(**{name: customers()[name].filter(~other)})
    assert canonical(shown(*TEAM)) == canonical(pack_view(without, *TEAM))
    assert canonical(shown()) != canonical(pack_view(without))


def test_row_order_does_not_matter() -> None:
    given = inputs()
    turned: PackInputs = replace(
        given,
        tables={
            name: frame.reverse() if name in customers() else frame
            for name, frame in given.tables.items()
        },
    )
    assert canonical(pack_view(turned)) == canonical(pack_view(given))


def test_a_company_without_customers_says_so_in_one_line() -> None:
    view = pack_view(bare_inputs())
    kinds = [page(view, code).headline.kind for code in ("customers", "retention", "cohorts")]
    assert kinds == ["customers_none", "retention_none", "cohorts_none"]


def test_d14_no_team_pack_shows_a_figure_of_the_model_fitted_to_all() -> None:
    values = inputs().tables["metric_value"]
    own = values.filter((pl.col("scope") == TEAM[1]) & (pl.col("metric") == "sales_amount"))
    modelled = pl.concat([values, own.with_columns(pl.lit("ltv").alias("metric"))])
    own_pack = pack_view(inputs(metric_value=modelled), *TEAM)
    assert canonical(own_pack) == canonical(shown(*TEAM))


def test_a_cohort_of_few_customers_has_no_repurchase_rate() -> None:
    """Three of four customers are no 75 %."""
    cohorts = customers()["cohort_repurchase"]
    is_new = pl.col("cohort_start") == cohorts["cohort_start"].max()
    few = pl.when(is_new).then(4).otherwise(pl.col("customers")).cast(pl.Int64).alias("customers")
    listed = table(pack_view(inputs(cohort_repurchase=cohorts.with_columns(few))), "cohorts")
    assert column(listed, "cohort") == [Text("2026-07")]
    none = cohorts.with_columns(pl.lit(4).cast(pl.Int64).alias("customers"))
    team = page(pack_view(inputs(cohort_repurchase=none), *TEAM), "cohorts")
    assert (team.headline.kind, team.blocks) == ("cohorts_few", ())
