"""D-18: people, products and customers stand by name; a code only where names are alike."""

from datetime import date
from decimal import Decimal

import pytest

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import frame
from tests.transforms.views.rebuilding import rebuilt
from transforms.tables import ENTITIES
from transforms.tables.review import REVIEW
from transforms.views import PackInputs
from transforms.views.book import Book
from transforms.views.cells import Cell, Group, Sentence, Text
from transforms.views.places import members_of

ACCOUNTS: list[dict[str, str | None]] = [
    {"account_id": "K1", "account_name": "宏远机械", "owner_rep_id": "E1"},
    {"account_id": "K2", "account_name": "海川包装", "owner_rep_id": "E1"},
    {"account_id": "K3", "account_name": "海川包装", "owner_rep_id": "E9"},
    {"account_id": "K4", "account_name": None, "owner_rep_id": "E1"},
]
PRODUCTS = [{"product_id": "P-7", "product_name": "分拣机 7 型", "product_line": "输送系统"}]
PEOPLE = [
    {
        "rep_id": "E1",
        "rep_name": "王敏",
        "team": "华东二部",
        "region": "华东",
        "valid_from": date(2026, 1, 1),
    },
    {
        "rep_id": "E9",
        "rep_name": "李强",
        "team": "华中部",
        "region": "华中",
        "valid_from": date(2026, 1, 1),
    },
]


def given(dimensions: str, members: str) -> PackInputs:
    nothing = Decimal(0)
    segment: dict[str, object] = {
        "case_id": "c1",
        "driver": "gap",
        "position": 1,
        "dimensions": dimensions,
        "members": members,
        "actual": nothing,
        "reference": nothing,
        "contribution": nothing,
        "share": 0.5,
        "residual_share": 0.5,
    }
    return bare_inputs(
        segment=frame(REVIEW["segment"], [segment]),
        account=frame(ENTITIES["account"], ACCOUNTS),
        product=frame(ENTITIES["product"], PRODUCTS),
        assignment=frame(ENTITIES["assignment"], PEOPLE),
    )


def plain(cell: Cell) -> str:
    if isinstance(cell, Sentence):
        named = dict(cell.cells)
        return f"{plain(named['name'])}({plain(named['code'])})"
    if isinstance(cell, Group):
        return " × ".join(plain(each) for each in cell.cells)
    assert isinstance(cell, Text)
    return cell.text or ""


@pytest.mark.parametrize(
    ("scope", "dimensions", "members", "said"),
    [
        pytest.param("company", "customer", "K1", "宏远机械", id="a customer by name"),
        pytest.param("company", "customer", "K2", "海川包装(K2)", id="two of one name"),
        pytest.param("华东二部", "customer", "K2", "海川包装", id="the other is another team's"),
        pytest.param("company", "customer", "K4", "K4", id="no name"),
        pytest.param("company", "customer", "K5", "K5", id="not on record"),
        pytest.param("company", "product", "P-7", "分拣机 7 型", id="a product by name"),
        pytest.param("company", "rep × channel", "E1 × 直销", "王敏 × 直销", id="a person"),
        pytest.param("华东二部", "rep", "E9", "E9", id="a person of another team"),
        pytest.param("company", "channel", "渠道 2", "渠道 2", id="nothing to look up"),
        pytest.param("company", "rep", "E1 × E9", "E1 × E9", id="a member with the mark in it"),
    ],
)
def test_members_are_called_by_name(scope: str, dimensions: str, members: str, said: str) -> None:
    kind = "company" if scope == "company" else "team"
    inputs = given(dimensions, members)
    book = Book(inputs, kind, scope)
    (row,) = book.rows("segment")
    cell = members_of(book, row)
    assert plain(cell) == said
    assert rebuilt(cell, inputs) == cell


def test_a_member_with_digits_cites_the_cell_it_is_part_of() -> None:
    inputs = given("rep × channel", "E1 × 渠道 2")
    book = Book(inputs, "company", "company")
    cell = members_of(book, book.rows("segment")[0])
    assert isinstance(cell, Group)
    channel = cell.cells[1]
    assert isinstance(channel, Text)
    assert channel.cited is not None
    other = given("rep × channel", "E1 × 渠道 3")
    assert plain(rebuilt(channel, other)) == "渠道 3"
