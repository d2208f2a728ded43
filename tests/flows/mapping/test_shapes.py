"""Exports in shapes nobody has described: mapped by configuration alone, they add up."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.company import open_company
from flows.mapping.document import source_text
from flows.mapping.propose import propose
from flows.settings.questions import open_keys
from flows.warehouse import reader
from tests.flows.mapping import shapes
from tests.flows.mapping.answering import answered, load, new_company


@pytest.fixture
def mapped(tmp_path: Path) -> Callable[..., tuple[list[str], pl.DataFrame]]:
    """Map an export, answer its questions, load it; returns what was asked and the rows."""

    def run(name: str, content: bytes, answers: dict[str, str]) -> tuple[list[str], pl.DataFrame]:
        folder = new_company(tmp_path / "acme")
        path = folder / "inbox" / name
        path.write_bytes(content)
        text = source_text(propose(path))
        (folder / "sources" / "it.toml").write_text(answered(text, answers), "utf-8")
        loaded = load(folder)
        assert loaded.file("it")["rows_rejected"] == 0
        entity = open_company(folder).sources["it"].entity
        with reader(loaded.company.warehouse) as connection:
            return open_keys(tomllib.loads(text)), connection.table(f"core.{entity}").pl()

    return run


@pytest.mark.parametrize(
    ("name", "write", "answers"),
    [
        pytest.param("商机导出_20261103.csv", shapes.chinese_report, {}, id="Chinese report"),
        pytest.param(
            "Opportunity Report.csv",
            shapes.american_report,
            {"columns.currency": '{ value = "USD" }'},
            id="American report",
        ),
    ],
)
def test_deals_add_up(
    mapped: Callable[..., tuple[list[str], pl.DataFrame]],
    name: str,
    write: Callable[[], bytes],
    answers: dict[str, str],
) -> None:
    asked, rows = mapped(name, write(), answers)
    assert asked == list(answers)
    closed = rows.filter(pl.col("outcome") != "open").sort("opportunity_id")
    outcomes = {"进行中": "open", "赢单": "won", "输单": "lost"}
    found = rows.sort("opportunity_id").select("opportunity_id", "outcome", "amount", "created_on")
    assert found.rows() == [
        (number, outcomes[status], amount, opened)
        for number, status, amount, opened, _ in shapes.DEALS
    ]
    assert closed["closed_on"].to_list() == [deal[4] for deal in shapes.DEALS if deal[4]]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param("orders_2026-W45.csv", shapes.european_lines, id="European list"),
        pytest.param("销售明细.xlsx", shapes.workbook_lines, id="workbook with merged header"),
        pytest.param("order lines.txt", shapes.epoch_lines, id="epoch milliseconds"),
    ],
)
def test_order_lines_add_up_without_a_question(
    mapped: Callable[..., tuple[list[str], pl.DataFrame]], name: str, write: Callable[[], bytes]
) -> None:
    asked, rows = mapped(name, write(), {})
    assert asked == []
    found = rows.sort("order_id", "line_number").select(
        "order_id", pl.col("line_number").cast(pl.Int64), "ordered_on", "net_amount"
    )
    assert found.rows() == shapes.LINES
    kinds = rows.sort("net_amount").get_column("document_kind").to_list()
    assert kinds == ["return", "sale", "sale", "sale"]


def test_days_that_may_be_either_are_asked_for_and_never_guessed(
    mapped: Callable[..., tuple[list[str], pl.DataFrame]],
) -> None:
    content = "Payment No,Customer,Payment Date,Amount\nP1,K1,03/04/2026,5\nP2,K1,05/06/2026,7\n"
    answers = {"columns.paid_on.date_formats": '["%d/%m/%Y"]'}
    asked, rows = mapped("payments.csv", content.encode(), answers)
    assert asked == list(answers)
    assert rows.sort("payment_id")["paid_on"].to_list() == [date(2026, 4, 3), date(2026, 6, 5)]
    assert rows["amount"].sum() == Decimal(12)


def test_what_fits_nothing_is_kept_as_records(
    mapped: Callable[..., tuple[list[str], pl.DataFrame]],
) -> None:
    asked, rows = mapped("weather.csv", b"station,wind,rain\nA,3,1.5\nB,4,0\nB,4,0\n", {})
    assert asked == []
    assert rows["record_kind"].unique().to_list() == ["weather"]
    assert rows.height == 3
    assert '"wind"' in rows["content"][0]
