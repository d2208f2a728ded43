"""The command line: what it prints, where, and the code it ends with."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from tests.flows.small_company import WEEK, make_company

FIELDS = {
    "metric",
    "scope_kind",
    "scope",
    "period_kind",
    "period_start",
    "period_end",
    "numerator",
    "denominator",
    "value",
    "unit",
    "target",
    "baseline",
    "light",
    "n",
    "state",
}


@dataclass(frozen=True)
class Answer:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401  # any JSON document
        """The one JSON document on stdout."""
        return json.loads(self.out)


Fupan = Callable[..., Answer]


@pytest.fixture
def fupan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fupan:
    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["fupan", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Answer(code, *capsys.readouterr())

    return call


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(make_company(tmp_path / "acme").folder)


def test_check_reads_everything_and_writes_nothing(fupan: Fupan, folder: str) -> None:
    before = sorted(Path(folder).rglob("*"))
    answer = fupan("check", "--company", folder)
    assert answer.code == 0
    assert "nothing to repair" in answer.out
    assert sorted(Path(folder).rglob("*")) == before


def test_check_as_html_and_json_holds_the_same_facts(
    fupan: Fupan, folder: str, tmp_path: Path
) -> None:
    page = tmp_path / "check.html"
    answer = fupan("check", "--company", folder, "--html", str(page), "--json")
    sources = [row["source"] for row in answer.document["source_quality"]]
    assert sources == ["order", "roster", "target"]
    html = page.read_text("utf-8")
    assert all(f">{title}</td>" in html for title in ("订单", "花名册", "目标"))


def test_metrics_as_json(fupan: Fupan, folder: str) -> None:
    answer = fupan("metrics", "--company", folder, "--week", WEEK, "--scope", "team", "--json")
    assert answer.code == 0
    rows = answer.document
    assert all(set(row) >= FIELDS for row in rows)
    assert {row["scope_kind"] for row in rows} == {"team"}
    east = next(
        row
        for row in rows
        if (row["metric"], row["scope"], row["period_kind"]) == ("sales_amount", "东部一队", "week")
    )
    assert east["numerator"] == 5251.0
    assert east["value"] == 5251.0
    assert east["period_start"] == "2026-11-09"
    assert {row["period_kind"] for row in rows} == {"week", "mtd", "qtd", "ytd"}


def test_d14_metrics_say_why_ltv_has_no_value(fupan: Fupan, folder: str) -> None:
    answer = fupan("metrics", "--company", folder, "--week", WEEK, "--json")
    assert answer.code == 0
    assert "ltv" not in {row["metric"] for row in answer.document}
    assert "ltv: no data; BG/NBD + Gamma-Gamma refused" in answer.err


def test_a_week_may_be_named_by_its_last_day(fupan: Fupan, folder: str) -> None:
    one = fupan("metrics", "--company", folder, "--week", WEEK, "--json")
    other = fupan("metrics", "--company", folder, "--week", "2026-11-15", "--json")
    assert one.document == other.document


def test_why_lists_the_cases_and_shows_the_chosen_one_in_full(fupan: Fupan, folder: str) -> None:
    listed = fupan("why", "--company", folder, "--week", WEEK)
    assert listed.code == 0
    assert "东部一队 · 销售额 · 第四季度" in listed.out
    shown = fupan("why", "1", "--company", folder, "--week", WEEK, "--locale", "en")
    assert "5 Root cause" in shown.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("metrics", "--week", "W46"), "2026-W47", id="no week"),
        pytest.param(("metrics", "--week", "2026-11-14"), "no week ends on", id="no week end"),
        pytest.param(
            ("metrics", "--week", WEEK, "--scope", "tema"), "did you mean team", id="scope kind"
        ),
        pytest.param(
            ("metrics", "--week", WEEK, "--scope", "team:东部二队"), "东部一队", id="scope"
        ),
        pytest.param(
            ("why", "--week", WEEK, "--metric", "sales_amont"), "sales_amount", id="metric"
        ),
        pytest.param(("why", "99", "--week", WEEK), "ranks: 1, 2", id="rank"),
        pytest.param(("why", "2026-W46:sales", "--week", WEEK), "sales_amount:team", id="case"),
    ],
)
def test_a_wrong_name_is_answered_with_the_near_ones(
    fupan: Fupan, folder: str, arguments: tuple[str, ...], said: str
) -> None:
    answer = fupan(*arguments, "--company", folder)
    assert answer.code == 2
    assert said in answer.err


def test_a_folder_without_settings_is_no_company(fupan: Fupan, tmp_path: Path) -> None:
    answer = fupan("check", "--company", str(tmp_path))
    assert answer.code == 2
    assert "fupan init" in answer.err


def test_a_wrong_setting_is_named_with_what_is_allowed(fupan: Fupan, folder: str) -> None:
    path = Path(folder) / "fupan.toml"
    path.write_text('[company]\nname = "A"\nlocale = "zh"\n', "utf-8")
    answer = fupan("check", "--company", folder)
    assert answer.code == 2
    assert "company.locale" in answer.err
    assert "zh-CN" in answer.err


def test_status_before_and_after_a_load(fupan: Fupan, folder: str) -> None:
    assert fupan("status", "--company", folder, "--json").document["loads"] == []
    fupan("metrics", "--company", folder, "--week", WEEK, "--json")
    after = fupan("status", "--company", folder, "--json").document
    assert {load["source"] for load in after["loads"]} == {"order", "roster", "target"}
    assert fupan("status", "--company", folder).code == 0


def test_doctor_gives_each_finding_its_remedy(fupan: Fupan, folder: str) -> None:
    answer = fupan("doctor", "--company", folder, "--json")
    assert answer.code in {0, 1, 2}
    assert all({"state", "subject", "found", "remedy"} <= set(row) for row in answer.document)


def test_init_writes_a_company_that_opens(fupan: Fupan, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert fupan("init", str(folder), "--name", "新公司").code == 0
    assert fupan("status", "--company", str(folder), "--json").document["company"] == "新公司"
    again = fupan("init", str(folder))
    assert again.code == 2
