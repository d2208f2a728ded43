"""View models of whole packs: what is shown, what a team may see, the identity."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.views.builders import bare_inputs, inputs
from tests.transforms.views.builders_cases import cases
from tests.transforms.views.builders_metrics import metric_history, metric_values
from transforms.views import PackInputs, PackView, canonical, identity, pack_view
from transforms.views.cells import Delta, Figure, Sentence, Term
from transforms.views.model import Bridge, Page, Table

TEAM = ("team", "华东二部")


def page(view: PackView, code: str) -> Page:
    return next(item for item in view.pages if item.code == code)


def table(view: PackView, code: str) -> Table:
    blocks = [block for item in view.pages for block in item.blocks]
    return next(block for block in blocks if isinstance(block, Table) and block.code == code)


def cells(sentence: Sentence) -> dict[str, object]:
    return dict(sentence.cells)


def test_the_headline_quotes_the_gap_of_the_quarter_and_the_team_that_carries_it() -> None:
    headline = pack_view(inputs()).summary.headline
    assert headline.kind == "headline_behind"
    assert cells(headline)["gap"] == Figure(Decimal("3200000.00"), "money")
    parts = repr(cells(headline)["then"])
    assert "华东二部" in parts
    assert "then_needed_recent" in parts


def test_the_company_pack_has_these_pages_in_this_order() -> None:
    assert [item.code for item in pack_view(inputs()).pages] == [
        "scoreboard",
        "attainment",
        "team",
        "funnel",
        "pipeline",
        "case",
        "case",
        "case",
        "other_cases",
        "act",
        "deals",
        "customers",
        "retention",
        "cohorts",
        "work",
        "plan",
        "effect",
        "calibration",
        "plan_check",
        "quality",
        "glossary",
    ]


def test_a_team_pack_has_reps_and_worksheet_and_no_data_quality() -> None:
    codes = {item.code for item in pack_view(inputs(), *TEAM).pages}
    assert {"reps", "worksheet"} <= codes
    assert "quality" not in codes


def _other_teams_changed(given_inputs: PackInputs) -> PackInputs:
    """The same review with every figure of other teams, regions and the company moved."""
    tables = dict(given_inputs.tables)
    foreign = ~(
        ((pl.col("scope_kind") == "team") & (pl.col("scope") == TEAM[1]))
        | (pl.col("scope_kind") == "rep")
    )
    tables["metric_value"] = tables["metric_value"].with_columns(
        pl.when(foreign).then(pl.col("numerator") * 2).otherwise(pl.col("numerator")),
        pl.when(foreign).then(pl.col("due") * 3).otherwise(pl.col("due")),
        pl.when(foreign).then(pl.lit("red")).otherwise(pl.col("light_plan")).alias("light_plan"),
    )
    moved = tables["variance"].with_columns(
        pl.when(foreign).then(0).otherwise(pl.col("rank") + 7).cast(pl.Int64).alias("rank"),
        pl.when(foreign).then(pl.col("gap") * 5).otherwise(pl.col("gap")).alias("gap"),
        (~pl.col("has_page")).alias("has_page"),
    )
    tables["variance"] = moved
    tables["open_deal"] = tables["open_deal"].filter(pl.col("team") == TEAM[1])
    tables["task"] = tables["task"].filter(pl.col("team") == TEAM[1])
    tables["file"] = tables["file"].head(1)
    for name in ("reject", "finding", "reconciliation"):
        tables[name] = tables[name].clear()
    return replace(given_inputs, tables=tables)


def test_a_team_pack_is_untouched_by_other_teams() -> None:
    before = pack_view(inputs(), *TEAM)
    after = pack_view(_other_teams_changed(inputs()), *TEAM)
    assert canonical(before) == canonical(after)


def test_the_company_pack_is_touched_by_any_team() -> None:
    changed = metric_values().with_columns(
        pl.when((pl.col("scope") == "线上部") & (pl.col("period_kind") == "qtd"))
        .then(pl.col("numerator") + 1)
        .otherwise(pl.col("numerator"))
        .alias("numerator")
    )
    assert identity(pack_view(inputs())) != identity(pack_view(inputs(metric_value=changed)))


def test_the_edition_is_no_part_of_the_identity() -> None:
    assert identity(pack_view(inputs())) == identity(pack_view(replace(inputs(), edition=7)))


@settings(max_examples=5)
@given(seed=st.integers(0, 1000))
def test_row_order_does_not_matter(seed: int) -> None:
    ordered = inputs()
    names = ("metric_value", "metric_history", "variance", "driver", "segment", "open_deal", "task")
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed) if name in names else frame
        for name, frame in ordered.tables.items()
    }
    assert canonical(pack_view(ordered)) == canonical(pack_view(bare_inputs(**shuffled)))


def test_bridge_parts_sum_to_the_gap_exactly_d18() -> None:
    bridge = pack_view(inputs()).summary.bridge
    assert bridge is not None
    assert sum(part.value for part in bridge.parts) == bridge.actual - bridge.reference


def test_a_bridge_whose_parts_miss_the_gap_is_refused_d18() -> None:
    broken = cases()["driver"].with_columns(pl.col("contribution") + Decimal("0.000001"))
    with pytest.raises(ValueError, match="sum to"):
        pack_view(inputs(driver=broken))


def test_a_company_with_nothing_has_one_line_per_section() -> None:
    view = pack_view(bare_inputs())
    assert view.summary.headline.kind == "headline_no_data"
    assert all(not item.blocks and not item.starts_page for item in view.pages)


def test_deals_alone_give_a_pack_without_targets() -> None:
    """Maven: opportunities and teams, no target, no orders, no plan."""
    values = metric_values().filter(pl.col("metric") == "sales_amount")
    values = values.with_columns(
        pl.lit(None, pl.Decimal(38, 6)).alias("due"),
        pl.lit(None, pl.Decimal(38, 6)).alias("target"),
        pl.lit("no_target").alias("target_state"),
        pl.lit("grey").alias("light_plan"),
    )
    view = pack_view(bare_inputs(metric_value=values, metric_history=metric_history()))
    assert view.summary.headline.kind == "headline_last_year"
    assert view.summary.attainment is None
    assert view.summary.parts is not None
    assert view.summary.parts.code == "parts_team_plain"
    assert page(view, "attainment").headline.kind == "attainment_none"


def test_lines_alone_give_a_pack_without_teams() -> None:
    """Online Retail: order lines of one company, no team, no rep."""
    values = metric_values().filter(pl.col("scope_kind") == "company")
    view = pack_view(bare_inputs(metric_value=values, metric_history=metric_history()))
    assert view.summary.parts is None
    assert view.summary.months is not None
    assert page(view, "attainment").headline.kind == "attainment_root"


def test_the_stretch_target_stands_beside_the_root_d5() -> None:
    note = table(pack_view(inputs()), "attainment_qtd").note
    assert note is not None
    target = Decimal(54610000) * Decimal("1.7")
    assert cells(note)["stretch"] == Figure(target * Decimal("1.10"), "money")


def test_the_worse_light_comes_first_and_noise_does_not_lead_d15() -> None:
    rows = table(pack_view(inputs()), "scoreboard").rows
    lights = [row[0].colour for row in rows]  # type: ignore[union-attr]
    assert lights[:4] == ["red"] * 4
    assert lights.index("yellow") < lights.index("green")
    assert "grey" not in lights


def test_metrics_without_a_target_stand_apart_results_before_process() -> None:
    board = page(pack_view(inputs()), "scoreboard").blocks
    names = {block.code: {row[1].code for row in block.rows} for block in board[1:]}  # type: ignore[union-attr]
    assert "aov" in names["scoreboard_results"]
    assert "win_rate" in names["scoreboard_results"]


def test_a_contract_waiting_three_days_is_a_decision_d8() -> None:
    decisions = pack_view(inputs()).summary.decisions
    assert decisions is not None
    what, _, proposal, latest = decisions.rows[0]
    assert isinstance(what, Sentence)
    assert isinstance(proposal, Sentence)
    assert cells(proposal)["days"] == Figure(Decimal(3))
    assert latest.is_late  # type: ignore[union-attr]


def test_actions_that_came_due_are_judged_by_their_metric_d20() -> None:
    results = pack_view(inputs()).summary.results
    assert results is not None
    verdicts = {row[1].text: row[3].code for row in results.rows}  # type: ignore[union-attr]
    assert verdicts == {"华南老客户升级包": "worked", "线上投放加码": "no_effect"}


def test_a_level_without_evidence_says_so_or_asks_d18() -> None:
    found = [item for item in pack_view(inputs()).pages if item.code == "case"]
    chain = found[1].blocks[0]
    bases = [level.basis for level in chain.levels]  # type: ignore[union-attr]
    assert bases == ["measured", "measured", "measured", "question", "none"]


def test_tables_end_with_the_number_of_rows_left_out() -> None:
    top = table(pack_view(inputs()), "top_deals")
    assert (len(top.rows), top.more) == (10, 8)


def test_page_one_keeps_to_three_findings_and_three_decisions() -> None:
    summary = pack_view(inputs()).summary
    assert len(summary.findings) == 3
    assert summary.decisions is not None
    assert len(summary.decisions.rows) == 3


def test_differences_carry_their_judgement_by_direction() -> None:
    bridges = [
        block
        for item in pack_view(inputs()).pages
        for block in item.blocks
        if isinstance(block, Bridge) and block.actual_kind == "actual"
    ]
    assert all((part.value > 0) == part.is_good for bridge in bridges for part in bridge.parts)
    board = table(pack_view(inputs()), "scoreboard")
    cycle = next(row for row in board.rows if row[2].code == "sales_cycle_days")  # type: ignore[union-attr]
    assert isinstance(cycle[9], Delta)
    assert cycle[9].is_good


def test_page_one_says_where_the_quarter_will_end_with_its_interval_d23() -> None:
    summary = pack_view(inputs()).summary
    said = cells(summary.standing)["forecast"]
    assert isinstance(said, Sentence)
    assert said.kind == "forecast_end"
    assert cells(said)["forecast"] == Figure(Decimal(87_600_000), "money", "ok", 8)
    assert summary.attainment is not None
    assert summary.attainment.forecast == cells(said)["forecast"]
    assert (summary.attainment.low, summary.attainment.high) == (
        cells(said)["low"],
        cells(said)["high"],
    )


def test_the_past_error_stands_beside_the_forecast_and_a_naive_rule_is_named_d23() -> None:
    view = pack_view(inputs())
    forecast = table(view, "forecast")
    assert [row[9] for row in forecast.rows] == [
        Figure(Decimal("0.041"), "share"),
        Figure(Decimal("0.021"), "share"),
    ]
    assert forecast.note is not None
    assert forecast.note.kind == "forecast_naive"
    used = table(view, "forecast_test_qtd")
    assert [used.rows[place][0] for place in used.emphasised] == [Term("forecast_rule", "pipeline")]


def test_without_past_periods_page_one_says_why_there_is_no_forecast() -> None:
    untested = inputs()
    frame = untested.tables["forecast"].with_columns(
        pl.lit("too_few_cases").alias("state"),
        pl.lit(2, dtype=pl.Int64).alias("periods"),
        *(pl.lit(None, dtype=pl.Decimal(18, 4)).alias(n) for n in ("forecast", "low", "high")),
    )
    summary = pack_view(inputs(forecast=frame)).summary
    assert cells(summary.standing)["forecast"].kind == "forecast_too_few"  # type: ignore[attr-defined]
    assert summary.attainment is not None
    assert summary.attainment.forecast.value is None


def test_the_pipeline_bridge_balances_and_says_what_no_export_shows() -> None:
    view = pack_view(inputs())
    bridges = [b for b in page(view, "pipeline").blocks if isinstance(b, Bridge)]
    assert [bridge.code for bridge in bridges] == ["pipeline_due", "pipeline_all"]
    for bridge in bridges:
        assert bridge.reference + sum(part.value for part in bridge.parts) == bridge.actual
    steps = table(view, "pipeline_steps_all")
    assert steps.note is not None
    assert "pipeline_unrecorded" in repr(steps.note)
    assert "pipeline_steps_told" in repr(table(view, "pipeline_steps_due").note)
    month = [row[3] for row in steps.rows]
    assert Figure(None, "money", "no_data") in month
