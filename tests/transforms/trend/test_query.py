"""Conditions on rows: what they match, and what cannot be read."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.trend.query import NUMBER, QueryError, parse

ROWS = pl.DataFrame(
    {
        "text:country": ["US", "UK", None, "O'Hara"],
        "number:n": [Decimal(1), Decimal("2.5"), None, Decimal(-3)],
        "number:goal": [Decimal(1), Decimal(2), Decimal(3), Decimal(4)],
        "text:n": ["1", "2.5", None, "-3"],
        "number:Defects/M": [Decimal(each) for each in range(4)],
        "text:地区": ["华东", "华南", "华东", None],
        "day:on": [date(2026, 1, each) for each in (1, 2, 3, 4)],
    },
    schema_overrides={"number:n": NUMBER, "number:goal": NUMBER, "number:Defects/M": NUMBER},
)


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        pytest.param("country == 'US'", [0], id="equal"),
        pytest.param('country == "US"', [0], id="other quotes"),
        pytest.param("country != 'US'", [1, 2, 3], id="an empty cell is not US"),
        pytest.param(r"country == 'O\'Hara'", [3], id="quote in quotes"),
        pytest.param("n > 1", [1], id="more"),
        pytest.param("n >= 1", [0, 1], id="at least"),
        pytest.param("n < 1", [3], id="less"),
        pytest.param("n <= 1.0", [0, 3], id="at most"),
        pytest.param("1 < n", [1], id="number first"),
        pytest.param("n == -3", [3], id="negative"),
        pytest.param("n == 25e-1", [1], id="scientific"),
        pytest.param("n == '2.5'", [1], id="quoted: compared as text"),
        pytest.param("n == goal", [0], id="two columns as numbers"),
        pytest.param("not n > 1", [0, 2, 3], id="not"),
        pytest.param("country == 'US' or country == 'UK' and n > 9", [0], id="and before or"),
        pytest.param("(country == 'US' or country == 'UK') and n > 1", [1], id="parentheses"),
        pytest.param("country == 'US' | n == 2.5 & goal == 2", [0, 1], id="signs for words"),
        pytest.param("~(country == 'US')", [1, 2, 3], id="not as a sign"),
        pytest.param("country in ['US', 'UK']", [0, 1], id="in texts"),
        pytest.param("country not in ['US', 'UK']", [2, 3], id="not in"),
        pytest.param("n in [1, -3]", [0, 3], id="in numbers"),
        pytest.param("`Defects/M` >= 2", [2, 3], id="backticks"),
        pytest.param("地区 == '华东'", [0, 2], id="Chinese"),
        pytest.param("on >= '2026-01-03'", [2, 3], id="days"),
    ],
)
def test_matches(text: str, matched: list[int]) -> None:
    found = ROWS.with_row_index("at").filter(parse(text, "on").condition)
    assert found["at"].to_list() == matched


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "", "a column, a number or a quoted text is expected at character 1", id="empty"
        ),
        pytest.param("country = 'US'", "nothing is understood from character 9", id="one ="),
        pytest.param("country == 'US", "nothing is understood from character 12", id="open quote"),
        pytest.param("country", "one of == != < <= > >= in is expected", id="column alone"),
        pytest.param("1 == 1", "a column is expected on one side", id="no column"),
        pytest.param("(n > 1", r"\) is expected", id="open parenthesis"),
        pytest.param("n > 1 n < 3", "and, or, or the end is expected at character 7", id="no and"),
        pytest.param("n in [1, 'a']", "a list of texts alone or of numbers alone", id="mixed list"),
        pytest.param("n in []", "a list of texts alone or of numbers alone", id="empty list"),
        pytest.param("on > 'May'", "a day such as '2026-11-22' is expected", id="no day"),
        pytest.param("__import__('os')", "one of == != < <= > >= in", id="a call"),
        pytest.param("(" * 99 + "n > 1" + ")" * 99, "parentheses go at most 50", id="too deep"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(text, "on")
