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
from tests.flows.small_company import SETTINGS, WEEK, make_company
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
