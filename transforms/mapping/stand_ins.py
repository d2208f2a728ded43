"""Columns that an export does not have, made from what it has."""

import re
from collections.abc import Mapping
from typing import Final

from transforms.mapping.choice import EVENTS, name_column
from transforms.mapping.entities import LIKELY, Candidate, Target
from transforms.mapping.forms import Context, Forms, forms_of, words_of
from transforms.mapping.headings import heading
from transforms.mapping.line import CONTENT_KEY, Line, line_value
from transforms.mapping.profile import Profile

_EXPECTED: Final = re.compile(r"expect|est|forecast|plan|deadline|预|计划")
"""Words of a heading that speak of a day to come."""
_NEGATIVE: Final = r"^[^0-9]*[-−–(（]|-\s*$"
_CONSTANTS: Final[Mapping[tuple[str, str], tuple[Mapping[str, str], str]]] = {
    ("order_line", "line_number"): (
        CONTENT_KEY,
        "没有行号，相同的行各自保留 / no line number: identical lines stay separate lines",
    ),
    ("campaign_spend", "detail"): (
        {"value": "-"},
        "没有更细的一层 / no finer part in the export",
    ),
    ("assignment", "valid_from"): (
        {"value": "1900-01-01"},
        "导出没有起始日期 / the export states no first day",
    ),
}
"""What stands in for a column that an export does not have."""


def stand_in(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile], context: Context
) -> Line | None:
    """Make a column that the export does not have from what it has; None where nothing can."""
    place = (candidate.entity, target.name)
    if place in _CONSTANTS:
        value, reason = _CONSTANTS[place]
        return Line(target.name, dict(value), reason)
    match place:
        case ("order_line", "document_kind"):
            line = _kind_by_sign(candidate)
        case ("order_line", "net_amount"):
            line = _price_times_quantity(candidate)
        case ("opportunity", "outcome"):
            line = _outcome(candidate, target, profiles, context)
        case ("opportunity", "closed_on"):
            line = _one_close_date(candidate, profiles, context)
        case _ if target.is_key and target.kind == "text" and target.is_required:
            line = _made_key(candidate, target, profiles)
        case _:
            line = _day_of_instant(candidate, target, profiles, context)
    return line


def _day_of_instant(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile], context: Context
) -> Line | None:
    instant = candidate.found.get(target.name.removesuffix("_on") + "_at")
    if target.kind != "day" or not target.is_required or instant is None:
        return None
    forms = forms_of(profiles[instant.source], target, heading(instant.source), context)
    value = line_value(instant.source, forms)
    return Line(target.name, value, "时间的那一天 / the day of the instant", asked=forms.asked)


def _made_key(candidate: Candidate, target: Target, profiles: Mapping[str, Profile]) -> Line | None:
    named = name_column(candidate, target.name)
    if named is not None and profiles[named].is_unique:
        return Line(
            target.name, named, "没有编号，名称唯一 / no number; the names are unique", LIKELY
        )
    if candidate.entity in EVENTS and target.name == f"{candidate.entity}_id":
        return Line(
            target.name,
            dict(CONTENT_KEY),
            "没有编号，由整行生成 / no number: made of the whole row",
        )
    return None


def _kind_by_sign(candidate: Candidate) -> Line | None:
    amount = candidate.found.get("net_amount") or candidate.found.get("quantity")
    if amount is None:
        return Line("document_kind", {"value": "sale"}, "都算销售 / all are sales")
    cases = [{"column": amount.source, "pattern": _NEGATIVE, "then": "return"}]
    return Line(
        "document_kind",
        {"cases": cases, "default": "sale"},
        "没有单据类型：负数算退货 / no document type: a negative amount is a return",
    )


def _price_times_quantity(candidate: Candidate) -> Line | None:
    factors = [candidate.found.get(name) for name in ("quantity", "unit_price")]
    columns = [found.source for found in factors if found is not None]
    if len(columns) < len(factors):
        return None
    reason = "没有金额：数量 × 单价 / no amount: quantity × unit price"
    return Line("net_amount", {"product_of": columns}, reason)


def _one_close_date(
    candidate: Candidate, profiles: Mapping[str, Profile], context: Context
) -> Line | None:
    """Take the expected day for the actual one, where an export has one close date for both."""
    expected = candidate.found.get("expected_close_on")
    if expected is None or expected.score < LIKELY or _EXPECTED.search(expected.source.lower()):
        return None
    forms = forms_of(profiles[expected.source], expected.target, heading(expected.source), context)
    reason = "只有一个结单日期：赢输单后就是实际日期 / one close date: the actual one once closed"
    return Line("closed_on", line_value(expected.source, forms), reason, asked=forms.asked)


def _outcome(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile], context: Context
) -> Line | None:
    stage = candidate.found.get("stage")
    if stage is None or profiles[stage.source].values is None:
        return None
    forms = Forms()
    words_of(forms, profiles[stage.source], target, context)
    note = "由阶段得出 / follows from the stage"
    return Line(target.name, line_value(stage.source, forms), note, asked=forms.asked)
