"""What the name of a file, of its sheet, or a line above its table says about its entity."""

from collections.abc import Mapping, Sequence
from typing import Final

from transforms.mapping.headings import heading

_NOISE: Final = frozenset(
    [
        *("data", "export", "exports", "list", "report", "table", "all", "my", "sheet", "sheet1"),
        *("template", "download", "new", "old", "view", "csv", "xlsx", "sf", "salesforce"),
        *("hubspot", "xero", "google", "facebook", "ads", "odoo", "erpnext", "zoho", "pipedrive"),
    ]
)
"""Words in the name of a file that say nothing about what it holds."""
_CJK_NOISE: Final = ("导出", "列表", "模板", "数据", "报表", "查询", "信息", "表")


def name_shares(names: Mapping[str, Sequence[str]], titles: Sequence[str]) -> dict[str, float]:
    """Say how much of a title each entity's longest name in it covers, against the longest."""
    shown = [bare for title in titles if (bare := _bare(title)).strip()]
    longest: dict[str, tuple[int, float]] = {}
    for entity, listed in names.items():
        for name in map(_bare, listed):
            for title in shown:
                if name.strip() and name in title:
                    covered = len(name.strip()) / len(title.strip())
                    longest[entity] = max(longest.get(entity, (0, 0.0)), (len(name), covered))
    best = max((length for length, _ in longest.values()), default=0)
    return {
        entity: length / best * (0.4 + 0.6 * min(1.0, covered))
        for entity, (length, covered) in longest.items()
    }


def _bare(text: str) -> str:
    """A title without what says nothing, its words apart so that no name is found inside one."""
    words = [word for word in heading(text).words if word not in _NOISE and not word.isdigit()]
    if text.isascii():
        return f" {' '.join(words)} "
    compact = "".join(words)
    for noise in _CJK_NOISE:
        compact = compact.replace(noise, "") or compact
    return compact
