"""Spaces between Chinese and Latin text in a sentence put together from its cells."""

import pytest
from markupsafe import Markup

from flows.render.formatting import NO_BREAK
from flows.render.spacing import pieces, spaced


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        pytest.param(["由 ", "8.8 分", " 变为"], "由 8.8 分变为", id="no space within Chinese"),
        pytest.param(["K003014", "一处占"], "K003014_一处占", id="a code before Chinese"),
        pytest.param(["示例装备", "11月", "成交率"], "示例装备_11月成交率", id="a month"),
        pytest.param(["占 ", "31%", "，"], "占 31%，", id="punctuation takes none"),
        pytest.param(["共 ", "<b>7 万</b>", " 变为"], "共 <b>7 万</b>变为", id="markup is nothing"),
        pytest.param(["缺口", "", "<i>A</i>"], "缺口_<i>A</i>", id="an empty cell is nothing"),
        pytest.param(["客户", "启明2期项目 乙"], "客户启明2期项目 乙", id="a name stays as it is"),
        pytest.param([" 余下"], " 余下", id="nothing before it"),
        pytest.param([], "", id="nothing at all"),
    ],
)
def test_spaces_where_pieces_meet(parts: list[str], said: str) -> None:
    assert str(spaced(map(Markup, parts))) == said.replace("_", NO_BREAK)


def test_a_pattern_that_names_what_is_not_given_is_refused() -> None:
    with pytest.raises(KeyError, match="gap"):
        pieces("{gap}", {})
