"""Maven's CRM export with a plan of our own: attainment against sums over its raw file."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.company import open_company
from flows.ingest import ingest
from flows.paths import part
from flows.planbook.writing import write_plan
from flows.review import Review, build_review, named_week
from tests.examples.conftest import ARRIVED_AT

pytestmark = pytest.mark.xdist_group("maven_crm")

Q4 = date(2017, 10, 1), date(2017, 12, 31)
YEAR = date(2017, 1, 1), date(2017, 12, 31)
Target = tuple[str, str, str, tuple[date, date], str]
TARGETS: list[Target] = [
    ("Contracts", "Company", "Company", YEAR, "10000000"),
    ("Contracts", "Company", "Company", Q4, "3000000"),
    ("Win rate", "Company", "Company", Q4, "62%"),
    *(
        ("Contracts", "Team", manager, Q4, "500000")
        for manager in ("Melvin Marxen", "Cara Losch", "Rocco Neubert")
    ),
    ("Contracts", "Region", "West", Q4, "700000"),
    ("Contracts", "Product line", "GTX", YEAR, "7000000"),
    ("Contracts", "Person", "Darcel Schlecht", Q4, "300000"),
    ("Contracts", "Industry", "medical", Q4, "400000"),
]


@pytest.fixture(scope="module")
def review(data_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The example with the plan tables of `fupan init --plan csv`, filled in; nothing else."""
    if not (data_root / "maven_crm").is_dir():
        pytest.skip(f"the real data set maven_crm is not in FUPAN_DATA_ROOT ({data_root})")
    folder = tmp_path_factory.mktemp("maven") / "company"
    shutil.copytree(part("examples", "maven_crm"), folder)
    settings = folder / "fupan.toml"
    text = settings.read_text("utf-8").replace("../../../shared/data", str(data_root))
    settings.write_text(text, "utf-8")
    (folder / "plan").mkdir()
    write_plan(folder, "en", "csv")
    with (folder / "plan" / "Targets.csv").open("a", encoding="utf-8", newline="") as file:
        for number, (metric, kind, scope, window, value) in enumerate(TARGETS, 1):
            row = (f"T{number}", "", metric, kind, scope, *window, value, "Director", "")
            csv.writer(file).writerow(row)
    company = open_company(folder)
    report = ingest(company, ARRIVED_AT)
    assert not report.problems
    return build_review(company, named_week(company, "2017-W52"), ARRIVED_AT)


def deals(data_root: Path) -> Iterator[dict[str, str]]:
    """The rows of the raw file, with team, region and product line from the other two."""
    folder = data_root / "maven_crm"
    with (folder / "sales_teams.csv").open(encoding="utf-8") as file:
        teams = {row["sales_agent"]: row for row in csv.DictReader(file)}
    with (folder / "products.csv").open(encoding="utf-8") as file:
        series = {row["product"].replace(" ", ""): row["series"] for row in csv.DictReader(file)}
    with (folder / "sales_pipeline.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            product = {"Product line": series[row["product"].replace(" ", "")]}
            team = teams[row["sales_agent"]]
            scopes = {"Team": team["manager"], "Region": team["regional_office"]}
            yield {**row, **product, **scopes, "Person": row["sales_agent"], "Company": "Company"}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: "-".join(target[:3]))
def test_attainment_equals_the_raw_file(review: Review, data_root: Path, target: Target) -> None:
    metric, kind, scope, window, value = target
    inside = [
        row
        for row in deals(data_root)
        if row["close_date"] and window[0] <= date.fromisoformat(row["close_date"]) <= window[1]
    ]
    codes = {"Contracts": "contract_amount", "Win rate": "win_rate"}
    found = review.tables["target_progress"].filter(
        pl.col("metric") == codes[metric],
        pl.col("scope") == ("company" if kind == "Company" else scope),
        pl.col("period_start") == window[0],
        pl.col("period_end") == window[1],
    )
    row = found.row(0, named=True)
    if kind == "Industry":  # no fact is cut by it
        assert (row["state"], row["attainment"]) == ("no_data", None)
        return
    won = [deal for deal in inside if deal["deal_stage"] == "Won" and deal[kind] == scope]
    if metric == "Win rate":
        closed = [deal for deal in inside if deal["deal_stage"] in {"Won", "Lost"}]
        assert row["attainment"] == pytest.approx(len(won) / len(closed) / 0.62, abs=1e-12)
        return
    amount = sum(Decimal(deal["close_value"]) for deal in won)
    assert row["actual"] == amount
    assert row["attainment"] == pytest.approx(float(amount) / float(value), abs=1e-12)
    assert row["due"] == Decimal(value)


def test_the_figures_written_down_once(review: Review) -> None:
    """Worked out by hand from the raw file: 2,802,496 of 3,000,000 in the fourth quarter."""
    rows = review.tables["target_progress"].filter(pl.col("scope") == "company")
    amounts = rows.filter(pl.col("metric") == "contract_amount")
    shown = dict(amounts.select("period_start", "attainment").iter_rows())
    assert shown[Q4[0]] == pytest.approx(0.934165, abs=5e-7)
    assert shown[YEAR[0]] == pytest.approx(1.000553, abs=5e-7)


def test_what_the_teams_leave_of_the_quarter_is_said(review: Review) -> None:
    flaws = review.tables["plan_flaw"].filter(pl.col("part_kind") == "team")
    west = flaws.filter(pl.col("scope") == "West")
    company = flaws.filter(pl.col("scope") == "company").row(0, named=True)
    assert west.is_empty(), "its managers have no target in this plan"
    assert (company["parts"], company["amount"]) == (1_500_000, 1_500_000)
