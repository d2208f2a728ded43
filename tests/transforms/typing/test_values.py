"""Keys, lookups and conversions: what is declared of a column beyond its type."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from transforms.tables import ENTITIES
from transforms.typing import ColumnRule, Conversion, TypedRows, answers_of, typed_rows
from transforms.typing.conversion import rates_of

RATES = (
    ("EUR", date(2026, 1, 1), Decimal("7.800000")),
    ("USD", date(2026, 1, 1), Decimal("7.200000")),
    ("USD", date(2026, 11, 1), Decimal("7.123456")),
)
BY_ROW = Conversion(to="CNY", rates=RATES, on="日期", column="币种")


def payments(*cells: Mapping[str, str | None], **rules: ColumnRule) -> TypedRows:
    """Type payments whose number, day and amount stand in columns of those names."""
    columns = {
        "payment_id": ColumnRule(source="单号"),
        "paid_on": ColumnRule(source="日期"),
        "amount": ColumnRule(source="金额"),
    }
    good: dict[str, str | None] = {"单号": "P1", "日期": "2026-11-03", "金额": "100"}
    names = dict.fromkeys(name for row in (good, *cells) for name in row)
    rows = [{name: (good | dict(row)).get(name) for name in names} for row in cells]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)).with_columns(
        row_number=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )
    return typed_rows(frame, columns | rules, ENTITIES["payment"], zone="Asia/Shanghai")


def rejected(found: TypedRows) -> list[tuple[Any, ...]]:
    return found.rejects.select("row_number", "rule", "value").rows()


@pytest.mark.parametrize(
    ("rule", "cell", "expected"),
    [
        pytest.param({}, "\u3000K1\xa0\u200b", "K1", id="blanks of every width"),
        pytest.param({}, "Select", None, id="nothing selected"),
        pytest.param({}, "--None--", None, id="none selected"),
        pytest.param({"case": "upper"}, "ab 12", "AB 12", id="upper case"),
        pytest.param({"case": "lower"}, "ÄB", "äb", id="lower case"),
        pytest.param({"case": "title"}, "ACME tools LTD", "Acme Tools Ltd", id="title case"),
        pytest.param({"pad_zeros": 6}, "1042", "001042", id="lost zeros"),
        pytest.param({"pad_zeros": 6}, "A1042", "A1042", id="no number"),
        pytest.param({"pad_zeros": 3}, "1042", "1042", id="long enough"),
        pytest.param(
            {"aliases": {"gtxpro": "gtx pro"}, "case": "upper"}, "gtxpro", "GTX PRO", id="in turn"
        ),
    ],
)
def test_text_is_written_as_declared(rule: dict[str, Any], cell: str, expected: str | None) -> None:
    found = payments({"客户": cell}, account_id=ColumnRule(source="客户", **rule))
    assert found.rows.get_column("account_id").to_list() == [expected]


def test_key_of_several_columns_is_joined() -> None:
    cells = [{"年": "2026", "号": "7"}, {"年": "2026", "号": " "}, {"年": "2026", "号": "7|8"}]
    found = payments(*cells, payment_id=ColumnRule(joined=("年", "号")))
    assert found.rows.get_column("payment_id").to_list() == ["2026|7"]
    assert found.rejects.select("row_number", "rule", "column").rows() == [
        (3, "payment_id|missing", "年 + 号"),
        (4, "payment_id|separator_in_part", "年 + 号"),
    ]


def test_whole_row_is_kept_as_json_whatever_the_order_of_its_columns() -> None:
    rule = {
        "record_kind": ColumnRule(value="form"),
        "record_id": ColumnRule(source="id"),
        "content": ColumnRule(is_row_json=True),
    }
    cells = {"名称": ['甲"x'], "id": ["1"], "备注": [None]}
    schema = {**dict.fromkeys(cells, pl.String), "row_number": pl.Int64}
    frame = pl.DataFrame({**cells, "row_number": [2]}, schema=schema)
    contents = [
        typed_rows(rows, rule, ENTITIES["record"]).rows.get_column("content").item()
        for rows in (frame, frame.select("备注", "row_number", "id", "名称"))
    ]
    assert contents[0] == contents[1]
    assert json.loads(contents[0]) == {"id": "1", "名称": '甲"x', "备注": None}


PEOPLE = pl.DataFrame(
    {
        "rep_id": ["R1", "R2", "R3", "R4"],
        "rep_name": ["张伟", "Zhang San", "张伟", None],
        "email": ["a@x.cn", "b@x.cn", "c@x.cn", ""],
    }
)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("ZHANG　SAN", "R2", id="name, whatever its case and blanks"),
        pytest.param("B@x.cn", "R2", id="e-mail"),
        pytest.param("r4", "R4", id="number"),
        pytest.param("张伟", "张伟", id="two of that name: undecided"),
        pytest.param("李四", "李四", id="nobody of that name"),
        pytest.param("-", None, id="empty"),
    ],
)
def test_owner_is_looked_up(cell: str, expected: str | None) -> None:
    answers = answers_of(PEOPLE, ["rep_name", "email", "rep_id"], "rep_id")
    found = payments({"归属": cell}, rep_id=ColumnRule(source="归属", answers=answers))
    assert found.rows.get_column("rep_id").to_list() == [expected]


@pytest.mark.parametrize(
    ("cells", "convert", "expected"),
    [
        pytest.param({"币种": "USD"}, BY_ROW, "712.3456", id="latest rate of the day"),
        pytest.param({"币种": "美元", "日期": "2026-10-31"}, BY_ROW, "720", id="earlier rate"),
        pytest.param({"币种": "rmb"}, BY_ROW, "100", id="the company's own"),
        pytest.param(
            {"币种": "USD", "金额": "0.00007"}, BY_ROW, "0.0005", id="rounded once, half up"
        ),
        pytest.param(
            {},
            Conversion(to="CNY", rates=RATES, on="日期", currency="EUR"),
            "780",
            id="one currency for all",
        ),
        pytest.param(
            {"币种": ""},
            Conversion(to="CNY", rates=RATES, on="日期", column="币种", currency="EUR"),
            "780",
            id="where the cell says none",
        ),
        pytest.param(
            {"币种": "USD", "开票": "3.10.2026"},
            Conversion(to="CNY", rates=RATES, on="开票", column="币种", date_formats=("%d.%m.%Y",)),
            "720",
            id="a day of its own",
        ),
    ],
)
def test_amount_is_converted(cells: dict[str, str], convert: Conversion, expected: str) -> None:
    found = payments(cells, amount=ColumnRule(source="金额", convert=convert))
    assert found.rows.get_column("amount").to_list() == [Decimal(expected)]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        pytest.param({"币种": "JPY"}, "amount|no_exchange_rate", id="no rate of the currency"),
        pytest.param(
            {"币种": "USD", "日期": "2025-12-31"}, "amount|no_exchange_rate", id="before the first"
        ),
        pytest.param({"币种": None}, "amount|no_exchange_rate", id="currency not said"),
        pytest.param({"币种": "USD", "金额": "待核价"}, "amount|not_a_number", id="no number"),
        pytest.param({"币种": "USD", "金额": "9" * 14}, "amount|not_a_number", id="too large"),
    ],
)
def test_amount_that_cannot_be_converted_is_rejected(
    cells: dict[str, str | None], rule: str
) -> None:
    found = payments(cells, amount=ColumnRule(source="金额", convert=BY_ROW))
    assert rejected(found) == [(2, rule, cells.get("金额", "100"))]


def test_product_is_converted_too() -> None:
    rule = ColumnRule(product_of=("量", "价"), convert=BY_ROW)
    cells = [{"量": "3", "价": "0.5", "币种": "USD"}, {"量": "3", "价": "2", "币种": "JPY"}]
    found = payments(*cells, amount=rule)
    assert found.rows.get_column("amount").to_list() == [Decimal("10.6852")]
    assert rejected(found) == [(3, "amount|no_exchange_rate", "3 × 2")]


def test_rates_keep_the_order_of_the_rows() -> None:
    rows = pl.DataFrame(
        {
            "日期": ["2026-12-01", "2026-02-01", None, "2026-11-01"],
            "币种": ["USD", "USD", "USD", "CNY"],
        }
    )
    found = rates_of(rows, BY_ROW, "UTC").get_column("rate").to_list()
    assert found == [Decimal("7.123456"), Decimal("7.2"), None, Decimal(1)]
