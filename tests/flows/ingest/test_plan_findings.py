"""What does not add up in the plan is a finding of the run and of `check`."""

from collections.abc import Callable

import polars as pl

from flows.ingest import check
from tests.flows.ingest.conftest import MONDAY, TARGET, Desk

PLAN = TARGET.replace('{ value = "region" }', '"口径"')


def test_parts_that_exceed_their_whole_are_named_with_the_amount(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(target=PLAN)
    desk.put(
        "目标.csv",
        "口径,区域,目标值,责任人\ncompany,company,100,陈\nregion,华东,60,李\nregion,华南,50,王\n",
        "plan",
    )
    desk.run()
    rule = pl.col("rule") == "plan_children_exceed_parent"
    for findings in (desk.run().findings, check(desk.company, now=MONDAY).findings):
        row = findings.filter(rule).row(0, named=True)
        assert (row["source"], row["amount"]) == ("target", 10)
        assert row["value"] == "sales_amount / company / company / 2026-10-01–2026-12-31 / region"


def test_a_rest_that_no_part_has_is_no_mistake(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(target=PLAN)
    desk.put(
        "目标.csv", "口径,区域,目标值,责任人\ncompany,company,100,陈\nregion,华东,60,李\n", "plan"
    )
    assert desk.run().findings.is_empty()
