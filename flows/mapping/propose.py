"""One export → the proposal of a source file: entity, key, columns, reasons and questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flows.errors import UsageError, nearest
from flows.mapping.adopt import adopted_text
from flows.mapping.dictionary import EntityWords, read_dictionary, synonyms_of
from flows.mapping.ready import ReadyMap, fitting, ready_maps
from flows.mapping.survey import Survey, survey
from flows.mapping.targets import RECORD, targets_of
from transforms.currencies import DOLLARS
from transforms.mapping.choice import Choice, choose
from transforms.mapping.entities import Candidate, Target, rank_entities
from transforms.mapping.forms import OPEN, Context
from transforms.mapping.headings import heading
from transforms.mapping.line import Line, Lines
from transforms.mapping.lines import lines_of
from transforms.mapping.profile import Profile
from transforms.tables import ENTITIES

_EVENTS: Final = frozenset(
    [
        *("order_line", "invoice", "payment", "activity", "stage_event", "proposal", "inventory"),
        *("campaign_spend", "control_total", "exchange_rate", "event", RECORD),
    ]
)
"""Entities whose exports cover a span of time: a row that is missing is not gone."""
_DELETED: Final = frozenset(
    ["isdeleted", "deleted", "fivetrandeleted", "hsisdeleted", "已删除", "是否删除", "删除标志"]
)
_NUMBERED: Final = re.compile(
    r"[-_ .()（）]*\d[\d\-_. ]*(?:年|月|日|w\d+|q\d)*[)）]*", re.IGNORECASE
)
_NO_HEADER: Final = (
    "没有表头，列名不可知：原样保留；或在文件里加上表头再运行 / "
    "no header, so no column is known: kept as records; or put a header into the file and map it"
)
_KNOWN: Final = 3
"""Known names that a sheet has at least to be taken for another table of data."""
_LIKE: Final = 0.8
_SYMBOLS: Final = {"€": "EUR", "£": "GBP"}


@dataclass
class Proposal:
    """What the source file of one export will say."""

    name: str
    title: str
    entity: str
    """`?` where a person must say; the columns are then those of `likely`."""
    likely: str
    survey: Survey
    files: str
    mode: str
    columns: Lines
    reason: str
    asked: dict[str, list[str]] = field(default_factory=dict)
    """Setting (entity, tombstone …) → the questions about it."""
    tombstone: dict[str, Any] | None = None
    unused: list[str] = field(default_factory=list)
    ready: ReadyMap | None = None

    adopted: str | None = None
    """The text of a ready map fitted to the file, where one is used."""

    @property
    def ready_name(self) -> str:
        """Name of the ready map, empty where none is used."""
        return self.ready.name if self.ready is not None else ""

    @property
    def questions(self) -> int:
        """Settings that wait for an answer."""
        columns = sum(_count(line.value) for line in self.columns.taken)
        return len(self.asked) + columns


@dataclass(frozen=True)
class Wish:
    """What the caller has said beforehand."""

    name: str | None = None
    entity: str | None = None
    currency: str = "CNY"
    stages: Mapping[str, str] = field(default_factory=dict)
    """Stage of the company → open, won or lost."""


def propose(path: Path, wish: Wish | None = None) -> Proposal:
    """Look at an export and propose its source file; raises FileUnreadable, UsageError."""
    wish = wish or Wish()
    dictionary = read_dictionary()
    synonyms = synonyms_of(dictionary)
    targets = targets_of(dictionary)
    if wish.entity is not None and wish.entity not in ENTITIES:
        message = f"entity {wish.entity!r} is not known; {nearest(wish.entity, ENTITIES)}"
        raise UsageError(message)
    found = survey(path, synonyms)
    ready = None if wish.entity else fitting(found.profiles, path.stem, ready_maps())
    choice = Choice(None)
    if ready is None and wish.entity != RECORD:
        names = {entity: words.names for entity, words in dictionary.items() if entity != RECORD}
        titles = [path.stem, found.preview.sheet or "", *found.header.above]
        ranked = rank_entities(targets, names, found.profiles, titles, synonyms)
        stated = next((each for each in ranked if each.entity == wish.entity), None)
        choice = Choice(stated) if stated else choose(ranked, targets, found.profiles)
    proposal = _proposal(found, choice, targets, dictionary, wish)
    if ready is not None:
        _adopt(proposal, ready, targets, wish)
    return proposal


def context_of(found: Survey, stages: Mapping[str, str]) -> Context:
    """What the whole file proves about each of its columns."""
    seen = found.preview
    unit = found.header.unit
    return Context.of(found.profiles.values(), seen.format, seen.delimiter, unit, stages)


def _proposal(
    found: Survey,
    choice: Choice,
    targets: Mapping[str, list[Target]],
    dictionary: Mapping[str, EntityWords],
    wish: Wish,
) -> Proposal:
    name = wish.name or source_name(found.path.stem)
    candidate = choice.candidate
    if candidate is None:
        columns, entity = Lines(_record_lines(name, found), []), RECORD
        reason = _NO_HEADER if not found.header.row else _record_reason(choice)
    else:
        context = context_of(found, wish.stages)
        entity = candidate.entity
        columns = lines_of(candidate, targets[entity], found.profiles, found.sample, context)
        _add_currency(columns, candidate, found, wish.currency)
        reason = (
            f"文件名 {candidate.name:.0%}，总分 {candidate.score:.0%} / "
            f"file name {candidate.name:.0%}, score {candidate.score:.0%}"
        )
    words = dictionary.get(entity)
    used = {line.source for line in columns.taken}
    proposal = Proposal(
        name=name,
        title=f"{words.title_zh if words else '记录'} {found.path.stem}",
        entity=OPEN if choice.options else entity,
        likely=entity,
        survey=found,
        files=glob_of(found.path.name),
        mode="delta" if entity in _EVENTS else "snapshot",
        columns=columns,
        reason=reason,
        tombstone=_tombstone(found.profiles, columns.taken),
        unused=[column for column in found.profiles if column not in used],
    )
    if rivals := _other_sheets(found):
        shown = " | ".join([str(found.preview.sheet), *rivals])
        question = f"读哪一张表？{shown} / several sheets hold such tables, which one: {shown}?"
        proposal.asked["sheet"] = [question]
    if choice.options:
        shown = " | ".join(choice.options)
        question = (
            f"这是哪一种数据？{shown}；下面按 {entity} 写，选别的就运行 fupan map --entity … / "
            f"which kind of data is it: {shown}? The columns below are those of {entity}; "
            "for another run `fupan map FILE --entity …`"
        )
        proposal.asked["entity"] = [question]
    return proposal


def source_name(stem: str) -> str:
    """Make the name of a source of a file's name, without dates and numbers.

    >>> source_name("商机导出_2026-11-03"), source_name("Deals (12)")
    ('商机导出', 'deals')
    """
    bare = _NUMBERED.sub("", stem) or stem
    return re.sub(r"[^\w]+", "_", bare).strip("_").lower() or "export"


def glob_of(file_name: str) -> str:
    """Make a glob of a file's name that next week's file fits as well.

    >>> glob_of("商机_20261103.csv"), glob_of("deals.csv"), glob_of("2026.csv")
    ('商机*.csv', 'deals.csv', '2026.csv')
    """
    stem, dot, suffix = file_name.rpartition(".")
    bare = _NUMBERED.sub("*", stem)
    bare = re.sub(r"\*+", "*", bare)
    if not dot or bare.strip("*") == "":
        return file_name
    return re.sub(r"([\[\]?])", "[\\1]", f"{bare}{dot}{suffix}")


def _other_sheets(found: Survey) -> list[str]:
    """Name the sheets that hold a table like the one taken."""
    counts = dict(found.preview.sheets)
    known = counts.pop(str(found.preview.sheet), 0)
    return [name for name, count in counts.items() if count >= max(_KNOWN, _LIKE * known)]


def _adopt(
    proposal: Proposal, ready: ReadyMap, targets: Mapping[str, list[Target]], wish: Wish
) -> None:
    """Take a ready map instead of what was found by itself."""
    context = context_of(proposal.survey, wish.stages)
    entity = ready.entity
    proposal.ready = ready
    proposal.likely = proposal.entity = entity
    proposal.adopted = adopted_text(
        ready, proposal.survey, proposal.files, targets.get(entity, ()), context
    )
    proposal.reason = (
        f"表头与现成映射 {ready.name} 一致 / the header is that of the ready map {ready.name}"
    )


def _record_lines(name: str, found: Survey) -> list[Line]:
    unique = [column for column, profile in found.profiles.items() if profile.is_unique]
    ids = [
        column for column in unique if heading(column).words[-1:] in {("id",), ("编号",), ("guid",)}
    ]
    key: Any = ids[0] if ids else {"generate": "content_key"}
    why = "唯一的编号 / the unique number" if ids else "没有唯一的编号 / no unique number"
    return [
        Line("record_kind", {"value": name}, "种类 / kind"),
        Line("record_id", key, why),
        Line("content", {"generate": "row_json"}, "整行保留 / the whole row is kept"),
    ]


def _record_reason(choice: Choice) -> str:
    near = choice.nearest
    if near is None:
        return "按要求只保留 / kept as records, as asked for"
    lacks = f"，缺 {', '.join(near.missing)}" if near.missing else ""
    lacks_en = f" but lacks {', '.join(near.missing)}" if near.missing else ""
    return (
        f"不像任何实体（最接近 {near.entity}{lacks}）：原样保留并计数，不进周报 / "
        f"fits no entity (nearest: {near.entity}{lacks_en}): kept and counted, used in no pack"
    )


def _add_currency(
    columns: Lines, candidate: Candidate, found: Survey, company_currency: str
) -> None:
    """State the currency of the amounts where no column does, or ask for it."""
    has_column = "currency" in ENTITIES[candidate.entity].column_names()
    if not has_column or any(line.target == "currency" for line in columns.taken):
        return
    money = [each.source for each in candidate.found.values() if "amount" in each.target.name]
    stated = {heading(source).currency for source in money} - {None}
    marks = frozenset(mark for source in money for mark in found.profiles[source].number.marks)
    stated |= {code for mark, code in _SYMBOLS.items() if mark in marks}
    if len(stated) == 1:
        line = Line("currency", {"value": stated.pop()}, "金额注明 / stated beside the amounts")
    elif "$" in marks and company_currency not in DOLLARS:
        question = '金额带 $，是哪种货币？{ value = "USD" } / amounts have a $: which currency?'
        line = Line("currency", OPEN, asked=[question])
    else:
        return
    columns.taken.append(line)


def _tombstone(profiles: Mapping[str, Profile], lines: list[Line]) -> dict[str, Any] | None:
    """Name the column that says a record was deleted, where the rows have keys of their own."""
    if any(line.value == {"generate": "content_key"} for line in lines):
        return None
    for name, profile in profiles.items():
        if heading(name).compact in _DELETED and profile.flags is not None:
            usual = {"true", "True", "TRUE", "1", "Y", "是"}
            own = [word for word in profile.flags[0] if word not in usual]
            return {"column": name} | ({"values": own} if own else {})
    return None


def _count(value: object) -> int:
    if isinstance(value, dict):
        return sum(_count(inner) for inner in value.values())
    return int(value == OPEN)
