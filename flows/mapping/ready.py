"""Ready maps: source files for exports whose header is known, in examples/maps/."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from flows.paths import part
from flows.settings.base import Settings, parse, read_toml


class SeenSettings(Settings):
    """`[seen]` of a ready map: the real header it was made for."""

    system: str = Field(min_length=1, description="System that writes such a file")
    version: str = Field(min_length=1, description="Version of the layout that was seen")
    columns: tuple[str, ...] = Field(min_length=1, description="Its columns, as it names them")
    is_whole: bool = Field(
        default=False, description="A header with other columns too is that of another export"
    )

    def fits(self, header: set[str]) -> bool:
        """Tell whether a header is the one that was seen."""
        return header >= set(self.columns) and not (self.is_whole and header - set(self.columns))


@dataclass(frozen=True)
class ReadyMap:
    """One of them."""

    path: Path
    seen: SeenSettings

    entity: str

    @property
    def name(self) -> str:
        """System and export, such as hubspot/deal."""
        return f"{self.path.parent.name}/{self.path.stem}"


def ready_maps(folder: Path | None = None) -> tuple[ReadyMap, ...]:
    """Read all ready maps; raises SettingsError."""
    return _own_maps() if folder is None else _maps(folder)


def fitting(columns: Iterable[str], stem: str, maps: Iterable[ReadyMap]) -> ReadyMap | None:
    """Choose the ready map all of whose columns are in a header: the one that names the most.

    Among equals it is the one whose name stands in the file's name.
    """
    header = set(columns)
    fits = [each for each in maps if each.seen.fits(header)]

    def rank(each: ReadyMap) -> tuple[int, bool, int, str]:
        is_named = each.path.stem in stem.lower()
        return len(each.seen.columns), is_named, len(each.path.stem), each.name

    return max(fits, key=rank, default=None)


@cache
def _own_maps() -> tuple[ReadyMap, ...]:
    return _maps(part("examples", "maps"))


def _maps(folder: Path) -> tuple[ReadyMap, ...]:
    return tuple(
        ReadyMap(
            path,
            parse(SeenSettings, document.get("seen", {}), path),
            str(document.get("entity", "record")),
        )
        for path in sorted(folder.rglob("*.toml"))
        for document in [read_toml(path)]
    )
