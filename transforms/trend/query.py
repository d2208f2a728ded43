"""Conditions on rows, such as `country == 'US' and not (amount < 10)`, as Polars expressions.

A small grammar of its own: comparisons, `in [...]`, and, or, not, parentheses. Names that are no
plain words stand in backticks. An empty cell equals nothing and is in nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple, NoReturn

import polars as pl

Kind = Literal["number", "text", "day"]

NUMBER: Final = pl.Decimal(38, 12)
_DEEPEST: Final = 50
_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
    | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | `(?P<quoted>[^`]+)`
    | (?P<sign>==|!=|<=|>=|<|>|&&?|\|\|?|~|!|\(|\)|\[|\]|,)
    | (?P<word>[^\W\d][\w.]*)
    )\s*""",
    re.VERBOSE,
)
_COMPARE: Final[Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "==": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_SAME: Final = {"&": "and", "&&": "and", "|": "or", "||": "or", "~": "not", "!": "not"}
_RESERVED: Final = frozenset(["and", "or", "not", "in"])


class QueryError(ValueError):
    """A condition that cannot be read: what is wrong, and at which character."""


class Cell(NamedTuple):
    """A column of the file, read as numbers, texts or days."""

    kind: Kind
    column: str

    @property
    def name(self) -> str:
        """The column's name once it is read so."""
        return f"{self.kind}:{self.column}"


@dataclass(frozen=True)
class Query:
    """A condition that is true or false for every row, and the cells it looks at."""

    condition: pl.Expr
    cells: frozenset[Cell]


Column = Callable[[Cell], pl.Expr]


def _named(cell: Cell) -> pl.Expr:
    return pl.col(cell.name)


def parse(text: str, on: str | Collection[str] = "", column: Column = _named) -> Query:
    """Read a condition; `on` names the column of days, or several. Raises QueryError.

    `column` gives the expression that a cell is read by; by default the column of its `name`.

    >>> sorted(parse("`Amount/M` >= 3 and country in ['US', 'UK']").cells)
    [Cell(kind='number', column='Amount/M'), Cell(kind='text', column='country')]
    """
    days = frozenset([on] if isinstance(on, str) else on) - {""}
    parser = _Parser(text, days, column)
    condition = parser.alternatives()
    if parser.token is not None:
        parser.refuse("and, or, or the end is expected")
    return Query(condition, frozenset(parser.cells))


class _Token(NamedTuple):
    kind: str
    value: str
    at: int


class _Operand(NamedTuple):
    """A column, or a text or number that stands in the condition itself."""

    column: str
    literal: str | Decimal | None = None


class _Parser:
    """Reads from left to right, one token ahead."""

    def __init__(self, text: str, days: frozenset[str], column: Column) -> None:
        self.cells: set[Cell] = set()
        self._text, self._days, self._column = text, days, column
        self._next, self._depth = 0, 0
        self.token = self._read()

    def alternatives(self) -> pl.Expr:
        """`… or …`."""
        self._depth += 1
        if self._depth > _DEEPEST:
            self.refuse(f"parentheses go at most {_DEEPEST} deep")
        found = self._all()
        while self._take("or"):
            found |= self._all()
        self._depth -= 1
        return found

    def problem(self, what: str) -> QueryError:
        """Say what is wrong at the token that is looked at."""
        at = len(self._text) if self.token is None else self.token.at
        return QueryError(f"{what} at character {at + 1} of {self._text!r}")

    def refuse(self, what: str) -> NoReturn:
        """Raise the problem."""
        raise self.problem(what)

    def _all(self) -> pl.Expr:
        found = self._single()
        while self._take("and"):
            found &= self._single()
        return found

    def _single(self) -> pl.Expr:
        is_negated = False
        while self._take("not"):
            is_negated = not is_negated
        if self._take("("):
            found = self.alternatives()
            self._expect(")")
        else:
            found = self._comparison()
        return ~found if is_negated else found

    def _comparison(self) -> pl.Expr:
        left = self._operand()
        is_negated = self._take("not")
        if self._take("in"):
            found = self._membership(left)
        else:
            sign = self.token.value if self.token and self.token.kind == "sign" else ""
            if is_negated or sign not in {*_COMPARE, "!="}:
                self.refuse("one of == != < <= > >= in is expected")
            self._take(sign)
            is_negated = sign == "!="
            found = self._compared(left, "==" if is_negated else sign, self._operand())
        return ~found if is_negated else found

    def _compared(self, left: _Operand, sign: str, right: _Operand) -> pl.Expr:
        literals = [side.literal for side in (left, right) if side.literal is not None]
        if len(literals) > 1:
            self.refuse("a column is expected on one side")
        kind: Kind = "text" if literals and isinstance(literals[0], str) else "number"
        if not self._days.isdisjoint({left.column, right.column}):
            kind = "day"
        sides = self._side(left, kind), self._side(right, kind)
        return _COMPARE[sign](*sides).fill_null(value=False)

    def _membership(self, left: _Operand) -> pl.Expr:
        if left.literal is not None:
            self.refuse("a column is expected before in")
        self._expect("[")
        values: list[_Operand] = []
        while not self._take("]"):
            if values:
                self._expect(",")
            values.append(self._operand())
        kinds = {type(value.literal) for value in values}
        if len(kinds) != 1 or type(None) in kinds:
            self.refuse("a list of texts alone or of numbers alone is expected")
        return pl.any_horizontal([self._compared(left, "==", value) for value in values])

    def _side(self, operand: _Operand, kind: Kind) -> pl.Expr:
        literal = operand.literal
        if literal is None:
            cell = Cell(kind, operand.column)
            self.cells.add(cell)
            return self._column(cell)
        if kind != "day":
            return pl.lit(literal, pl.String if isinstance(literal, str) else NUMBER)
        try:
            return pl.lit(date.fromisoformat(str(literal)))
        except ValueError as error:
            what = f"a day such as '2026-11-22' is expected, not {literal!r},"
            raise self.problem(what) from error

    def _operand(self) -> _Operand:
        token = self.token
        if token is None or token.kind == "sign" or token.value in _RESERVED:
            self.refuse("a column, a number or a quoted text is expected")
        self.token = self._read()
        if token.kind == "number":
            return _Operand("", Decimal(token.value))
        if token.kind == "text":
            return _Operand("", re.sub(r"\\(.)", r"\1", token.value[1:-1]))
        return _Operand(token.value)

    def _take(self, sign: str) -> bool:
        token = self.token
        is_there = token is not None and token.kind in {"sign", "word"} and token.value == sign
        if is_there:
            self.token = self._read()
        return is_there

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self.refuse(f"{sign} is expected")

    def _read(self) -> _Token | None:
        found = _TOKEN.match(self._text, self._next)
        if found is None:
            if not self._text[self._next :].strip():
                return None
            message = f"nothing is understood from character {self._next + 1} of {self._text!r} on"
            raise QueryError(message)
        self._next = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        value = _SAME.get(value, value) if kind == "sign" else value
        return _Token(kind, value, found.start(kind))
