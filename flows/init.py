"""`fupan init`: a company folder to start from, with commented settings."""

import shutil
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.items import Table
from xlsxwriter.exceptions import FileCreateError

from flows.errors import FupanError, PlatformError, UsageError, nearest
from flows.paths import part
from flows.planbook.sources import Form
from flows.planbook.writing import write_plan
from flows.worksheet.layout import language_of
from flows.worksheet.source import NAME as WORKSHEET
from flows.worksheet.source import source_text

FOLDERS: Final = ("inbox", "plan")
"""Folders that exports are put into; the others are made when something is written there."""


def write_company(folder: Path, name: str, locale: str, plan_as: Form = "xlsx") -> tuple[Path, ...]:
    """Write a starter company folder named `name`; returns the files written.

    Comments and column names are in the language of the locale (zh-CN or en); the plan to be
    filled in is a workbook, or a CSV file a table. Raises UsageError for a folder that is not
    empty or an unknown locale, PlatformError where it cannot be written.
    """
    starters = sorted(path.name for path in part("examples", "starter").iterdir())
    if locale not in starters:
        message = f"there is no locale {locale!r}; {nearest(locale, starters)}"
        raise UsageError(message, remedy=f"fupan init {folder} --locale {starters[-1]}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder"
        raise UsageError(
            message,
            where=str(folder.resolve()),
            state="nothing was written",
            remedy="name a folder that does not exist yet",
        )
    try:
        shutil.copytree(part("examples", "starter", locale), folder, dirs_exist_ok=True)
        for inner in FOLDERS:
            (folder / inner).mkdir()
        language = language_of(locale)
        (folder / "sources" / f"{WORKSHEET}.toml").write_text(source_text(language), "utf-8")
        write_plan(folder, language, plan_as)
        _name(folder / "fupan.toml", name)
    except (OSError, FileCreateError) as error:
        message = f"the company folder cannot be written: {getattr(error, 'strerror', error)}"
        remedy = "give this user the right to write there, or name another folder"
        raise PlatformError(message, where=str(folder.resolve()), remedy=remedy) from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _name(path: Path, name: str) -> None:
    document = tomlkit.parse(path.read_text("utf-8"))
    company = document["company"]
    if not isinstance(company, Table):
        message = "the starter folder has no [company]"
        raise FupanError(message, where=str(path))
    company["name"] = name
    path.write_text(tomlkit.dumps(document), "utf-8")
