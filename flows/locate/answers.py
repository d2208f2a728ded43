"""Answers on stdout: as JSON, with the file's own names, or as a table for people."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flows.locate.inputs import Columns, Table
from flows.output import print_table
from transforms.locate.answers import located

_COLUMNS: Final = ("原因 / cause", "解释比例 / share", "剩余变化 / residual", "置信度 / confidence")
_NONE: Final = "无集中原因 / no concentrated cause"


def answers_of(table: Table, *, is_ratio: bool) -> list[dict[str, Any]]:
    """Look for causes and name them as the file does; whole-number columns keep numbers."""
    places = [str(place) for place in range(len(table.dimensions))]
    found = located(table.rows, places, is_ratio=is_ratio, now=table.now)
    return [
        {
            "causes": [_named(cause, table) for cause in answer.causes],
            "share": answer.share,
            "residual": answer.residual,
            "confidence": answer.confidence,
        }
        for answer in found
    ]


def print_answers(answers: Sequence[Mapping[str, Any]], asked: Columns) -> None:
    """Print answers for a person, best first."""
    value = asked.numerator + (f" ÷ {asked.denominator}" if asked.denominator is not None else "")
    rows = [
        (
            "; ".join(
                " × ".join(f"{name} = {member}" for name, member in cause.items())
                for cause in answer["causes"]
            )
            or _NONE,
            f"{answer['share']:.0%}",
            answer["residual"],
            f"{answer['confidence']:.0%}",
        )
        for answer in answers
    ]
    title = f"{value}, {asked.time} = {asked.at}"
    print_table(title, [dict(zip(_COLUMNS, row, strict=True)) for row in rows], _COLUMNS)


def _named(cause: Mapping[str, str], table: Table) -> dict[str, str | int]:
    names = {table.dimensions[int(place)]: member for place, member in cause.items()}
    return {name: int(member) if name in table.whole else member for name, member in names.items()}
