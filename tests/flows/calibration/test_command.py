"""`fupan plan`: verdicts of every target, and one assumption changed on trial (D-4)."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.calibration.trials import read_changes
from flows.cli import main
from flows.errors import UsageError
from flows.output import OUT
from tests.flows.small_company import BUDGET, SETTINGS, WEEK, make_company
from transforms.calibration import CHECKS

MORE = """
[calibration]
growth = "0.05"
market = "-0.05"
market_reason = "竞品降价"
"""

PLAN = """团队,开始,结束,目标
东部一队,2026-12-01,2026-12-31,26000
西部一队,2026-12-01,2026-12-31,26000
"""
"""The east sells 1000 a working day with one head, of which December has 23; the west 4000."""

BUDGET_LINES = """编号,模块,开始,结束,金额
B1,推广 · 展会,2026-12-01,2026-12-31,8000
B2,渠道,2026-10-01,2026-12-31,6200
B3,培训,2026-12-01,2026-12-31,9000
"""
"""Of the 62 working days of the quarter (66, less 5 of the holidays, and one made up for) December
has 23. Training wins no customers."""

NEW_CUSTOMERS = """
title = "新客户目标"
entity = "target"
files = "新客户.csv"
folder = "plan"
[columns]
metric = { value = "new_customers" }
scope_kind = { value = "company" }
scope = { value = "company" }
period_start = "开始"
period_end = "结束"
target_value = "目标"
"""

Answer = tuple[int, str, str]
Call = Callable[..., Answer]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, which takes its exports in on the first command."""
    place = tmp_path_factory.mktemp("plan") / "haichuan"
    make_company(place, SETTINGS + MORE)
    (place / "plan" / "目标.csv").write_text(PLAN, "utf-8")
    return place


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> Call:
    def call(*options: str) -> Answer:
        arguments = ["fupan", "plan", "--company", str(folder), "--week", WEEK, *options]
        monkeypatch.setattr(sys, "argv", arguments)
        monkeypatch.setattr(OUT, "width", 240)
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return call


def documents(answer: Answer) -> Any:  # noqa: ANN401  # any JSON document
    """The one JSON document on stdout."""
    return json.loads(answer[1])


def test_every_target_has_five_verdicts_with_their_numbers(plan: Call) -> None:
    document = documents(plan("--json"))
    east, west = (each for each in document["targets"] if each["metric"] == "sales_amount")
    assert (east["scope"], east["verdict"], east["is_reachable"]) == ("东部一队", "short", False)
    assert (west["scope"], west["verdict"], west["is_reachable"]) == ("西部一队", "no_data", True)
    assert [each["check"] for each in east["checks"]] == list(CHECKS)
    history = {each["check"]: each for each in east["checks"]}["history"]
    assert (history["verdict"], history["supply"]) == ("no_data", "earlier_years")
    growth = {each["name"]: each for each in history["figures"]}["growth"]
    assert (growth["value"], growth["origin"]) == (0.05, "setting")


def test_the_table_names_each_target_and_its_worst_reason(plan: Call) -> None:
    code, out, _ = plan("--scope", "team:东部一队")
    assert code == 0
    assert "东部一队" in out
    assert "西部一队" not in out
    assert "above_capacity, against" in out


def test_d4_a_trial_shows_before_and_after_of_the_targets_it_affects(plan: Call) -> None:
    east = plan("--scope", "team:东部一队", "--what-if", "heads=2")
    assert "short → met" in east[1]
    assert "1 of 1 targets are affected." in east[1]
    document = documents(plan("--what-if", "tools=20%", "--what-if", "training=25%", "--json"))
    verdicts = {each["scope"]: each["verdict_after"] for each in document["affected"]}
    assert verdicts == {"东部一队": "met", "西部一队": "met"}
    assert documents(plan("--what-if", "cac*=0.9", "--json"))["affected"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(("--what-if", "convrsion=6%"), "did you mean conversion?", id="near name"),
        pytest.param(("--what-if", "heads"), "is no change of an assumption", id="no value"),
        pytest.param(("--what-if", "heads=3"), "differs from scope to scope", id="whose heads"),
        pytest.param(("--metric", "sales_amont"), "did you mean sales_amount?", id="metric"),
        pytest.param(("--scope", "tean:东部一队"), "did you mean team?", id="scope kind"),
    ],
)
def test_what_cannot_be_is_a_usage_error(
    plan: Call, options: tuple[str, ...], message: str
) -> None:
    code, _, err = plan(*options)
    assert code == 2
    assert message in " ".join(err.split())


@pytest.mark.parametrize("text", ["cac=", "=3", "cac=NaN", "cac=1e", "cac==3", "CAC=3"])
def test_a_change_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_changes([text])


SETTING = """
[calibration]
cac = "1000"

[[calibration.budgets]]
starts_on = 2026-01-01
ends_on = 2026-12-31
amount = "1000000"
"""


def test_d4_the_budget_of_the_plan_sheet_holds_and_a_setting_that_differs_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """8,000 of December and 23 of 62 days of 6,200 buy ten customers at 1,000, not eleven."""
    folder = tmp_path / "haichuan"
    make_company(folder, SETTINGS + SETTING)
    (folder / "sources" / "budget.toml").write_text(BUDGET, "utf-8")
    (folder / "sources" / "new_customers.toml").write_text(NEW_CUSTOMERS, "utf-8")
    (folder / "plan" / "预算.csv").write_text(BUDGET_LINES, "utf-8")
    (folder / "plan" / "新客户.csv").write_text(
        "开始,结束,目标\n2026-12-01,2026-12-31,11\n", "utf-8"
    )
    command = ["fupan", "plan", "--company", str(folder), "--week", WEEK]
    command += ["--metric", "new_customers"]

    def printed(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", [*command, *options])
        monkeypatch.setattr(OUT, "width", 400)
        with pytest.raises(SystemExit, match="0"):
            main()
        return capsys.readouterr().out

    target = json.loads(printed("--json"))["targets"][0]
    check = next(each for each in target["checks"] if each["check"] == "budget")
    figures = {each["name"]: (each["value"], each["origin"]) for each in check["figures"]}
    assert figures["budget"] == (10_300, "plan")
    assert figures["budget_other"][1] == "setting"
    assert (check["verdict"], check["reason"], check["reference"]) == (
        "short",
        "unaffordable",
        10.3,
    )
    assert "budget 10,300.00 (plan), not 92,741.94 (setting)" in printed()
