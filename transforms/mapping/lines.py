"""The lines of `[columns]` that a source file needs, each with its reason and its questions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from transforms.mapping.choice import EVENTS, name_column, possible_sources
from transforms.mapping.entities import LIKELY, Candidate, Found, Target
from transforms.mapping.forms import OPEN, Context, Forms, forms_of, words_of
from transforms.mapping.headings import heading
from transforms.mapping.profile import Profile

_DISTINCT: Final = 0.95
_SHOWN: Final = 8
CONTENT_KEY: Final[Mapping[str, str]] = {"generate": "content_key"}
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


@dataclass
class Line:
    """One column of the entity: what its source file says, why, and what is asked."""

    target: str
    value: Any
    reason: str = ""
    confidence: float | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def source(self) -> str | None:
        """The export column it reads, where it reads one alone."""
        if isinstance(self.value, str):
            return None if self.value == OPEN else self.value
        return self.value.get("source") if isinstance(self.value, dict) else None


@dataclass(frozen=True)
class Lines:
    """The columns taken, and those too doubtful to take, as (target, source, confidence)."""

    taken: list[Line]
    doubtful: list[tuple[str, str, float]]


def lines_of(
    candidate: Candidate,
    targets: Sequence[Target],
    profiles: Mapping[str, Profile],
    sample: pl.DataFrame,
    context: Context,
) -> Lines:
    """Write the lines for a candidate, in the order of the entity's columns."""
    taken: list[Line] = []
    doubtful: list[tuple[str, str, float]] = []
    for target in targets:
        found = candidate.found.get(target.name)
        if found is not None and found.score >= LIKELY:
            taken.append(_found(found, profiles, context))
        elif (made := _made(candidate, target, profiles, context)) is not None:
            taken.append(made)
        elif found is not None and not target.is_required:
            doubtful.append((target.name, found.source, found.score))
        elif target.is_required:
            taken.append(_asked(candidate, target, profiles, found))
    _settle_keys(taken, [target.name for target in targets if target.is_key], profiles, sample)
    return Lines(taken, doubtful)


def line_value(source: str, forms: Forms) -> Any:  # noqa: ANN401  # what TOML can hold
    """Write a column as shortly as it can be."""
    return {"source": source, **forms.settings} if forms.settings else source


def _found(found: Found, profiles: Mapping[str, Profile], context: Context) -> Line:
    profile = profiles[found.source]
    forms = forms_of(profile, found.target, heading(found.source), context)
    why = "列名" if found.likeness.is_exact else "列名相近"
    how = "name" if found.likeness.is_exact else "similar name"
    shown = f"{why} / {how}: {found.likeness.name}"
    seen = ", ".join(profile.examples[:2])
    notes = "; ".join([shown, *forms.notes, *([f"例 / e.g. {seen}"] if seen else [])])
    value = line_value(found.source, forms)
    return Line(found.target.name, value, notes, round(found.score, 2), forms.asked)


def _made(
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


def _asked(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile], found: Found | None
) -> Line:
    options = possible_sources(candidate, target, profiles)
    if found is not None:
        options = [found.source, *options]
        if target.kind == "text" and profiles[found.source].day_share >= _DISTINCT:
            as_number = f'{{ source = "{found.source}", is_excel_serial = true }}'
            question = (
                f"{found.source} 全是日期，可能是表格软件把编号变成了日期；是则填 {as_number} / "
                f"{found.source} holds days: a spreadsheet may have turned numbers into them; "
                f"then put {as_number}"
            )
            return Line(target.name, OPEN, asked=[question])
    shown = ", ".join(f'"{name}"' for name in dict.fromkeys(options[:_SHOWN])) or "-"
    if target.words:
        allowed = " | ".join(dict.fromkeys(target.words.values()))
        shown = f'{shown}, {{ value = "{allowed}" }}'
    elif target.kind == "text":
        shown = f'{shown}, {{ value = "…" }}'
    question = (
        f"{target.name} 必填，没有找到哪一列是它；可填 {shown} / "
        f"{target.name} is needed and no column was recognised as it; put one of {shown}"
    )
    return Line(target.name, OPEN, asked=[question])


def _settle_keys(
    lines: list[Line], keys: list[str], profiles: Mapping[str, Profile], sample: pl.DataFrame
) -> None:
    """See to it that the key tells the rows apart, or ask."""
    by_name = {line.target: line for line in lines}
    held = [by_name[key] for key in keys if key in by_name]
    if any(line.value == CONTENT_KEY for line in held) or len(held) < len(keys):
        return
    sources = [line.source for line in held]
    if len(held) == 1:
        source = sources[0]
        if source is None or profiles[source].is_unique:
            return
        _settle_single(held[0], profiles[source], sample)
        return
    read = [source for source in sources if source is not None]
    if not read or not sample.select(pl.struct(read).is_duplicated().any()).item():
        return
    finer = by_name.get("line_number") or by_name.get("detail")
    if finer is not None and finer in held:
        finer.value, finer.confidence = dict(CONTENT_KEY), None
        finer.reason = "合起来不唯一，由整行生成 / not unique together: made of the whole row"
        return
    held[-1].reason += "; 主键有重复，只保留最后一行 / the key occurs twice: the last row is kept"


def _settle_single(line: Line, profile: Profile, sample: pl.DataFrame) -> None:
    if not profile.filled:
        return
    seen = profile.repeated or "…"
    if profile.distinct_share >= _DISTINCT:
        line.reason += (
            f"; 少数编号重复（{seen}），保留最后一行，空的拒收 / "
            "a few occur twice: the last row is kept; rows without one are rejected"
        )
        return
    joined = _joined(profile.name, sample)
    options = [f'"{profile.name}"（保留每个编号的最后一行 / the last row of each is kept）']
    if joined:
        options.append(f'{{ joined = ["{profile.name}", "{joined}"] }}（唯一 / unique）')
    options.append('{ generate = "content_key" }（每行都保留 / every row is kept）')
    line.asked.append(
        f"{profile.name} 不唯一，例如 {seen} 不止一行；可填 {', '.join(options)} / "
        f"{profile.name} does not tell the rows apart, e.g. {seen} has several; "
        "put one of these"
    )
    line.value, line.confidence = OPEN, None


def _joined(name: str, sample: pl.DataFrame) -> str | None:
    """Find a second column that together with the key tells the rows of the sample apart."""
    for other in sample.columns:
        if other == name or sample.get_column(other).null_count():
            continue
        if not sample.select(pl.struct(name, other).is_duplicated().any()).item():
            return other
    return None
