"""Metrics that a company adds, and feeds of its own numbers (docs/own-metrics.md)."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.errors import SettingsError
from flows.feeds import feeds_of, read_feeds
from flows.ingest import ingest
from flows.parameters import active_catalogue
from flows.paths import part
from flows.review import build_review, named_week
from flows.settings import MetricSettings, SourceSettings
from tests.flows.builders import TEAMS, company, views
from tests.flows.small_company import MONDAY, WEEK, make_company
from tests.transforms.builders import AS_OF, PERIODS, facts
from transforms.catalogue import CATALOGUE, Metric
from transforms.parameters import ReviewWeek
from transforms.points import metric_points

FEEDS = {"feed.web": ("visits", "enquiries")}
VISITS = {"title_en": "Visits", "fact": "feed.web", "column": "visits", "aggregation": "sum"}


def catalogue(**metrics: dict[str, Any]) -> dict[str, Metric]:
    settings = MetricSettings.model_validate({"metrics": metrics})
    return active_catalogue(settings, CATALOGUE, FEEDS)


def value(
    metric: str, given: dict[str, pl.LazyFrame], **metrics: dict[str, Any]
) -> tuple[int, int]:
    """Numerator and denominator of the company's reviewed week."""
    points = metric_points(given, catalogue(**metrics), PERIODS, as_of=AS_OF)
    row = points.filter(
        metric=metric, scope_kind="company", period_kind="week", period_end=AS_OF
    ).row(0, named=True)
    return int(row["numerator"]), int(row["denominator"])


SALES = [
    {"net_amount": Decimal(5), "channel": "直销", "occurred_on": date(2026, 11, 16)},
    {"net_amount": Decimal(9), "channel": "直销", "occurred_on": date(2026, 11, 18)},
    {"net_amount": Decimal(-2), "channel": "电商", "occurred_on": date(2026, 11, 18)},
    {"net_amount": Decimal(7), "channel": "电商", "occurred_on": date(2026, 11, 20)},
]


@pytest.mark.parametrize(
    ("aggregation", "condition", "expected"),
    [
        pytest.param("sum", None, (19, 1), id="sum"),
        pytest.param("mean", None, (19, 4), id="mean: a sum over a count"),
        pytest.param("min", None, (-2, 1), id="min"),
        pytest.param("max", "net_amount < 9", (7, 1), id="max of some rows"),
        pytest.param("first", None, (5, 1), id="first"),
        pytest.param("last", "occurred_on <= '2026-11-18'", (7, 1), id="last day added up"),
        pytest.param("count", "channel == '直销'", (2, 1), id="count"),
        pytest.param(
            "count", "channel in ['直销', '电商'] and not net_amount > 0", (1, 1), id="not"
        ),
        pytest.param("max", "net_amount > 99", (0, 0), id="no row: no value, not 0"),
    ],
)
def test_aggregations_and_filters(
    aggregation: str, condition: str | None, expected: tuple[int, int]
) -> None:
    metric = {
        "title_en": "M",
        "fact": "sale",
        "column": "net_amount",
        "aggregation": aggregation,
        **({"filter": condition} if condition else {}),
    }
    assert value("m", facts(sale=SALES), m=metric) == expected


def test_distinct_counts_texts_and_yes_is_1() -> None:
    rows = [{"opportunity_id": f"D{n % 3}", "is_won": n != 0} for n in range(4)]
    metric = {
        "title_en": "M",
        "fact": "deal_closed",
        "column": "opportunity_id",
        "aggregation": "distinct",
        "filter": "is_won == 1",
    }
    assert value("m", facts(deal_closed=rows), m=metric) == (3, 1)


@pytest.mark.parametrize(
    ("operation", "of", "expected"),
    [
        pytest.param("sum", ["sales_amount", "cash_collected"], (23, 1), id="sum"),
        pytest.param("difference", ["sales_amount", "cash_collected"], (15, 1), id="difference"),
        pytest.param("product", ["sales_amount", "cash_collected"], (76, 1), id="product"),
        pytest.param("ratio", ["cash_collected", "sales_amount"], (4, 19), id="ratio"),
        pytest.param("product", ["aov", "cash_collected"], (19, 1), id="a ratio by its value"),
        pytest.param("sum", ["other", "cash_collected"], (27, 1), id="a formula of a formula"),
        pytest.param("sum", ["gross_margin", "sales_amount"], None, id="not recorded"),
    ],
)
def test_formulas(operation: str, of: list[str], expected: tuple[int, int] | None) -> None:
    given = facts(sale=SALES, cash_receipt=[{"amount": Decimal(4)}])
    added = {
        "m": {"title_en": "M", "formula": {"operation": operation, "of": of}},
        "other": {
            "title_en": "Other",
            "formula": {"operation": "sum", "of": ["sales_amount", "cash_collected"]},
        },
    }
    if expected is None:
        points = metric_points(given, catalogue(**added), PERIODS, as_of=AS_OF)
        assert points.filter(metric="m").is_empty()
    else:
        assert value("m", given, **added) == expected


def _formula(*of: str) -> dict[str, Any]:
    return {"title_en": "M", "formula": {"operation": "sum", "of": list(of)}}


@pytest.mark.parametrize(
    ("metrics", "complaint"),
    [
        pytest.param({"m": {**VISITS, "fact": "sal"}}, "did you mean sale", id="fact"),
        pytest.param({"m": {**VISITS, "fact": "feed.wb"}}, "did you mean feed.web", id="feed"),
        pytest.param({"m": {**VISITS, "column": "visit"}}, "did you mean visits", id="column"),
        pytest.param(
            {"m": {**VISITS, "column": "channel"}}, "holds no numbers to sum", id="text column"
        ),
        pytest.param(
            {"m": {**VISITS, "filter": "visit > 1"}}, "names 'visit'.*visits", id="filter column"
        ),
        pytest.param({"m": {**VISITS, "filter": "visits >"}}, "at character 9", id="filter"),
        pytest.param(
            {"m": {**VISITS, "filter": "channel > 1"}}, "with a quoted text", id="filter kind"
        ),
        pytest.param({"m": _formula("leeds", "aov")}, "did you mean leads", id="unknown input"),
        pytest.param(
            {"a": _formula("b", "aov"), "b": _formula("a", "aov")}, "in a circle: a, b", id="circle"
        ),
        pytest.param(
            {"m": _formula("target_attainment", "aov")}, "held against the plan", id="plan"
        ),
        pytest.param(
            {"m": _formula("leads", "aov"), "leads": {"is_active": False}},
            "switched off",
            id="off",
        ),
        pytest.param({"leads": VISITS}, "a code of its own", id="taken"),
        pytest.param({"a-b": VISITS}, "is no code", id="code"),
    ],
)  # fmt: skip
def test_a_wrong_definition_names_key_value_and_near_names(
    metrics: dict[str, dict[str, Any]], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        catalogue(**metrics)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        pytest.param({"fact": "sale", "title_en": "M"}, "needs an aggregation", id="aggregation"),
        pytest.param(
            {"fact": "sale", "aggregation": "sum", "title_en": "M"}, "needs a column", id="column"
        ),
        pytest.param({"fact": "sale", "aggregation": "count"}, "title_zh or title_en", id="title"),
        pytest.param({"filter": "a == 1"}, "name its fact, too", id="fact"),
        pytest.param({"unit": "money"}, "is fixed", id="unit of the catalogue's"),
        pytest.param({**_formula("a", "b"), "column": "x"}, "a formula has no column", id="both"),
    ],
)
def test_what_does_not_go_together_is_refused(entry: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        MetricSettings.model_validate({"metrics": {"m": entry}})


SOURCE: dict[str, Any] = {
    "title": "网站",
    "entity": "metric_feed",
    "files": "*.csv",
    "columns": {
        "feed": {"value": "web"},
        "row_id": "日期",
        "measured_on": "日期",
        "numbers": {"numbers": {"visits": "访问量"}},
    },
}


@pytest.mark.parametrize(
    ("column", "origin", "complaint"),
    [
        pytest.param("feed", "日期", "a feed has one name", id="name"),
        pytest.param("numbers", "访问量", "names its measures", id="measures"),
        pytest.param("numbers", {"numbers": {"channel": "访问量"}}, "cannot be called", id="taken"),
    ],
)
def test_a_feed_says_its_name_and_measures(column: str, origin: object, complaint: str) -> None:
    wrong = {**SOURCE, "columns": {**SOURCE["columns"], column: origin}}
    with pytest.raises(ValueError, match=complaint):
        SourceSettings.model_validate(wrong)
    assert feeds_of({"web": SourceSettings.model_validate(SOURCE)}) == {"feed.web": ("visits",)}


def test_a_feed_has_the_scopes_of_its_day_and_unknown_is_not_0() -> None:
    row = {"feed": "web", "measured_on": date(2026, 7, 1), "numbers": '{"visits":"3.500000"}'}
    rows = [
        {**row, "row_id": "1", "rep_id": "R1"},
        {**row, "row_id": "2", "team": "客服部", "numbers": '{"visits":null}'},
        {**row, "row_id": "3", "feed": "shop"},
        {**row, "row_id": "4", "measured_on": date(2026, 11, 23)},
    ]
    connection = views(metric_feed=rows, assignment=TEAMS)
    week = ReviewWeek("", AS_OF, AS_OF)
    read = read_feeds(connection, company(), {"feed.web": ("visits", "new")}, week)
    found = read["feed.web"].collect().sort("team")
    assert found.select("team", "visits", "new").rows() == [
        ("华南一部", Decimal("3.5"), None),
        ("客服部", None, None),
    ]


def test_the_worked_example_of_the_guide_joins_the_review(tmp_path: Path) -> None:
    """A tiny company: the files of docs/own-metrics.md, from the CSV to the value and its light."""
    blocks = part("docs", "own-metrics.md").read_text("utf-8").split("```toml\n")[1:]
    source, metrics = (block.split("```")[0] for block in blocks[-2:])
    assert "web" in tomllib.loads(source)["columns"]["feed"]["value"]
    small = make_company(tmp_path / "company")
    (small.folder / "sources" / "web.toml").write_text(source, "utf-8")
    (small.folder / "metrics.toml").write_text(metrics, "utf-8")
    lines = [
        "日期,渠道,访问量,咨询量",
        '2026-11-09,线上商城,"1,204",31',
        "2026-11-09,短视频直播,880,",
        "2026-11-10,线上商城,1311,29",
        "2026-11-11,线上商城,many,29",
        "2026-11-03,线上商城,10,1",
        "2026-11-04,线上商城,10,1",
    ]
    (small.folder / "inbox" / "日报数据.csv").write_text("\n".join(lines), "utf-8")
    ingest(small, MONDAY)
    review = build_review(small, named_week(small, WEEK), MONDAY)
    assert "咨询率" in {metric.title_zh for metric in review.catalogue.values()}
    weekly = review.tables["metric_value"].filter(period_kind="week")
    sides = {
        (row["metric"], row["scope"]): (row["numerator"], row["denominator"], row["state"])
        for row in weekly.to_dicts()
    }
    assert sides["web_visits", "company"] == (3395, 1, "ok")
    assert sides["web_visits", "短视频直播"] == (880, 1, "ok")
    assert sides["web_enquiries", "短视频直播"] == (0, 0, "no_data")
    assert sides["enquiry_rate", "company"] == (60, 3395, "ok")
    assert sides["enquiry_rate", "线上商城"] == (60, 2515, "ok")
    assert review.records["reject"]["value"].to_list() == ["many"]
