"""A ready map fitted to the file at hand: how it is read, and how its values are written."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import tomlkit
from tomlkit.items import InlineTable, Table

from flows.mapping.ready import ReadyMap
from flows.mapping.survey import Survey
from transforms.mapping.entities import Target, value_of
from transforms.mapping.forms import OPEN, Context, forms_of
from transforms.mapping.headings import heading

_CHECKED: Final = ("date_formats", "decimal", "true_values", "false_values", "nulls")
"""Settings that depend on the file and not on the system that wrote it."""


def adopted_text(
    ready: ReadyMap, found: Survey, files: str, targets: Sequence[Target], context: Context
) -> str:
    """Write a ready map as the source file of one export; its comments stay.

    `[read]` is that of the file. Values written otherwise than the map says are set or asked for.
    """
    document = tomlkit.parse(ready.path.read_text("utf-8"))
    seen = document.pop("seen")
    document["files"] = files
    if found.preview.format != "csv" or "format" in document:
        document["format"] = found.preview.format
    _read(document, found)
    by_name = {target.name: target for target in targets}
    columns = document["columns"]
    for name in list(columns):
        if name in by_name:
            _fit(columns, name, by_name[name], found, context)
    head = (
        f"# 由 fupan map 按 {found.path.name} 提出（{found.rows} 行），用现成的映射 {ready.name}\n"
        f"# proposed by `fupan map` from {found.path.name} ({found.rows} rows), by the ready map "
        f"{ready.name}\n# ({seen['system']}; {seen['version']})\n"
    )
    return head + tomlkit.dumps(document)


def _read(document: tomlkit.TOMLDocument, found: Survey) -> None:
    """Put `[read]` of the file in place of the map's."""
    if not found.read:
        document.pop("read", None)
        return
    table = tomlkit.table()
    for name, value in found.read.items():
        table.add(name, value)
    if "read" in document:
        document["read"] = table
        return
    columns = document.pop("columns")
    document.append("read", table)
    document.add(tomlkit.nl())
    document.append("columns", columns)


def _fit(columns: Any, name: str, target: Target, found: Survey, context: Context) -> None:  # noqa: ANN401  # a table of tomlkit
    """Add to one column what its values need and the map does not say."""
    value = columns[name]
    is_table = isinstance(value, InlineTable | Table)
    source = str(value["source"]) if is_table and "source" in value else str(value)
    if (is_table and "source" not in value) or source not in found.profiles:
        return
    profile = found.profiles[source]
    forms = forms_of(profile, target, heading(source), context)
    given: Mapping[str, Any] = value if is_table else {}
    if target.kind == "words" and "map" in given:
        known = {str(seen) for seen in given["map"]}
        for seen in sorted(set(profile.values or ()) - known - set(profile.false_nulls)):
            given["map"][seen] = value_of(seen, target) or OPEN
        return
    names = (*_CHECKED, "map") if target.kind == "words" else _CHECKED
    added = {key: forms.settings[key] for key in names if key in forms.settings}
    added = {key: setting for key, setting in added.items() if key not in given}
    if not added:
        return
    if is_table:
        table = value
    else:
        table = tomlkit.inline_table()
        table["source"] = source
        columns[name] = table
        table = columns[name]
    for key, setting in added.items():
        table[key] = setting
    asked = [question for question in forms.asked if OPEN in added.values() or "map" in added]
    if asked:
        table.comment(" ".join(asked))
