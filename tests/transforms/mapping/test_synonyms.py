"""Names alike: exact before similar, and nothing for what is unlike."""

import pytest

from transforms.mapping.headings import heading
from transforms.mapping.synonyms import Place, Synonyms

AMOUNT, NAME = Place("opportunity", "amount"), Place("account", "account_name")
NAMES = Synonyms.of({AMOUNT: ["金额", "预计成交金额", "deal amount"], NAME: ["客户名称", "公司"]})


@pytest.mark.parametrize(
    ("text", "place", "is_exact"),
    [
        pytest.param("金额（万元）", AMOUNT, True, id="without its unit"),
        pytest.param("Deal_Amount", AMOUNT, True, id="other spelling"),
        pytest.param("amount", AMOUNT, True, id="the column's own name"),
        pytest.param("预计成交总金额", AMOUNT, False, id="similar"),
        pytest.param("客户全名称", NAME, False, id="similar too"),
    ],
)
def test_a_heading_is_like_a_column(text: str, place: Place, is_exact: bool) -> None:
    found = NAMES.alike(heading(text))
    best = max(found, key=lambda each: found[each].score)
    assert (best, found[best].is_exact) == (place, is_exact)


def test_the_likeliest_name_counts_most_and_an_unlike_one_nothing() -> None:
    first, second = (NAMES.alike(heading(text))[AMOUNT].score for text in ("金额", "预计成交金额"))
    assert first > second > 0.9
    assert NAMES.alike(heading("仓位货架")) == {}
