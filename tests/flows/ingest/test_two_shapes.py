"""The same facts in two shapes are the same core tables."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from .conftest import Desk, set_up
from .forms import DAYS, NUMBERS, TextForm

COMPANY = '[company]\nname = "海川"\n[ingest]\nmax_reject_share = 0\n'
ORDER = ("order_id", "line_number", "ordered_on", "account_id", "quantity", "net_amount")
ACCOUNT = ("account_id", "account_name", "created_on", "is_key")
NAMES = {
    "Chinese": dict(
        zip(
            (*ORDER, *ACCOUNT[1:]),
            ("单号", "行号", "日期", "客户", "数量", "金额", "名称", "建档", "大客户"),
            strict=True,
        )
    ),
    "English": dict(
        zip(
            (*ORDER, *ACCOUNT[1:]),
            ("Order", "Line", "Date", "Customer", "Qty", "Net", "Name", "Since", "Key account"),
            strict=True,
        )
    ),
}
WORDS = {"Chinese": ("是", "否"), "English": ("Yes", "No")}

Value = str | date | Decimal | bool | None
Fact = dict[str, Value]


@dataclass(frozen=True)
class Shape:
    """How one system writes the facts."""

    names: str
    text: TextForm
    day: str
    number: str
    mixed: int
    """Seed of the order of rows and columns."""

    def cell(self, value: Value) -> str:
        """Write one value."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return WORDS[self.names][not value]
        if isinstance(value, date):
            return DAYS[self.day].write(value)
        return NUMBERS[self.number].write(value) if isinstance(value, Decimal) else value

    def table(self, columns: Sequence[str], facts: Sequence[Fact]) -> list[list[str]]:
        """Lay the facts out, header first."""
        order = sorted(columns, key=self._place)
        rows = [[self.cell(fact[name]) for name in order] for fact in facts]
        return [[NAMES[self.names][name] for name in order], *sorted(rows, key=self._place)]

    def _place(self, item: object) -> int:
        return zlib.crc32(f"{self.mixed} {item}".encode())

    def source(self, entity: str, columns: Sequence[str], facts: Sequence[Fact]) -> str:
        """Describe the export."""
        names = NAMES[self.names]
        formats = ", ".join(f'"{form}"' for form in DAYS[self.day].formats)
        more = {date: f"date_formats = [{formats}]", Decimal: NUMBERS[self.number].settings}
        lines = [
            f'title = "{entity}"',
            f'entity = "{entity}"',
            f'files = "{entity}.*"',
            "[read]",
            self.text.settings,
            "[columns]",
        ]
        for name in columns:
            settings = more.get(type(facts[0][name]), "")
            comma = ", " if settings else ""
            lines.append(f'{name} = {{ source = "{names[name]}"{comma}{settings} }}')
        if entity == "order_line":
            lines.append('document_kind = { value = "sale" }')
        return "\n".join(lines) + "\n"


def loaded(folder: Path, shape: Shape, orders: Sequence[Fact], accounts: Sequence[Fact]) -> Desk:
    """Take the facts in as one system writes them."""
    desk = set_up(folder, COMPANY)
    for entity, columns, facts in (("order_line", ORDER, orders), ("account", ACCOUNT, accounts)):
        header, *rows = shape.table(columns, facts)
        desk.put(f"{entity}.csv", shape.text.encoded(header, rows))
        desk.source(entity, shape.source(entity, columns, facts))
    assert not desk.run().problems
    return desk


def assert_same(one: Desk, other: Desk) -> None:
    """Compare what both know, without the lines it came from."""
    for entity in ("order_line", "account"):
        assert_frame_equal(one.known(entity), other.known(entity))
        assert one.known(entity).height


_DAYS = st.dates(date(1990, 1, 2), date(2060, 12, 31))
_AMOUNTS = st.decimals(min_value=-(10**8), max_value=10**8, places=2)
_TEXTS = st.text(st.sampled_from("海川重工启明AB,;|\t\"'\n-"), min_size=1, max_size=6).map(
    lambda text: f"甲{text}乙"
)


@st.composite
def facts(draw: st.DrawFn) -> tuple[list[Fact], list[Fact]]:
    """Orders and customers."""
    orders: list[Fact] = [
        dict(zip(ORDER, (f"S{position}", "1", *values), strict=True))
        for position, values in enumerate(
            draw(st.lists(st.tuples(_DAYS, _TEXTS, _AMOUNTS, _AMOUNTS), min_size=1, max_size=8))
        )
    ]
    flags = st.sampled_from([True, False, None])
    accounts: list[Fact] = [
        dict(zip(ACCOUNT, (f"K{position}", *values), strict=True))
        for position, values in enumerate(
            draw(st.lists(st.tuples(_TEXTS, _DAYS, flags), min_size=1, max_size=8))
        )
    ]
    return orders, accounts


@st.composite
def two_shapes(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """Two forms that differ in everything that may differ."""
    days = draw(st.permutations(sorted(DAYS)))
    numbers = draw(st.permutations(sorted(NUMBERS)))
    encodings = draw(st.permutations(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    delimiters = draw(st.permutations([",", ";", "\t", "|"]))
    one, other = (
        Shape(
            names=names,
            text=TextForm(
                encoding=encodings[place],
                delimiter=delimiters[place],
                quote="\"'"[place],
                quotes_all=draw(st.booleans()),
                line_end=("\n", "\r\n")[place],
                above=2 * place,
                is_stated=bool(place),
            ),
            day=days[place],
            number=numbers[place],
            mixed=draw(st.integers(0, 999)),
        )
        for place, names in enumerate(NAMES)
    )
    return one, other


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(written=two_shapes(), told=facts())
def test_law_two_shapes_of_the_same_facts_are_one_core(
    written: tuple[Shape, Shape], told: tuple[list[Fact], list[Fact]]
) -> None:
    with TemporaryDirectory() as folder:
        one, other = (loaded(Path(folder) / shape.names, shape, *told) for shape in written)
        assert_same(one, other)


PLAIN = Shape("Chinese", TextForm("utf-8", ",", '"', False, "\n", 0, False), "iso", "plain", 1)
TOLD: tuple[list[Fact], list[Fact]] = (
    [
        dict(zip(ORDER, values, strict=True))
        for values in (
            ("001", "1", date(2026, 11, 3), "甲", Decimal(3), Decimal("1234.50")),
            ("002", "1", date(2026, 11, 4), "乙", Decimal(-1), Decimal("-0.07")),
        )
    ],
    [dict(zip(ACCOUNT, ("甲", "海川重工", date(2020, 2, 29), True), strict=True))],
)


def test_workbook_and_text_are_one_core(tmp_path: Path) -> None:
    orders, accounts = TOLD
    text = loaded(tmp_path / "text", PLAIN, orders, accounts)
    book = set_up(tmp_path / "book", COMPANY)
    for entity, columns, told in (("order_line", ORDER, orders), ("account", ACCOUNT, accounts)):
        with xlsxwriter.Workbook(tmp_path / f"{entity}.xlsx") as workbook:
            sheet = workbook.add_worksheet()
            day = workbook.add_format({"num_format": "yyyy/m/d"})
            sheet.write_row(0, 0, [NAMES["Chinese"][name] for name in columns])
            for row, fact in enumerate(told, 1):
                for place, name in enumerate(columns):
                    value = fact[name]
                    if isinstance(value, date):
                        sheet.write_datetime(row, place, value, day)
                    else:
                        sheet.write(
                            row, place, float(value) if isinstance(value, Decimal) else value
                        )
        book.put(f"{entity}.xlsx", (tmp_path / f"{entity}.xlsx").read_bytes())
        plain = PLAIN.source(entity, columns, told).replace('encoding = "utf-8"', "")
        book.source(entity, plain.replace("[read]", 'format = "excel"\n[read]', 1))
    assert not book.run().problems
    assert_same(text, book)


@pytest.mark.parametrize("entity", ["order_line", "account"])
def test_another_fact_is_another_core(tmp_path: Path, entity: str) -> None:
    orders, accounts = TOLD
    changed = [{**orders[0], "net_amount": Decimal("1234.51")}, orders[1]]
    renamed = [{**accounts[0], "account_name": "海川"}]
    one = loaded(tmp_path / "one", PLAIN, orders, accounts)
    other = loaded(tmp_path / "other", PLAIN, changed, renamed)
    with pytest.raises(AssertionError):
        assert_frame_equal(one.known(entity), other.known(entity))
