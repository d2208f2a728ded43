"""Dirty rows: what real exports hold besides the truth, with a count per rule.

Rows that will be rejected are additional ones, so that no figure depends on them. Some good rows
are written untidily (trailing blanks, full-width digits) or twice, and a few name a customer whom
the CRM does not know: they still count.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.random import Generator

from generator.writing import Book, Cell, Sheet

Change = Callable[[Cell], Cell]
_WIDE: Final = str.maketrans("0123456789.", "０１２３４５６７８９．")

REJECTED: Final[dict[str, tuple[tuple[str, str, Cell], ...]]] = {
    "account": (("created_on|impossible_date", "创建日期", "2026/2/30"),),
    "lead": (
        (
            "created_on|impossible_date + created_at|impossible_date",
            "创建时间",
            "2026-06-31 09:30:00",
        ),
        ("created_on|missing", "创建时间", None),
        ("is_qualified|not_yes_or_no", "是否有效", "待定"),
    ),
    "opportunity": (
        ("unknown_stage", "当前阶段", "样品测试"),
        ("amount|not_a_number", "预计金额（万元）", "约三十万"),
        ("created_on|impossible_date", "创建日期", "2025/13/5"),
    ),
    "stage_event": (
        ("unknown_stage", "新阶段", "样品测试"),
        ("changed_on|missing", "变更日期", None),
    ),
    "activity": (
        ("occurred_on|impossible_date", "拜访日期", "2026/4/31"),
        ("answered_questions|not_a_whole_number", "已回答核心问题数", "多个"),
    ),
    "proposal": (("amount|not_a_number", "报价金额（元）", "面议"),),
    "order_line": (
        ("ordered_on|impossible_date", "单据日期", "2026-02-30"),
        ("net_amount|not_a_number", "不含税金额", "待核价"),
        ("net_amount|missing", "不含税金额", None),
        ("document_kind|unmapped_value", "单据类型", "换货"),
    ),
    "payment": (("amount|not_a_number", "收款金额", "待确认"),),
}
"""Per source: the rule (or rules) that the row breaks, the column, and what stands in it."""
FILES: Final = {
    "account": "inbox/客户.csv",
    "lead": "inbox/线索.csv",
    "opportunity": "inbox/商机_{day}.csv",
    "stage_event": "inbox/商机阶段记录.csv",
    "activity": "inbox/拜访记录.csv",
    "proposal": "inbox/方案报价.csv",
    "order_line": "inbox/销售订单_{year}.xlsx",
    "payment": "inbox/收款单.xlsx",
}
_SHARE: Final = 0.0004
"""Of a file's rows, per kind of dirt; with all kinds about three rows in a thousand."""


def _inserted(content: Sheet, at: list[int], changed: list[dict[str, Cell]]) -> Sheet:
    """Copy the rows at the given places, change some of their cells, and put them below these."""
    columns = {}
    for name, cells in content.columns.items():
        longer: list[Cell] = []
        done = 0
        for place, change in zip(at, changed, strict=True):
            longer += cells[done : place + 1]
            longer.append(change.get(name, cells[place]))
            done = place + 1
        columns[name] = longer + cells[done:]
    return Sheet(columns, content.dates, content.title, content.footer, content.name)


def _places(rng: Generator, height: int, size: int) -> list[int]:
    return sorted(int(place) for place in rng.choice(height, size=min(size, height), replace=False))


def _with_bad_rows(
    rng: Generator, source: str, content: Sheet, *, is_doubled: bool
) -> tuple[Sheet, dict[str, int]]:
    """Put rows in that cannot be loaded, each with a number of its own, and rows written twice."""
    key = next(iter(content.columns))
    kinds = [*REJECTED[source], *([("duplicate_row", "", None)] if is_doubled else [])]
    each = max(1, round(content.height * _SHARE))
    chosen = rng.choice(content.height, size=each * len(kinds), replace=False).tolist()
    found: dict[str, int] = {}
    bad: list[tuple[int, dict[str, Cell]]] = []
    for number, (rule, column, cell) in enumerate(kinds):
        for place in chosen[number * each : (number + 1) * each]:
            change = {key: f"{content.columns[key][place]}X", column: cell} if column else {}
            bad.append((place, change))
        found |= dict.fromkeys(rule.split(" + "), each)
    bad.sort(key=lambda item: item[0])
    return _inserted(content, [at for at, _ in bad], [change for _, change in bad]), found


def _untidy(rng: Generator, content: Sheet, column: str, change: Change) -> tuple[Sheet, int]:
    """Write some cells of a column in another way that means the same."""
    cells = list(content.columns[column])
    filled = [place for place, cell in enumerate(cells) if cell is not None]
    chosen = _places(rng, len(filled), max(1, round(content.height * _SHARE)))
    for place in chosen:
        cells[filled[place]] = change(cells[filled[place]])
    columns = {**content.columns, column: cells}
    changed = Sheet(columns, content.dates, content.title, content.footer, content.name)
    return changed, len(chosen)


def _wide(cell: Cell) -> Cell:
    return str(cell).translate(_WIDE)


def _blank(cell: Cell) -> Cell:
    return f"{cell}  "


def _unknown(_: Cell) -> Cell:
    return "K999001"


_UNTIDY: Final[dict[str, tuple[str, str, Change]]] = {
    "account": ("trailing_blank", "客户名称", _blank),
    "opportunity": ("trailing_blank", "商机名称", _blank),
    "proposal": ("full_width_digits", "报价金额（元）", _wide),
    "payment": ("full_width_digits", "收款金额", _wide),
    "order_line": ("unknown_account", "客户编号", _unknown),
}
"""Per source: what is untidy, in which column, and how."""


def soil(rng: Generator, book: Book, years: list[int], day: str) -> dict[str, dict[str, int]]:
    """Put dirt into the files of a book; give the counts by source and rule.

    `day` is that of the last export; those of earlier days are clean.

    Rules are named as the loading names its rejects; `duplicate_row`, `trailing_blank`,
    `full_width_digits` and `unknown_account` are not rejects.
    """
    counts: dict[str, dict[str, int]] = {}
    for source, pattern in FILES.items():
        for year in years if "{year}" in pattern else [0]:
            path = pattern.format(year=year, day=day)
            content, found = book.files[path][0], {}
            if source in _UNTIDY:
                rule, column, change = _UNTIDY[source]
                content, found[rule] = _untidy(rng, content, column, change)
            is_doubled = source in {"lead", "order_line", "activity"}
            content, bad = _with_bad_rows(rng, source, content, is_doubled=is_doubled)
            found |= bad
            book.files[path][0] = content
            total = counts.setdefault(source, {})
            for rule, number in found.items():
                total[rule] = total.get(rule, 0) + number
    return counts


def spread_years(days: np.ndarray) -> list[int]:
    """Calendar years of some days (since 1970-01-01), ascending."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return sorted({int(year) for year in years})
