"""What lies ready for a source: plain files, and those inside zip and gzip files."""

import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from flows.company import Company
from flows.errors import FileUnreadable, SettingsError
from flows.readers.bounds import refuse_special
from flows.readers.names import is_plain_name, shown
from flows.readers.unpacking import PACKED, unpack_gzip, unpack_zip, zip_names
from flows.readers.zipped import Expansion
from flows.settings import SourceSettings

_SCRATCH: Final = ".unpacked-"
_A_DAY: Final = 86_400
_ENDINGS: Final = {
    "csv": (".csv", ".tsv", ".txt"),
    "excel": (".xlsx", ".xlsm", ".xls"),
    "parquet": (".parquet",),
}


@dataclass(frozen=True)
class Arrival:
    """One file that a source's glob finds.

    `place` is what lies in the folder: the file, or the zip or gzip that holds it. `content` is
    the file to read, which for a packed one lies in a temporary folder; none: it is refused.
    """

    place: Path
    name: str
    content: Path | None
    refusal: FileUnreadable | None = None


@dataclass
class Inbox:
    """The folders of one company during one run; packed files are unpacked once."""

    company: Company
    scratch: Path | None = None
    _unpacked: dict[Path, dict[str, Path] | FileUnreadable] = field(default_factory=dict)

    def arrivals(self, source: SourceSettings) -> list[Arrival]:
        """List the files of a source by name, not those that a spreadsheet has left open.

        What may not be read is listed with the reason: links, folders, pipes and devices with
        the name of an export, names that hide signs, packed files that hold anything unsafe.
        Raises SettingsError where the glob of the source leads out of its folder.
        """
        pattern = PurePosixPath(source.files)
        if pattern.is_absolute() or ".." in pattern.parts:
            message = f"files = {source.files!r} leads out of the folder of {source.title}"
            raise SettingsError(message, remedy="name files within the folder")
        folder = self.company.source_folder(source)
        plain = [path for path in _visible(folder, str(pattern)) if not _is_packed(path)]
        found = [self._plain(path, folder, source) for path in plain if _is_meant(path)]
        for path in filter(_is_packed, _visible(folder, str(pattern.parent / "*"))):
            found += self._packed(path, folder, source)
        return sorted(found, key=lambda arrival: (arrival.place, arrival.name))

    def has_more(self, place: Path) -> bool:
        """Tell whether a zip holds files that no source takes: then it is not done with."""
        if place.suffix.lower() != ".zip":
            return False
        return not all(self._is_wanted(place, name) for name in zip_names(place))

    def _plain(self, path: Path, folder: Path, source: SourceSettings) -> Arrival:
        refusal = _refusal(path, folder, source)
        return Arrival(path, shown(path.name), None if refusal else path, refusal)

    def _packed(self, path: Path, folder: Path, source: SourceSettings) -> list[Arrival]:
        is_gzip = path.suffix.lower() == ".gz"
        if is_gzip and not _takes(source, path, path.stem):
            return []
        refusal = _refusal(path, folder, source)
        if refusal is None:
            unpacked = self._content(path)
            if not isinstance(unpacked, FileUnreadable):
                return [
                    Arrival(path, shown(path.name if is_gzip else f"{path.name}/{name}"), content)
                    for name, content in unpacked.items()
                    if _takes(source, path, name)
                ]
            refusal = unpacked
        if is_gzip or self._may_take(source, path):
            return [Arrival(path, shown(path.name), None, refusal)]
        return []

    def _may_take(self, source: SourceSettings, path: Path) -> bool:
        """Tell whether a zip that is refused may hold a file of a source.

        Where its names cannot be listed and no source asks for it by its own name, it is the
        first source of the folder that reports it.
        """
        try:
            return any(_takes(source, path, name) for name in zip_names(path))
        except (FileUnreadable, OSError):
            neighbours = [
                other
                for other in self.company.sources.values()
                if self.company.source_folder(other) == self.company.source_folder(source)
            ]
            by_name = [other for other in neighbours if _fits(path.name, other.files)]
            return source in (by_name or neighbours[:1])

    def _content(self, path: Path) -> dict[str, Path] | FileUnreadable:
        if path not in self._unpacked:
            limits = self.company.settings.ingest
            bound = Expansion(
                limits.max_expanded_bytes, limits.max_expansion_ratio, "max_expanded_bytes"
            )
            folder = self._folder()
            try:
                if path.suffix.lower() == ".gz":
                    unpacked = {path.stem: unpack_gzip(path, folder, bound)}
                else:
                    unpacked = unpack_zip(
                        path, folder, lambda name: self._is_wanted(path, name), bound
                    )
            except (FileUnreadable, OSError) as error:
                shutil.rmtree(folder, ignore_errors=True)
                self._unpacked[path] = as_refusal(path, error)
            else:
                self._unpacked[path] = unpacked
        return self._unpacked[path]

    def _folder(self) -> Path:
        if self.scratch is None:
            self.company.state.mkdir(parents=True, exist_ok=True)
            self.scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=self.company.state))
        return self.scratch / str(len(self._unpacked))

    def _is_wanted(self, path: Path, name: str) -> bool:
        return any(
            path.is_relative_to(self.company.source_folder(source)) and _takes(source, path, name)
            for source in self.company.sources.values()
        )


@contextmanager
def opened_inbox(company: Company) -> Iterator[Inbox]:
    """Look into the folders of a company; what was unpacked is removed afterwards.

    So is what a killed run has left behind, once it is a day old: another may be at work.
    """
    inbox = Inbox(company)
    for folder in company.state.glob(f"{_SCRATCH}*"):
        if not folder.is_symlink() and time.time() - folder.stat().st_mtime > _A_DAY:
            shutil.rmtree(folder, ignore_errors=True)
    try:
        yield inbox
    finally:
        if inbox.scratch is not None:
            shutil.rmtree(inbox.scratch, ignore_errors=True)


def as_refusal(path: Path, error: FileUnreadable | OSError) -> FileUnreadable:
    """Say why a file is not read, where the system refuses it."""
    if isinstance(error, FileUnreadable):
        return error
    message = f"{path.name} cannot be read: {error.strerror}"
    remedy = "give the user permission to read it, or remove it"
    return FileUnreadable(message, where=str(path), remedy=remedy)


def _visible(folder: Path, pattern: str) -> list[Path]:
    return [path for path in folder.glob(pattern) if not path.name.startswith(("~$", "."))]


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() in PACKED


def _is_meant(path: Path) -> bool:
    """Tell whether an entry has the name of a file; a folder without an ending has none."""
    return bool(path.suffix) or path.is_symlink() or not path.is_dir()


def _takes(source: SourceSettings, packed: Path, name: str) -> bool:
    """Tell whether a source reads a file inside a packed one.

    It does where the file has a name that its `files` finds, or where the packed file has one
    and the inner file is of its format; `member` under `[read]` says which instead.
    """
    base = PurePosixPath(name).name
    is_asked = _fits(packed.name, source.files)
    if source.read.member is not None:
        is_packed = PurePosixPath(source.files).suffix.lower() in PACKED
        fits = _fits(base, source.read.member) or _fits(name, source.read.member)
        return fits and (is_asked or not is_packed)
    return _fits(base, source.files) or (
        is_asked and base.lower().endswith(_ENDINGS[source.format])
    )


def _fits(name: str, pattern: str) -> bool:
    plain = unicodedata.normalize("NFC", name)
    return fnmatchcase(plain, unicodedata.normalize("NFC", PurePosixPath(pattern).name))


def _refusal(path: Path, folder: Path, source: SourceSettings) -> FileUnreadable | None:
    """Say why an entry of a folder is not read, whatever it holds."""
    if not is_plain_name(path.name):
        message = f"the name {shown(path.name)} holds control signs"
        remedy = "rename the file, then `fupan check`"
        return FileUnreadable(message, where=shown(str(path)), remedy=remedy)
    try:
        inside = path.parent.resolve().is_relative_to(folder.resolve())
        if source.folder == "data_root" and path.is_symlink():
            inside = inside and path.resolve().is_relative_to(folder.resolve())
            refuse_special(path.resolve(), may_be_linked=True)
        else:
            refuse_special(path, may_be_linked=source.folder == "data_root")
    except (FileUnreadable, OSError) as error:
        return as_refusal(path, error)
    if not inside:
        message = f"{path.name} lies outside of the folder, behind a link"
        return FileUnreadable(
            message, where=str(path), state="it was not read", remedy="put a copy there instead"
        )
    return None
