"""`fupan doctor`: what this machine has, and for each thing it lacks the remedy."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from flows.company import Company
from flows.errors import SettingsError
from flows.lock import holder
from flows.orchestration import DEFAULTS
from flows.paths import part
from flows.warehouse import lock_path

FONT: Final = "Noto Sans CJK SC"
LOCK_FILE: Final = "requirements.lock"
PACKAGES: Final = (
    "dataframely",
    "duckdb",
    "fastapi",
    "polars",
    "prefect",
    "pydantic",
    "sqlalchemy",
    "weasyprint",
)
SCARCE_GB: Final = 5
EMPTY_GB: Final = 1

State = Literal["ok", "warn", "fail"]

LIBRARIES: Final[tuple[tuple[str, str, State], ...]] = (
    ("pango-1.0", "libpango-1.0-0", "fail"),
    ("pangoft2-1.0", "libpangoft2-1.0-0", "fail"),
    ("harfbuzz-subset", "libharfbuzz-subset0", "warn"),
)
"""Library, its Debian package, and how bad its absence is (without the last: slow packs)."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: State
    found: str
    remedy: str = ""
    """What to do; empty where nothing is wrong."""

    @property
    def exit_code(self) -> int:
        """0 in order, 1 needs a person, 2 nothing will run."""
        return {"ok": 0, "warn": 1, "fail": 2}[self.state]

    def as_dict(self) -> dict[str, str]:
        """Give the finding as plain data, for `--json`."""
        return {
            "subject": self.subject,
            "state": self.state,
            "found": self.found,
            "remedy": self.remedy,
        }


def examine(company: Company | None = None) -> list[Finding]:
    """Look at the machine, and at a company's folder where one is given."""
    found = [
        Finding("python", "ok", platform.python_version()),
        *(_package(name) for name in PACKAGES),
        *(_library(*item) for item in LIBRARIES),
        _font(),
        *_prefect_settings(os.environ.get),
    ]
    return [*found, *_company(company)] if company else found


def _package(name: str) -> Finding:
    try:
        installed = version(name)
    except PackageNotFoundError:
        return Finding(name, "fail", "absent", "make setup")
    locked = locked_version(name, part(LOCK_FILE).read_text("utf-8"))
    if installed != locked:
        found = f"{installed}, tested with {locked}"
        return Finding(name, "warn", found, "make setup")
    return Finding(name, "ok", installed)


def locked_version(name: str, lock: str) -> str | None:
    r"""Find the version that a lock file pins a package to.

    >>> locked_version("polars", "polars==2.1.0 \\\n    --hash=sha256:00\n")
    '2.1.0'
    """
    pins = (line.split()[0].partition("==") for line in lock.splitlines() if "==" in line)
    return next((pin for package, _, pin in pins if package == name), None)


def _library(name: str, package: str, weight: State) -> Finding:
    if found := find_library(name):
        return Finding(name, "ok", found)
    remedy = f"sudo apt-get install {package}  (macOS: brew install pango)"
    return Finding(name, weight, "absent", remedy)


def _font() -> Finding:
    listing = shutil.which("fc-list")
    if listing is None:
        return Finding(FONT, "warn", "unknown: no fc-list", "sudo apt-get install fontconfig")
    families = subprocess.run(  # noqa: S603  # a fixed command of the system
        [listing, ":", "family"], capture_output=True, text=True, check=True
    ).stdout
    if FONT in families:
        return Finding(FONT, "ok", "installed")
    remedy = "sudo apt-get install fonts-noto-cjk  (macOS: brew install --cask font-noto-sans-cjk)"
    return Finding(FONT, "fail", "absent", remedy)


def _prefect_settings(setting: Callable[[str], str | None]) -> Iterator[Finding]:
    for name, default in DEFAULTS.items():
        given = setting(name)
        if given in {None, default}:
            yield Finding(name, "ok", default)
        else:
            yield Finding(name, "warn", f"{given} (set by you)", f"unset {name}, or keep {default}")


def _company(company: Company) -> Iterable[Finding]:
    yield _settings(company)
    yield _writable(company.state)
    yield _disk(company.state)
    writing = holder(lock_path(company)) if lock_path(company).exists() else None
    if writing:
        remedy = "wait until it has finished; nothing is wrong if it is a run you know"
        yield Finding("warehouse lock", "warn", f"held by {writing}", remedy)
    else:
        yield Finding("warehouse lock", "ok", "free")


def _settings(company: Company) -> Finding:
    try:
        found = f"{company.settings.company.name}, {len(company.sources)} source(s)"
        _ = company.metrics
    except SettingsError as error:
        return Finding("settings", "fail", error.what, error.remedy)
    return Finding("settings", "ok", found)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _writable(folder: Path) -> Finding:
    if os.access(_existing(folder), os.W_OK | os.X_OK):
        return Finding("state folder", "ok", str(folder))
    remedy = "give this user the right to write there, or name another folder in FUPAN_STATE"
    return Finding("state folder", "fail", f"{folder} is not writable", remedy)


def _disk(folder: Path) -> Finding:
    free_gb = shutil.disk_usage(_existing(folder)).free / 1e9
    found = f"{free_gb:.1f} GB free"
    if free_gb >= SCARCE_GB:
        return Finding("disk", "ok", found)
    remedy = "make room: a warehouse, its copy and its packs need a few GB"
    return Finding("disk", "fail" if free_gb < EMPTY_GB else "warn", found, remedy)
