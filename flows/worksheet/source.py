"""The source that reads filled worksheets, unless a company has described one of its own."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

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
_STARTER: Final[Mapping[Language, str]] = {
    "zh": """# 填好的 5-Why 工作表。没有写在这里的设置由系统补齐，不必写列。放进 inbox 即读取；
# 要同时从邮箱收取回信的附件，去掉下面几行的注释。密码只从环境变量读取。
title = "5-Why 工作表"
entity = "answer"

# [pull.mail]
# host = "imap.example.com"
# user = "fupan@example.com"
# password_env = "MAIL_PASSWORD"
# folder = "INBOX"
# sender = "@example.com"      # 只收这个地址或域名的邮件
""",
    "en": """# Filled 5-Why worksheets, read from the inbox. What is not said here is the product's;
# columns need not be given. To fetch the attachments of replies as well, uncomment the lines
# below. The password is read from the environment alone.
title = "5-Why worksheets"
entity = "answer"

# [pull.mail]
# host = "imap.example.com"
# user = "fupan@example.com"
# password_env = "MAIL_PASSWORD"
# folder = "INBOX"
# sender = "@example.com"      # only mails from this address or domain
""",
}


def is_worksheet(name: str) -> bool:
    """Whether a file goes by the name of a worksheet: then it is no export of anything else."""
    return fnmatchcase(name.rpartition("/")[2], FILES)


def worksheet_source(language: Language, metrics: MetricSettings) -> SourceSettings:
    """The source as it is without a file of its own; metrics go by their titles or codes.

    However many of its few lines are wrong, a worksheet never holds the run: each is rejected.
    """
    return SourceSettings.model_validate(_document(language, metrics))


def completed(
    document: Mapping[str, Any], language: Language, metrics: MetricSettings
) -> dict[str, Any]:
    """Give a source file of this name that describes no columns what it leaves out.

    So a company says where its replies are fetched from, and nothing else.
    """
    return {**_document(language, metrics), **document}


def is_completed(document: Mapping[str, Any]) -> bool:
    """Whether a source file leaves the columns to the product."""
    return document.get("entity") == ENTITY and "columns" not in document


def source_text(language: Language) -> str:
    """The source file that `fupan init` writes, to be changed to fetch replies by mail."""
    return _STARTER[language]


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
