"""Pages of docs/ that are printed from the code, so that they cannot differ from it."""

from typing import Final

from flows.paths import part
from transforms.catalogue import catalogue_for
from transforms.dictionary import data_dictionary
from transforms.parameters import Stage

_STAGE: Final = Stage("stage")


def data_dictionary_page() -> str:
    """Every table of the finance file with its columns, as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Printed from the classes in `transforms/tables/` by `make docs`: the tables of",
        "`finance.duckdb`. Core tables also show the line of the file they come from.",
    ]
    for row in data_dictionary().iter_rows(named=True):
        if row["column_name"]:
            lines.append(f"| `{row['column_name']}` | {row['data_type']} | {row['description']} |")
        else:
            lines += ["", f"## {row['table_name']}", "", row["description"], ""]
            lines += ["| column | type | holds |", "|---|---|---|"]
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    """Every metric of the catalogue with its definition in both languages, as Markdown."""
    lines = [
        "# Metrics",
        "",
        "Printed from `transforms/catalogue.py` by `make docs`. `[stage]` stands for each stage of",
        "the pipeline.",
        "",
        "| code | 中文 | English | unit | better | 定义 | definition |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{metric.code}` | {metric.title_zh} | {metric.title_en} | {metric.unit} "
        f"| {metric.better} | {metric.definition_zh} | {metric.definition_en} |"
        for metric in catalogue_for([_STAGE]).values()
    ]
    return "\n".join(lines) + "\n"


PAGES: Final = {"data-dictionary.md": data_dictionary_page, "metrics.md": metrics_page}
"""Page of docs/ to the function that prints it."""


def write_pages() -> None:
    """Write every printed page."""
    for name, page in PAGES.items():
        part("docs", name).write_text(page(), "utf-8")


if __name__ == "__main__":
    write_pages()
