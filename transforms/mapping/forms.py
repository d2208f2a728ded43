"""What the settings of a column must say so that its values are read as they are meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from transforms.mapping.entities import Target, value_of
from transforms.mapping.headings import Heading
from transforms.mapping.profile import Profile
from transforms.typing.rules import NO, NULLS, YES

OPEN: Final = "?"
_SURE_FORMATS: Final = frozenset(["excel", "parquet"])
_SHARES: Final = frozenset(["progress_share", "win_probability"])
_MONEY_WORDS: Final = ("amount", "value", "price", "cost", "rate")
_SHOWN: Final = 12


@dataclass(frozen=True)
class Context:
    """What the other columns of the same file prove."""

    format: str = "csv"
    delimiter: str = ","
    unit: str = "1"
    """Unit of all amounts, as a line above the table states it."""
    decimal: str | None = None
    orders: Mapping[str, str] = field(default_factory=dict)
    """Mark between the parts of a day → their order."""
    stages: Mapping[str, str] = field(default_factory=dict)
    """Stage of the company → open, won or lost."""

    @classmethod
    def of(
        cls,
        profiles: Iterable[Profile],
        format_: str,
        delimiter: str,
        unit: str,
        stages: Mapping[str, str],
    ) -> "Context":
        """Gather what some columns prove for the others."""
        decimals = {one.number.decimal for one in profiles if one.number.decimal}
        orders: dict[str, set[str]] = {}
        for one in profiles:
            if one.day is not None and one.day.order and one.day.marks:
                for mark in one.day.marks:
                    orders.setdefault(mark, set()).add(one.day.order)
        return cls(
            format=format_,
            delimiter=delimiter,
            unit=unit,
            decimal=decimals.pop() if len(decimals) == 1 else None,
            orders={mark: found.pop() for mark, found in orders.items() if len(found) == 1},
            stages=stages,
        )


@dataclass
class Forms:
    """Settings beside `source`, the questions they leave open, and what they rest on."""

    settings: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def forms_of(profile: Profile, target: Target, one: Heading, context: Context) -> Forms:
    """Say how the values of a column are written, for a target of a certain kind."""
    forms = Forms()
    if profile.false_nulls:
        forms.settings["nulls"] = [*NULLS, *profile.false_nulls]
    match target.kind:
        case "number" | "count":
            _number(forms, profile, target, one, context)
        case "day" | "instant":
            _day(forms, profile, context)
        case "flag":
            _flag(forms, profile)
        case "words":
            words_of(forms, profile, target, context)
    return forms


def words_of(forms: Forms, profile: Profile, target: Target, context: Context) -> None:
    """Map the values seen to those of the entity; those nobody knows are asked for."""
    values = profile.values
    if values is None or not profile.filled:
        return
    nulls = {*NULLS, *profile.false_nulls}
    seen = {value: count for value, count in values.items() if value not in nulls}
    stages = context.stages if target.name == "outcome" else {}
    meant = {value: stages.get(value) or value_of(value, target) for value in seen}
    if all(value == known for value, known in meant.items()):
        return
    forms.settings["map"] = {value: known or OPEN for value, known in meant.items()}
    unknown = [value for value, known in meant.items() if known is None]
    if unknown:
        allowed = " | ".join(dict.fromkeys(target.words.values()))
        shown = ", ".join(f"{value} ({seen[value]})" for value in unknown[:_SHOWN])
        forms.asked.append(
            f"这些值各是什么意思？可填 {allowed}；见到：{shown} / "
            f"what does each of these mean: {allowed}? seen: {shown}"
        )


def _number(forms: Forms, profile: Profile, target: Target, one: Heading, context: Context) -> None:
    number = profile.number
    decimal = number.decimal
    if number.is_open:
        decimal = context.decimal
        is_machine = context.format in _SURE_FORMATS or context.delimiter == ","
        if decimal is None and not is_machine:
            forms.settings["decimal"] = OPEN
            forms.asked.append(
                f'小数点是 "." 还是 ","？例如 {number.example} / '
                f'is the decimal mark "." or ","? e.g. {number.example}'
            )
    if decimal == ",":
        forms.settings["decimal"] = ","
        forms.notes.append(f"小数逗号 / decimal comma: {number.example}")
    unit = one.unit
    if unit == "1" and any(word in target.name for word in _MONEY_WORDS):
        unit = context.unit
    if target.name in _SHARES and unit == "1" and _highest(profile) > 1:
        unit = "%"
    if unit == "%" and "%" in number.marks:
        unit = "1"
    if unit != "1" and target.kind == "number":
        forms.settings["unit"] = unit
        forms.notes.append(f"单位 / unit: {unit}")


def _day(forms: Forms, profile: Profile, context: Context) -> None:
    day = profile.day
    if day is None:
        return
    if not day.options:
        if day.formats:
            forms.settings["date_formats"] = list(day.formats)
            if day.order != "y/m/d":
                forms.notes.append(f"整列只能是 / the whole column can only be {day.order}")
        return
    known = {context.orders[mark] for mark in day.marks if mark in context.orders}
    options = dict(day.options)
    if len(known) == 1 and (order := known.pop()) in options:
        forms.settings["date_formats"] = list(options[order])
        forms.notes.append(f"同一文件别的日期列是 / other days of this file are {order}")
        return
    forms.settings["date_formats"] = OPEN
    shown = " | ".join(f"{order} → {list(formats)}" for order, formats in options.items())
    both = "; ".join(options)
    forms.asked.append(
        f"日期顺序是哪一种（{both}）？{profile.filled} 个值都说得通，例如 {day.example} / "
        f"which order: {both}? {day.fits} of {profile.filled} values are possible either way, "
        f"e.g. {day.example}; put {shown}".replace("'", '"')
    )


def _flag(forms: Forms, profile: Profile) -> None:
    if profile.flags is None:
        return
    yes, no = profile.flags
    if set(yes) - set(YES):
        forms.settings["true_values"] = list(yes)
    if set(no) - set(NO):
        forms.settings["false_values"] = list(no)


def _highest(profile: Profile) -> float:
    """The highest plain number among the values that were kept."""
    plain = [value for value in profile.values or () if value.replace(".", "", 1).isdigit()]
    return max((float(value) for value in plain), default=0.0)
