"""Labels under columns: none reaches into the next one's room, none loses a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.render.chart_labels import Labels, broken, labels, width_of

ENGLISH = [
    "Due",
    "leads of the cohort",
    "their conversion",
    "win rate",
    "existing volume",
    "Actual",
]
CHINESE = ["应达", "同期群线索", "线索转商机率", "老客户价格", "退货与取消", "实际"]


def said(found: Labels) -> list[str]:
    return ["".join(line for _, line in lines).replace(" ", "") for lines in found.lines]


def overlapping(found: Labels, pitch: float) -> list[tuple[str, str]]:
    """Lines at one height whose columns are nearer than they are wide."""
    lines = [(place, y, text) for place, each in enumerate(found.lines) for y, text in each]
    return [
        (first, second)
        for place, y, first in lines
        for other, height, second in lines
        if place < other
        and y == height
        and (width_of(first) + width_of(second)) / 2 > (other - place) * pitch
    ]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh-CN"])
@pytest.mark.parametrize("columns", [8, 9, 12])
def test_no_label_of_page_1_reaches_into_another(words: list[str], columns: int) -> None:
    pitch = 352 / columns
    found = labels(words, pitch)
    assert overlapping(found, pitch) == []
    assert said(found) == [each.replace(" ", "") for each in words]
    assert max(y for lines in found.lines for y, _ in lines) < found.height


def test_short_labels_stand_on_one_line() -> None:
    found = labels(["应达", "成交率", "实际"], 60)
    assert {y for lines in found.lines for y, _ in lines} == {9.0}


@given(
    st.lists(st.sampled_from([*ENGLISH, *CHINESE]), min_size=1, max_size=14),
    st.floats(min_value=46, max_value=200),
)
def test_whatever_the_words_none_is_lost_and_none_overlaps(words: list[str], pitch: float) -> None:
    found = labels(words, pitch)
    assert said(found) == [each.replace(" ", "") for each in words]
    assert overlapping(found, pitch) == []


@given(st.text(alphabet="新客户数量转化率", min_size=1, max_size=20), st.floats(10, 90))
def test_lines_of_chinese_keep_to_their_room(words: str, room: float) -> None:
    assert all(width_of(line) <= max(room, width_of("字")) for line in broken(words, room))
