"""The tables of proposals: one row for each thing judged, with all that the verdict rests on."""

from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import frame
from tests.transforms.views.test_next_steps import CASES, CHANNELS, SEGMENTS, target, value
from transforms.proposals.tables import proposals
from transforms.tables.calibration import Calibration, CalibrationFigure
from transforms.tables.review import MetricValue


def tables(
    values: list[dict[str, Any]], *targets: dict[str, list[dict[str, Any]]]
) -> dict[str, pl.DataFrame]:
    given = bare_inputs()
    contracts = {"calibration": Calibration, "calibration_figure": CalibrationFigure}
    calibrated = {
        name: frame(contract, [row for each in targets for row in each[name]])
        for name, contract in contracts.items()
    }
    cases = {"variance": pl.DataFrame(CASES), "segment": pl.DataFrame(SEGMENTS)}
    known = {"metric_value": frame(MetricValue, values), **calibrated, **cases}
    return proposals(known, given.catalogue, given.parameters)


def test_d20_the_proposed_target_stands_beside_trend_and_team() -> None:
    (row,) = tables([], target("sales_amount", 540, trend=572, reachable=550))[
        "target_proposal"
    ].to_dicts()
    assert (row["target"], row["trend"], row["reachable"], row["proposed"], row["verdict"]) == (
        *map(Decimal, (540, 572, 550, 550)),
        "raise",
    )


def test_only_targets_of_results_that_are_better_up_get_a_proposal() -> None:
    given = [target(metric, 5, trend=9, reachable=9) for metric in ("cac", "effective_visits")]
    assert tables([], *given)["target_proposal"].is_empty()


def test_d20_a_row_for_each_channel_with_spend_and_each_source_with_leads() -> None:
    found = tables(CHANNELS)
    channels = found["channel_proposal"]
    verdicts = dict(channels.select("channel", "verdict").iter_rows())
    assert verdicts == {"展会": "grow", "直播": "too_few_cases", "行业联盟": "explain"}
    row = channels.row(by_predicate=pl.col("channel") == "展会", named=True)
    assert (row["spend"], row["returned"], row["roi"]) == (200, 300, 1.5)
    assert (row["new_customers"], row["lead_quality"], row["cac"]) == (20, "better", None)
    assert channels.filter("is_questioned")["channel"].to_list() == ["行业联盟"]
    feedback = found["lead_feedback"].row(by_predicate=pl.col("channel") == "直播", named=True)
    assert (feedback["leads"], feedback["qualified_leads"], feedback["verdict"]) == (
        100,
        20,
        "worse",
    )
    assert feedback["qualified_share"] == 0.2
    assert round(feedback["difference"], 9) == round(0.2 - 255 / 400, 9)


def test_a_source_with_too_few_leads_has_no_share() -> None:
    few = [value("leads", "展会", 9), value("qualified_leads", "展会", 8)]
    whole = [value("leads", "company", 500), value("qualified_leads", "company", 275)]
    (row,) = tables(few + whole)["lead_feedback"].to_dicts()
    assert (row["verdict"], row["qualified_share"], row["difference"]) == (
        "too_few_cases",
        None,
        None,
    )
