"""Where the header stands and the data end."""

import pytest

from transforms.mapping.layout import Header, find_header, find_total

KNOWN = {"名称", "编号", "city", "name"}
WIDE = ["S1", "x", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        pytest.param([["编号", "金额"], ["S1", "3"]], (1, 1), id="first row"),
        pytest.param([["1、说明\n2、…", ""], ["名称*", "金额"], ["a", "1"]], (2, 1), id="notes"),
        pytest.param(
            [["报表", "销售"], ["", ""], ["编号", "a", "b", "c"], ["S1", "1", "2", "3"]],
            (3, 1),
            id="title rows",
        ),
        pytest.param(
            [
                ["编号", "客户", "金额", "", "数量", ""],
                ["", "", "本月", "累计", "本月", "累计"],
                WIDE,
            ],
            (1, 2),
            id="merged cells over two rows",
        ),
        pytest.param(
            [["基本", "", "金额", ""], ["编号", "客户", "净额", "税额"], ["S1", "x", "1", "2"]],
            (2, 1),
            id="groups above full names",
        ),
        pytest.param([["1", "Race", "AR-5", "2011-05-31"]] * 3, (0, 1), id="no header"),
        pytest.param([["name", "city"], ["bob", "rome"]], (1, 1), id="words below words"),
    ],
)
def test_the_header_is_found(rows: list[list[str]], header: tuple[int, int]) -> None:
    found = find_header(rows, KNOWN.__contains__)
    assert (found.row, found.rows) == header


def test_the_unit_of_all_amounts_may_stand_above() -> None:
    rows = [["销售表"], ["单位：万元"], ["编号", "金额"], ["S1", "3"]]
    found = find_header(rows, KNOWN.__contains__)
    assert found == Header(3, 1, ("销售表", "单位：万元"), "万")


@pytest.mark.parametrize(
    ("last", "earlier", "marker"),
    [
        pytest.param([["S1", "2", "3"], ["合计：", "5", "7"]], [], "合计：", id="total"),
        pytest.param(
            [["S1", "2", "3"], ["", "2026年合计", "7"]], [], "2026年合计", id="second cell"
        ),
        pytest.param(
            [["S1", "2", "3"], ["Grand Totals (2 records)", "5", "7"]], [], "Grand Totals", id="en"
        ),
        pytest.param(
            [["S1", "2", "3"], ["", "", ""], ["制表人：张三", "", ""]], [], "制表人：", id="a note"
        ),
        pytest.param([["S1", "2", "3"], ["Total Energies", "3", "4"]], [], None, id="a customer"),
        pytest.param(
            [["Total X", "2", "3"], ["Total", "5", "7"]], ["Total Y"], None, id="data start so too"
        ),
        pytest.param([["S1", "2"], ["S2", ""]], [], None, id="narrow table"),
    ],
)
def test_the_total_row_is_told_from_data(
    last: list[list[str]], earlier: list[str], marker: str | None
) -> None:
    assert find_total(last, earlier) == marker
