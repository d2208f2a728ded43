"""Generated exports: rows of every kind, and what has to become of each."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from transforms.typing.cells import BLANKS
from transforms.typing.rules import NULLS

from .forms import DAYS, NUMBERS, TextForm

HEADER = {"payment_id": "单号", "account_id": "客户", "paid_on": "日期", "amount": "金额"}
KEYS = ["P1", "P2", "P3", "P-4", "005", "ｐ６"]
BAD = ("bad day", "bad number", "no key", "no day", "no amount", "too many", "too few")
KINDS = ("good", "good", "good", "again", "changed", "nobody", "blank", "empty cells", *BAD)


class Payment(NamedTuple):
    """The values of a row that loads."""

    account_id: str | None
    paid_on: date
    amount: Decimal


class Line(NamedTuple):
    """One row as it is generated: its kind, and material for its cells."""

    kind: str
    key: str
    name: str
    day: date
    amount: Decimal
    pick: int


@dataclass(frozen=True)
class Export:
    """One file: its bytes, and what has to become of its rows."""

    content: bytes
    rows_read: int
    typed: dict[str, tuple[int, Payment]]
    """Key to row number and values of the row that stands."""
    superseded: int
    rejects: list[tuple[int, str]]
    keys: set[str]
    """Keys that can be read, those of rejected rows among them."""


@dataclass(frozen=True)
class Shape:
    """The form of one source: how its files are written, and the source file that reads them."""

    text: TextForm
    day: str
    number: str
    order: list[str]
    mode: str
    has_total: bool

    def source(self, name: str, content: bytes) -> str:
        """Write the source file; the hard rules let this content pass."""
        formats = ", ".join(f'"{form}"' for form in DAYS[self.day].formats)
        settings = NUMBERS[self.number].settings
        return f"""
title = "{name}"
entity = "payment"
files = "{name}_*.csv"
mode = "{self.mode}"
[read]
{self.text.settings}
[checks]
accept = ["{hashlib.sha256(content).hexdigest()[:12]}"]
[columns]
payment_id = "单号"
account_id = "客户"
paid_on = {{ source = "日期", date_formats = [{formats}] }}
amount = {{ source = "金额"{", " if settings else ""}{settings} }}
"""

    def export(self, lines: list[Line], owner: str) -> Export:
        """Write lines as a file; keys are made the source's own by its name."""
        first = self.text.above + 2
        rows: list[list[str]] = []
        typed: dict[str, list[tuple[int, Payment]]] = {}
        rejects: list[tuple[int, str]] = []
        keys: set[str] = set()
        for line in lines:
            key, cells, rule, payment = self._row(line, owner, typed)
            if payment is not None:
                typed.setdefault(key, []).append((first + len(rows), payment))
            if rule is not None:
                rejects.append((first + len(rows), rule))
            if payment is not None or line.kind in {"bad day", "bad number", "no day", "no amount"}:
                keys.add(key)
            rows.append(cells)
        if self.has_total:
            rows += [["合计", "", "", "9"], ["制表人", "x", "", ""]]
        standing = {}
        for key, found in typed.items():
            is_same = len({payment for _, payment in found}) == 1
            standing[key] = found[0] if is_same else found[-1]
        count = sum(len(found) for found in typed.values())
        header = [HEADER[name] for name in self.order]
        return Export(
            content=self.text.encoded(header, rows),
            rows_read=count + len(rejects),
            typed=standing,
            superseded=count - len(standing),
            rejects=sorted(rejects),
            keys=keys,
        )

    def _row(
        self, line: Line, owner: str, typed: dict[str, list[tuple[int, Payment]]]
    ) -> tuple[str, list[str], str | None, Payment | None]:
        """Give key, cells, rule broken and values of a line; an earlier row may come again."""
        day_form, number_form = DAYS[self.day], NUMBERS[self.number]
        key = f"{owner}{line.key}"
        payment = Payment(line.name.strip(BLANKS), line.day, line.amount)
        if line.kind in {"again", "changed"} and typed:
            key, found = list(typed.items())[line.pick % len(typed)]
            payment = found[-1][1]
            if line.kind == "changed":
                payment = payment._replace(amount=line.amount)
        if line.kind == "nobody":
            payment = payment._replace(account_id=None)
        name = payment.account_id
        cells = {
            "payment_id": f" {key}\u3000",
            "account_id": NULLS[line.pick % len(NULLS)] if name is None else f"\xa0{name} ",
            "paid_on": day_form.write(payment.paid_on),
            "amount": number_form.write(payment.amount),
        }
        rule: str | None = None
        if line.kind == "bad day":
            cells["paid_on"], what = list(day_form.wrong.items())[line.pick % len(day_form.wrong)]
            rule = f"paid_on|{what}"
        elif line.kind == "bad number":
            cells["amount"] = number_form.wrong[line.pick % len(number_form.wrong)]
            rule = "amount|not_a_number"
        elif line.kind in _EMPTIED:
            cells[_EMPTIED[line.kind]] = ("", "-", " ", "Select")[line.pick % 4]
            rule = f"{_EMPTIED[line.kind]}|missing"
        elif line.kind in {"too many", "too few"}:
            rule = "cells_do_not_fit"
        row = [cells[column] for column in self.order]
        row = {"too many": [*row, "x"], "too few": row[:3], "blank": []}.get(line.kind, row)
        row = ["", " ", "\u3000", ""] if line.kind == "empty cells" else row
        is_nothing = line.kind in {"blank", "empty cells"}
        return key, row, rule, None if rule or is_nothing else payment


_EMPTIED = {"no key": "payment_id", "no day": "paid_on", "no amount": "amount"}


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Any form of file in which every form of cell can be written."""
    quote = draw(st.sampled_from(['"', "'", ""]))
    text = TextForm(
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])),
        delimiter=draw(st.sampled_from(",\t;|" if quote else "\t|")),
        quote=quote,
        quotes_all=draw(st.booleans()),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
        above=draw(st.integers(0, 2)),
        is_stated=draw(st.booleans()),
    )
    return Shape(
        text=text,
        day=draw(st.sampled_from(sorted(DAYS))),
        number=draw(st.sampled_from(sorted(NUMBERS))),
        order=draw(st.permutations(list(HEADER))),
        mode=draw(st.sampled_from(["snapshot", "delta"])),
        has_total=draw(st.booleans()),
    )


def lines(quote: str) -> st.SearchStrategy[list[Line]]:
    """Rows of every kind; names hold what sets cells apart only where cells are quoted."""
    letters = "海川重工启明能源Aé（）0-." + (",;|\t\"'\n" if quote else "")
    names = st.text(st.sampled_from(letters), min_size=1, max_size=6)
    known: Any = {text.strip(BLANKS) for text in NULLS}
    line = st.builds(
        Line,
        kind=st.sampled_from(KINDS),
        key=st.sampled_from(KEYS),
        name=names.filter(lambda name: name.strip(BLANKS) not in known),
        day=st.dates(date(1990, 1, 2), date(2060, 12, 31)),
        amount=st.decimals(min_value=-(10**8), max_value=10**8, places=2),
        pick=st.integers(0, 11),
    )
    return st.lists(line, min_size=1, max_size=7)
