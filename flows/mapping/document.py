"""A proposal as the text of a source file: complete, commented, and refused while questions are."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

import tomlkit

from flows.mapping.propose import Proposal
from transforms.mapping.forms import OPEN
from transforms.mapping.line import Line

_WIDTH: Final = 98
_SHORT: Final = 80
"""Longer comments have a line for each language."""
_MODES: Final = {
    "snapshot": (
        "文件是全部：这次没有的行视为已删除；只含新增和改动时改为 delta / "
        'the file is the whole truth: a row that is gone is closed; "delta": it holds changes only'
    ),
    "delta": (
        "文件只含一段时间：没有的行照旧；每次都是全部时改为 snapshot / "
        'the file covers a span of time: rows not in it stand; "snapshot" if it is the whole truth'
    ),
}


def source_text(proposal: Proposal) -> str:
    """Write the source file; every setting that nobody has decided is `"?"` below its question."""
    if proposal.adopted is not None:
        return proposal.adopted
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    seen = proposal.survey.preview
    yield from _comment(
        f"由 fupan map 按 {proposal.survey.path.name} 提出（{proposal.survey.rows} 行） / "
        f"proposed by `fupan map` from {proposal.survey.path.name} ({proposal.survey.rows} rows)."
    )
    if proposal.questions:
        yield from _comment(
            '回答每一个 "?" 后才会装载 / the source is loaded once each "?" has its answer.'
        )
    yield f"title = {_value(proposal.title)}"
    yield from _comment(proposal.reason)
    for question in proposal.asked.get("entity", []):
        yield from _comment(question)
    yield f"entity = {_value(proposal.entity)}"
    yield f"files = {_value(proposal.files)}"
    if seen.format != "csv":
        yield f"format = {_value(seen.format)}"
    yield from _comment(_MODES[proposal.mode])
    yield f"mode = {_value(proposal.mode)}"
    yield from _read(proposal)
    if proposal.tombstone:
        yield ""
        yield "# 这些行表示该记录已删除 / rows that say that the record was deleted"
        yield "[tombstone]"
        for name, value in proposal.tombstone.items():
            yield f"{name} = {_value(value)}"
    yield ""
    yield "[columns]"
    for line in proposal.columns.taken:
        yield from _column(line)
    yield from _left_out(proposal)
    for line in proposal.columns.taken:
        yield from _map(line)


def _read(proposal: Proposal) -> Iterator[str]:
    if proposal.survey.read:
        yield ""
        yield "[read]"
    for name, value in proposal.survey.read.items():
        asked = proposal.asked.get(name, [])
        for question in asked:
            yield from _comment(question)
        yield f"{name} = {_value(OPEN if asked else value)}"


def _column(line: Line) -> Iterator[str]:
    """One column: its reason and questions above it; a map of values has a table of its own."""
    if isinstance(line.value, Mapping) and OPEN in line.value.get("map", {}).values():
        return
    yield from _reason(line)
    for question in line.asked:
        yield from _comment(question)
    yield f"{line.target} = {_value(line.value)}"


def _map(line: Line) -> Iterator[str]:
    if not isinstance(line.value, Mapping) or OPEN not in line.value.get("map", {}).values():
        return
    yield ""
    yield from _reason(line)
    yield f"[columns.{line.target}]"
    for name, value in line.value.items():
        if name != "map":
            yield f"{name} = {_value(value)}"
    yield f"[columns.{line.target}.map]"
    known = {value: meant for value, meant in line.value["map"].items() if meant != OPEN}
    for value, meant in known.items():
        yield f"{_key(value)} = {_value(meant)}"
    for question in line.asked:
        yield from _comment(question)
    for value in line.value["map"]:
        if value not in known:
            yield f"{_key(value)} = {_value(OPEN)}"


def _left_out(proposal: Proposal) -> Iterator[str]:
    if proposal.columns.doubtful:
        yield from _comment(
            "不够确定，没有采用；确认后去掉 # / too doubtful to take; remove the # if it is right:"
        )
        for target, source, score in proposal.columns.doubtful:
            yield f"# {target} = {_value(source)}  # {score:.0%}"
    doubtful = {source for _, source, _ in proposal.columns.doubtful}
    unused = [name for name in proposal.unused if name not in doubtful]
    if unused:
        yield from _comment("没有用到的列 / columns not used: " + ", ".join(unused))


def _reason(line: Line) -> Iterator[str]:
    sure = f" ({line.confidence:.0%})" if line.confidence is not None else ""
    if line.reason:
        yield f"# {_plain(line.reason)}{sure}"


def _plain(text: str) -> str:
    """A text in one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _comment(text: str) -> Iterator[str]:
    """Write comment lines: a long text in one line a language."""
    plain = _plain(text)
    parts = [plain] if len(plain) <= _SHORT else plain.split(" / ", 1)
    for part in parts:
        for line in textwrap.wrap(part, _WIDTH, break_long_words=False, break_on_hyphens=False):
            yield f"# {line}"


def _key(name: str) -> str:
    return tomlkit.item({name: 0}).as_string().rpartition(" = ")[0].strip()


def _value(value: Any) -> str:  # noqa: ANN401  # what TOML can hold
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_value(part)}" for name, part in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(part) for part in value)}]"
    return str(tomlkit.item(value).as_string())
