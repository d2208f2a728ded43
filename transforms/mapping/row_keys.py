"""Whether a key tells the rows of an export apart."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from transforms.mapping.forms import OPEN
from transforms.mapping.line import CONTENT_KEY, Line
from transforms.mapping.profile import Profile

_DISTINCT: Final = 0.95


def settle_keys(
    lines: Sequence[Line],
    keys: Sequence[str],
    profiles: Mapping[str, Profile],
    sample: pl.DataFrame,
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
