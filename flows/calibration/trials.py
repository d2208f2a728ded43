"""`--what-if`: one named assumption changed on trial, and what it does to each target."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import polars as pl

from flows.errors import UsageError, nearest
from transforms.calibration import NAMES, Change

TARGET: Final = ["metric", "scope_kind", "scope", "period_start", "period_end"]
OF_ONE_SCOPE: Final = frozenset({"heads", "budget", "output_per_head"})
"""Amounts that one scope has; setting them for several at once would say nothing true."""

_FORM: Final = re.compile(r"\s*([a-z_]+)\s*(\+=|\*=|=)\s*(\S+)\s*")
_HOW: Final[Mapping[str, Any]] = {"=": "set", "+=": "add", "*=": "times"}
_PERCENT: Final = Decimal(100)


def read_changes(texts: Iterable[str]) -> dict[str, Change]:
    """Read NAME=VALUE (6% is 0.06), NAME+=VALUE and NAME*=FACTOR; raises UsageError.

    >>> read_changes(["conversion=6%", "heads+=2"])["conversion"]
    Change(value=Decimal('0.06'), how='set')
    """
    found: dict[str, Change] = {}
    for text in texts:
        form = _FORM.fullmatch(text)
        value = None if form is None else _number(form[3])
        if form is None or value is None:
            message = f"--what-if {text!r} is no change of an assumption"
            raise UsageError(message, remedy="give it as conversion=6%, heads+=2 or cac*=0.9")
        if form[1] not in NAMES:
            message = f"there is no assumption {form[1]!r}; {nearest(form[1], NAMES)}"
            raise UsageError(message, remedy=f"name one of: {', '.join(NAMES)}")
        found[form[1]] = Change(value, _HOW[form[2]])
    return found


def check_scopes(changes: Mapping[str, Change], targets: pl.DataFrame) -> None:
    """Refuse to set what each scope has of its own for several scopes; raises UsageError."""
    names = sorted(
        name for name, each in changes.items() if name in OF_ONE_SCOPE and each.how == "set"
    )
    if names and targets.select("scope_kind", "scope").n_unique() > 1:
        message = f"{', '.join(names)} differs from scope to scope"
        remedy = f"name one with --scope team:…, or change it with {names[0]}*=1.1"
        raise UsageError(message, remedy=remedy)


def affected(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The checks whose verdict, reason or reference a trial changes, with both sides."""
    sides = ["reference", "verdict", "reason"]
    joined = before.select(*TARGET, "check", "target", *sides).join(
        after.select(*TARGET, "check", *sides), on=[*TARGET, "check"], suffix="_after"
    )
    differs = pl.any_horizontal(pl.col(side).ne_missing(pl.col(f"{side}_after")) for side in sides)
    return joined.filter(differs)


def _number(text: str) -> Decimal | None:
    try:
        if text.endswith("%"):
            return Decimal(text[:-1]) / _PERCENT
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
