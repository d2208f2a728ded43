"""The whole path on the demo company: exports in, packs and finance file out, and once more."""

import hashlib
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from pypdf import PdfReader

from flows.manifest import manifests, review_table
from flows.pack_inputs import pack_inputs
from flows.render.wording import LocaleName, Wording
from tests.demo_company import (
    MONDAY,
    Run,
    adds_up,
    generate,
    hashes_of,
    planted_story,
    run,
    truth,
    values_of,
)
from tests.flows.render.sentences import case_sentences, complaints, told_in_full
from transforms.scopes import COMPANY
from transforms.views import pack_view

pytestmark = pytest.mark.xdist_group("monday run")

TEAMS = 12
UNTIDY = {"trailing_blank", "full_width_digits"}
"""Dirt that is read as what it means, not rejected."""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(generate(tmp_path_factory.mktemp("company") / "demo"), MONDAY)


@pytest.fixture(scope="module")
def hashes(first: Run) -> dict[Path, str]:
    return hashes_of(first.company.published)


@pytest.fixture(scope="module")
def again(first: Run, hashes: dict[Path, str]) -> tuple[Run, dict[Path, str]]:
    """The same week an hour later, and what the published files were then."""
    assert hashes
    done = run(first.company, MONDAY + timedelta(hours=1))
    return done, hashes_of(first.company.published)


@pytest.fixture(scope="module")
def corrected(first: Run, again: tuple[Run, dict[Path, str]]) -> Run:
    assert again[0].edition.number == 1
    for path in (first.company.folder / "later").iterdir():
        shutil.copy(path, first.company.folder / "inbox")
    return run(first.company, MONDAY + timedelta(hours=30), "ERP 更正订单")


def test_one_pack_for_the_company_and_one_for_each_team(first: Run) -> None:
    assert first.edition.is_new
    assert first.edition.week.label == truth(first.company)["end_week"]
    kinds = [pack.scope_kind for pack in first.edition.packs]
    assert (kinds.count(COMPANY), kinds.count("team")) == (1, TEAMS)
    for pack in first.edition.packs:
        assert pack.sha256 == hashlib.sha256(pack.path.read_bytes()).hexdigest()


def test_a_team_pack_names_no_other_team(first: Run) -> None:
    teams = {pack.scope: pack.path for pack in first.edition.packs if pack.scope_kind == "team"}
    text = "".join(page.extract_text() for page in PdfReader(teams["西南部"]).pages)
    assert "西南部" in text
    assert [name for name in teams if name != "西南部" and name in text] == []


def test_every_row_is_accounted_for(first: Run) -> None:
    files = first.report.files
    parts = ["rows_opened", "rows_unchanged", "rows_rejected", "rows_superseded"]
    assert files.filter(pl.sum_horizontal(parts) != pl.col("rows_read")).is_empty()
    assert not first.report.problems


def test_every_dirty_row_is_found_for_what_it_is(first: Run) -> None:
    """Rejected under its rule, superseded by its double, or taken in and reported."""
    planted = {
        (source, rule): count
        for source, rules in truth(first.company)["rejects"].items()
        for rule, count in rules.items()
        if rule not in UNTIDY
    }
    files, findings = first.report.files, first.report.findings
    rejects = first.report.rejects.join(files.select("load_number", "source"), on="load_number")
    found = pl.concat(
        [
            rejects.group_by("source", "rule").agg(pl.len().cast(pl.Int64).alias("rows")),
            files.filter(pl.col("rows_superseded") > 0)
            .group_by("source", pl.lit("duplicate_row").alias("rule"))
            .agg(pl.col("rows_superseded").sum().alias("rows")),
            findings.filter(pl.col("rule") == "unknown_account").select("source", "rule", "rows"),
        ]
    )
    assert {(source, rule): count for source, rule, count in found.iter_rows()} == planted


def test_untidy_cells_are_read_as_what_they_mean(first: Run) -> None:
    """Blanks after a name, full-width digits of a payment."""
    with duckdb.connect(first.finance_file, read_only=True) as connection:
        names = connection.sql(
            "select account_name from account union all select opportunity_name from opportunity"
        ).fetchall()
        paid = connection.sql("select sum(amount) from payment").fetchall()
    assert [name for (name,) in names if name != name.strip()] == []
    assert paid == [(Decimal(str(truth(first.company)["totals"]["cash"])),)]


@pytest.mark.parametrize("run_name", ["first", "corrected"])
def test_teams_add_up_to_the_company_and_to_the_erp(
    request: pytest.FixtureRequest, run_name: str
) -> None:
    """D-29: whatever has no owner goes to 未分配, so children always add up, to the cent."""
    done: Run = request.getfixturevalue(run_name)
    additive = [code for code, metric in done.review.catalogue.items() if adds_up(metric)]
    for table in ("metric_value", "metric_history"):
        values = done.review.tables[table].filter(pl.col("metric").is_in(additive))
        keys = ["metric", "period_kind", "period_start", "period_end"]
        whole = values.filter(pl.col("scope_kind") == COMPANY).select(*keys, "numerator")
        assert whole.height
        for kind in ("team", "region", "rep", "product_line", "channel"):
            parts = (
                values.filter(pl.col("scope_kind") == kind)
                .group_by(keys)
                .agg(pl.col("numerator").sum().alias("parts"))
            )
            # where no input of a metric carries a scope kind, it has no rows there; a feed has one
            carried = values.filter(pl.col("scope_kind") == kind)["metric"].unique()
            fed = set() if kind == "channel" else {"web_visits", "web_enquiries"}
            assert kind == "product_line" or set(whole["metric"]) - set(carried) == fed
            both = whole.filter(pl.col("metric").is_in(carried.implode())).join(
                parts, on=keys, how="left"
            )
            wrong = both.filter(pl.col("numerator").fill_null(0) != pl.col("parts").fill_null(0))
            assert wrong.is_empty(), kind
    assert done.review.tables["reconciliation"].height
    assert done.review.tables["reconciliation"].filter(pl.col("difference") != 0).is_empty()


def test_totals_are_those_that_were_planted(first: Run) -> None:
    planted = truth(first.company)["totals"]["net_sales_qtd_by_team"]
    values = values_of(first, "sales_amount", "team", "qtd")
    assert {team: values[team] for team in planted} == {
        team: Decimal(str(amount)) for team, amount in planted.items()
    }


@pytest.mark.parametrize(
    ("story", "team"),
    [
        pytest.param("fabricated_leads", "华东二部", id="fabricated leads"),
        pytest.param("proposals_without_fit", "线上部", id="proposals without fit"),
        pytest.param("shallow_discovery", "华南二部", id="shallow discovery"),
        pytest.param("stock_out", "华南一部", id="stock-out"),
        pytest.param("price_cut", "西北部", id="price cut"),
        pytest.param("large_new_customers", "华中部", id="large new customers"),
    ],
)
def test_planted_driver_and_segment_are_found(first: Run, story: str, team: str) -> None:
    """D-18 levels 2 and 3."""
    planted = planted_story(first.company, story)
    tables = first.review.tables
    case = tables["variance"].filter(
        (pl.col("metric") == planted["metric"])
        & (pl.col("scope") == team)
        & (pl.col("period_kind") == planted["period_kind"])
    )
    assert case.height == 1
    drivers = tables["driver"].join(case, on="case_id", how="semi")
    assert drivers.sort("share", descending=True)["driver"][0] == planted["driver"]
    (dimension, member), *_ = planted["segment"].items()
    if dimension == "team":
        return
    best = tables["segment"].join(case, on="case_id", how="semi").filter(pl.col("position") == 1)
    named = [
        dict(zip(row["dimensions"].split(" × "), row["members"].split(" × "), strict=True))
        for row in best.iter_rows(named=True)
    ]
    assert {dimension: member} in named


def test_parts_of_every_gap_add_up_exactly(first: Run) -> None:
    tables = first.review.tables
    parts = tables["driver"].group_by("case_id").agg(pl.col("contribution").sum())
    both = tables["variance"].join(parts, on="case_id")
    assert both.height
    assert both.filter(pl.col("gap") != pl.col("contribution")).is_empty()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_number_of_every_case_sentence_is_a_cell_d18(first: Run, locale: LocaleName) -> None:
    given = pack_inputs(first.company, first.review)
    words = Wording(locale, given.currency, given.parameters.week.ends_on.year)
    for pack in first.edition.packs:
        said = [*case_sentences(pack_view(given, pack.scope_kind, pack.scope))]
        assert said
        assert [each for one in said for each in complaints(one, given, words)] == []
    told = [each for one in told_in_full(given) for each in complaints(one, given, words)]
    assert told == []


def test_the_stuck_contract_and_the_dormant_key_customer_are_listed(first: Run) -> None:
    key_customer = planted_story(first.company, "dormant_customers")["size"]["accounts"][0]
    company_pack = next(p for p in first.edition.packs if p.scope_kind == COMPANY)
    wanted = {"启明能源", "超时 3 天", key_customer}
    for page in PdfReader(company_pack.path).pages:
        text = page.extract_text()
        wanted = {words for words in wanted if words not in text}
        if not wanted:
            break
    assert not wanted
    dormant = first.review.tables["dormant_account"].filter("is_key")
    assert key_customer in dormant["account_name"].to_list()


def test_every_customer_silent_for_half_a_year_is_dormant(first: Run) -> None:
    """D-12; one that had been silent for longer is recorded as lost."""
    planted = planted_story(first.company, "dormant_customers")["size"]["accounts"]
    accounts = first.review.records["account"].filter(pl.col("account_name").is_in(planted))
    silent_since = first.sales().group_by("account_id").agg(pl.col("occurred_on").max()).collect()
    silent = accounts.join(silent_since, on="account_id")
    year_ago = first.review.week.ends_on - timedelta(days=365)
    recent = silent.filter(pl.col("occurred_on") > year_ago)["account_name"].to_list()
    dormant = first.review.tables["dormant_account"]["account_name"].to_list()
    assert len(silent) == len(planted)
    assert len(recent) >= 4
    assert [name for name in recent if name not in dormant] == []
    others = silent.filter(~pl.col("account_name").is_in(dormant))
    assert others["lost_on"].null_count() == 0


def test_the_same_week_again_changes_nothing(
    first: Run, hashes: dict[Path, str], again: tuple[Run, dict[Path, str]]
) -> None:
    done, now = again
    assert (done.edition.number, done.edition.is_new) == (1, False)
    assert done.finance_file == first.finance_file
    assert not any(pack.is_new for pack in done.edition.packs)
    kept = {path: digest for path, digest in hashes.items() if path.name != "warehouse.duckdb"}
    assert {path: now[path] for path in kept} == kept


def test_a_correction_makes_the_next_edition_of_the_packs_it_touches(corrected: Run) -> None:
    changed = set(truth(corrected.company)["later"]["delta_net_sales_by_team"])
    assert corrected.edition.is_new
    assert corrected.edition.number == 2
    fresh = {pack.scope for pack in corrected.edition.packs if pack.is_new}
    assert fresh == {COMPANY, *changed}
    assert len(corrected.edition.packs) == TEAMS + 1
    assert all(pack.path.exists() for pack in corrected.edition.packs)


def test_the_next_edition_restates_exactly_what_was_corrected(corrected: Run) -> None:
    planted = truth(corrected.company)["later"]["delta_net_sales_by_team"]
    edition = manifests(corrected.company)[-1]
    rows = review_table(corrected.company, edition, "restatement").filter(
        (pl.col("metric") == "sales_amount")
        & (pl.col("scope_kind") == "team")
        & (pl.col("period_kind") == "ytd")
    )
    assert {row["scope"]: round(row["delta"], 2) for row in rows.to_dicts()} == planted
    assert set(rows["reason"]) == {"ERP 更正订单"}


def test_the_published_edition_is_never_changed(
    first: Run, hashes: dict[Path, str], corrected: Run
) -> None:
    assert corrected.edition.number == 2
    now = hashes_of(first.company.published)
    kept = [path for path in hashes if "edition-1" in path.parts or "-e1" in path.name]
    assert kept
    assert {path: now[path] for path in kept} == {path: hashes[path] for path in kept}


def test_finance_sees_as_reported_and_most_recent(corrected: Run) -> None:
    with duckdb.connect(corrected.finance_file, read_only=True) as connection:
        editions = connection.sql("select edition from edition order by all").fetchall()
        assert editions == [(1,), (2,)]
        recent = connection.sql("select distinct edition from metric_value").fetchall()
        assert recent == [(2,)]
        assert connection.sql("from data_dictionary").fetchall()
        unnamed = "select metric from metric_value anti join metric_definition using (metric)"
        assert connection.sql(unnamed).fetchall() == []
        total = connection.sql("select sum(net_amount) from fact_sale").fetchall()
        traced = connection.sql(
            "select sum(net_amount) from order_line where file_name is not null"
        ).fetchall()
        assert total == traced
