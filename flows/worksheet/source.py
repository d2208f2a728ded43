"""The source that reads filled worksheets, unless a company has described one of its own."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

import tomlkit

from flows.planbook.layout import Language
from flows.settings import MetricSettings, SourceSettings
from flows.worksheet.layout import HEAD_ROW, SHEET, layout
from transforms.catalogue import CATALOGUE

NAME: Final = "worksheet"
"""Name of the source."""
ENTITY: Final = "answer"
FILES: Final = "*.why*.xlsx"
"""How worksheets are called; mail programs put a number behind the name of a second copy."""
_TITLE: Final[Mapping[Language, str]] = {"zh": "5-Why 工作表", "en": "5-Why worksheets"}
_ABOVE: Final[Mapping[Language, str]] = {
    "zh": "填好的 5-Why 工作表。没有这个文件也会读取；要从邮箱收取时，加上 [pull]。",
    "en": "Filled 5-Why worksheets. They are read without this file; add [pull] to fetch mail.",
}


def is_worksheet(name: str) -> bool:
    """Whether a file goes by the name of a worksheet: then it is no export of anything else."""
    return fnmatchcase(name.rpartition("/")[2], FILES)


def worksheet_source(language: Language, metrics: MetricSettings) -> SourceSettings:
    """The source as it is without a file of its own; metrics go by their titles or codes.

    However many of its few lines are wrong, a worksheet never holds the run: each is rejected.
    """
    return SourceSettings.model_validate(_document(language, metrics))


def source_text(language: Language) -> str:
    """The same as a source file to be changed, such as to fetch replies by mail."""
    document = tomlkit.document()
    document.add(tomlkit.comment(_ABOVE[language]))
    for key, value in _document(language, MetricSettings()).items():
        document[key] = _inline(value) if key == "columns" else value
    return tomlkit.dumps(document)


def _inline(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- tomlkit's own tables
    table = tomlkit.table()
    for name, origin in columns.items():
        if isinstance(origin, str):
            table[name] = origin
            continue
        inner = tomlkit.inline_table()
        for key, value in origin.items():
            content = tomlkit.inline_table() if isinstance(value, dict) else value
            if isinstance(value, dict):
                content.update(value)
            inner[key] = content
        table[name] = inner
    return table


def _document(language: Language, metrics: MetricSettings) -> dict[str, Any]:
    filled = [each.title(language) for each in layout().columns if each.is_filled]
    return {
        "title": _TITLE[language],
        "entity": ENTITY,
        "files": FILES,
        "format": "excel",
        "mode": "delta",
        "read": {"sheet": SHEET, "header_row": HEAD_ROW, "filled_by": filled},
        "checks": {"max_reject_share": 1},
        "columns": {
            each.column: _origin(each.column, each.words, each.title(language), metrics)
            for each in layout().columns
            if each.column is not None
        },
    }


def _origin(
    column: str, words: str | None, title: str, metrics: MetricSettings
) -> str | dict[str, Any]:
    if words is not None:
        return {"source": title, "map": layout().meanings(words)}
    if column == "effect_metric":
        return {"source": title, "aliases": _metric_titles(metrics)}
    return title


def _metric_titles(metrics: MetricSettings) -> dict[str, str]:
    """What metrics are called, in both languages, and the codes they mean."""
    found = {
        title: code
        for code, metric in CATALOGUE.items()
        for title in (metric.title_zh, metric.title_en)
    }
    own = {
        title: code
        for code, metric in metrics.metrics.items()
        for title in (metric.title_zh, metric.title_en)
        if title
    }
    return found | own
