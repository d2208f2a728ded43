"""The starter folder: complete, valid in both languages, never over something else."""

from pathlib import Path

import pytest

from flows.company import open_company
from flows.errors import PlatformError, UsageError
from flows.init import write_company
from flows.worksheet.source import worksheet_source


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_starter_folder_is_valid_as_it_is(tmp_path: Path, locale: str) -> None:
    written = write_company(tmp_path / "acme", "甲 & 乙", locale)
    company = open_company(tmp_path / "acme")
    assert company.settings.company.name == "甲 & 乙"
    assert company.settings.company.locale == locale
    assert {"opportunity", "order_line", "assignment", "target"} <= company.sources.keys()
    assert company.metrics.metrics == {}
    assert all(path.is_file() for path in written)
    assert all(company.source_folder(source).is_dir() for source in company.sources.values())


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_outcome_of_a_stage_is_mapped(tmp_path: Path, locale: str) -> None:
    write_company(tmp_path / "acme", "Acme", locale)
    company = open_company(tmp_path / "acme")
    stages = {stage.name: stage.outcome for stage in company.settings.stages}
    assert company.sources["opportunity"].columns["outcome"].map == stages


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_lines_to_be_uncommented_are_valid_too(tmp_path: Path, locale: str) -> None:
    write_company(tmp_path / "acme", "Acme", locale)
    for name in ("fupan.toml", "metrics.toml"):
        path = tmp_path / "acme" / name
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(
            line.removeprefix("# ") if line.startswith("# ") and _is_setting(line) else line
            for line in lines
        )
        path.write_text(text, "utf-8")
    company = open_company(tmp_path / "acme")
    assert company.settings.delivery.smtp_host == "smtp.example.com"
    assert [bool(recipient.team) for recipient in company.settings.recipients] == [False, True]
    assert not company.metrics.metrics["discovery_depth"].is_active
    assert company.settings.calibration.increments[0].kind == "new_hire"
    assert company.settings.incentives is not None
    assert len(company.settings.incentives.steps) == 2


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_filled_worksheets_have_a_source_that_may_fetch_replies(
    tmp_path: Path, locale: str
) -> None:
    write_company(tmp_path / "acme", "Acme", locale)
    path = tmp_path / "acme" / "sources" / "worksheet.toml"
    company = open_company(tmp_path / "acme")
    source = company.sources["worksheet"]
    assert source == worksheet_source("zh" if locale == "zh-CN" else "en", company.metrics)
    assert company.is_built_in("worksheet")
    text = path.read_text("utf-8")
    head, begun, below = text.partition("# [pull.mail]")
    assert begun
    lines = [line.removeprefix("# ") for line in f"{begun}{below}".splitlines()]
    path.write_text(head + "\n".join(lines), "utf-8")
    fetched = open_company(tmp_path / "acme").sources["worksheet"]
    assert fetched.pull is not None
    assert fetched.pull.mail is not None
    assert (fetched.pull.mail.host, fetched.pull.mail.folder) == ("imap.example.com", "INBOX")
    assert fetched.model_copy(update={"pull": None}) == source


def _is_setting(line: str) -> bool:
    return line.startswith("# [") or " = " in line


def test_comments_stay(tmp_path: Path) -> None:
    write_company(tmp_path / "acme", "Acme", "zh-CN")
    assert "# 公共假期" in (tmp_path / "acme" / "fupan.toml").read_text("utf-8")


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="not an empty folder"):
        write_company(tmp_path, "Acme", "en")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_unknown_locale_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="known: en, zh-CN"):
        write_company(tmp_path / "acme", "Acme", "zh")
    assert not (tmp_path / "acme").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(PlatformError, match="cannot be written"):
        write_company(tmp_path / "file" / "acme", "Acme", "en")
