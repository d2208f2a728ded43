"""Open questions of a source file: settings whose value is still `"?"`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flows.errors import QuestionsOpen

OPEN: Final = "?"
"""Value of a setting that a person has yet to decide."""

_TABLE: Final = re.compile(r"^\s*\[+\s*(.+?)\s*\]+\s*(?:#.*)?$")
_OPEN: Final = re.compile(r"""([^\s,{=\[]+|"[^"]*")\s*=\s*(?:"\?"|'\?')""")


@dataclass(frozen=True)
class Question:
    """One of them: the line it stands in, its key, and the comment that asks it."""

    line: int
    key: str
    text: str


def open_keys(document: Mapping[str, Any]) -> list[str]:
    """Name every setting of a TOML document that is still open, such as `columns.outcome.map.试用`.

    The items of a list are no settings: `nulls = ["?"]` says that a cell with `?` is empty.

    >>> open_keys({"entity": "?", "columns": {"amount": {"nulls": ["?"], "unit": "?"}}})
    ['entity', 'columns.amount.unit']
    """
    return list(_open_keys(document, ()))


def questions(content: str, document: Mapping[str, Any]) -> list[Question]:
    """Find the open settings of a source file, each with its line and the comment above it."""
    keys = open_keys(document)
    lines = content.splitlines()
    found: list[Question] = []
    table = ""
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            continue
        if heading := _TABLE.match(line):
            table = heading[1]
            continue
        for match in _OPEN.finditer(line):
            name, outer = _bare(match[1]), _bare(line.partition("=")[0])
            key = next((key for key in keys if _is_at(key, table, outer, name)), name)
            text = _asked(lines, number, line[match.end() :])
            if not text and found and number - found[-1].line <= 1:
                text = found[-1].text  # one comment asks for all the lines below it
            found.append(Question(number, key, text))
    return found


def problem_of(path: Path, text: str, document: Mapping[str, Any]) -> QuestionsOpen | None:
    """Say which questions of a source file are open; None where all are answered."""
    keys = open_keys(document)
    if not keys:
        return None
    asked = questions(text, document)
    named = {question.key for question in asked}
    lines = [f'\n  line {each.line}: {each.key} = "?"  {each.text}'.rstrip() for each in asked]
    lines += [f'\n  {key} = "?"' for key in keys if key not in named]
    count = max(len(lines), len(keys))
    return QuestionsOpen(
        f"{path.name}: 还有 {count} 个问题没有回答 / {count} open question(s):{''.join(lines)}",
        where=str(path),
        state="没有装载这个来源，其余照常 / this source was not loaded; the others were",
        remedy='replace each "?" in that file, then `fupan check`',
    )


def _open_keys(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if value == OPEN:
        yield ".".join(path)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _open_keys(inner, (*path, str(name)))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            if isinstance(inner, Mapping):
                yield from _open_keys(inner, (*path, str(position)))


def _is_at(key: str, table: str, outer: str, name: str) -> bool:
    """Tell whether a key may be `name` in a line that starts with `outer` in a table."""
    within = ".".join(filter(None, (table.replace('"', "").replace("'", ""), outer)))
    return key == within if outer == name else key.startswith(within) and key.endswith("." + name)


def _bare(text: str) -> str:
    return text.strip().strip("\"'")


def _asked(lines: list[str], number: int, behind: str) -> str:
    """Join the comment lines directly above a line and the one behind the value."""
    above: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.lstrip().startswith("#"):
            break
        above.append(line.strip().lstrip("# "))
    note = behind.partition("#")[2].strip()
    return " ".join([*reversed(above), note]).strip()
