"""Each finding of the doctor, found and with its remedy."""

import os
import shutil
from pathlib import Path

import pytest

from flows import doctor
from flows.company import Company
from flows.lock import locked
from flows.orchestration import DEFAULTS
from flows.warehouse import lock_path


def states(company: Company) -> dict[str, str]:
    return {finding.subject: finding.state for finding in doctor.examine(company)}


def test_a_finding_that_is_not_ok_has_a_remedy(company: Company) -> None:
    for finding in doctor.examine(company):
        assert (finding.state == "ok") == (finding.remedy == "")
        assert finding.as_dict()["found"]


def test_a_company_without_sources_fails(company: Company) -> None:
    found = states(company)
    assert found["settings"] == "fail"
    assert found["state folder"] == "ok"
    assert found["warehouse lock"] == "ok"


def test_the_holder_of_the_lock_is_named(company: Company) -> None:
    with locked(lock_path(company)):
        found = {finding.subject: finding for finding in doctor.examine(company)}
    assert found["warehouse lock"].state == "warn"
    assert f"pid {os.getpid()}" in found["warehouse lock"].found


@pytest.mark.parametrize(
    ("free_gb", "state"),
    [
        pytest.param(5, "ok", id="enough"),
        pytest.param(4.9, "warn", id="scarce"),
        pytest.param(0.9, "fail", id="none left"),
    ],
)
def test_free_disk(
    company: Company, monkeypatch: pytest.MonkeyPatch, free_gb: float, state: str
) -> None:
    usage = type("Usage", (), {"free": free_gb * 1e9})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert states(company)["disk"] == state


@pytest.mark.parametrize(
    ("listing", "state"),
    [
        pytest.param("Noto Sans CJK SC,思源黑体\n", "ok", id="installed"),
        pytest.param("DejaVu Sans\n", "fail", id="absent"),
    ],
)
def test_the_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listing: str, state: str
) -> None:
    command = tmp_path / "fc-list"
    command.write_text(f"#!/bin/sh\nprintf '%s' '{listing}'\n", "utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {finding.subject: finding for finding in doctor.examine()}
    assert found[doctor.FONT].state == state


def test_without_fc_list_the_font_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {finding.subject: finding.state for finding in doctor.examine()}[doctor.FONT] == "warn"


def no_library(_name: str) -> None:
    return None


def test_a_missing_library_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_library", no_library)
    found = {finding.subject: finding for finding in doctor.examine()}
    assert found["pango-1.0"].state == "fail"
    assert found["harfbuzz-subset"].state == "warn"
    assert "libharfbuzz-subset0" in found["harfbuzz-subset"].remedy


def test_another_version_than_the_locked_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda _: "0.0.1")
    found = {finding.subject: finding for finding in doctor.examine()}
    assert found["prefect"].state == "warn"
    assert found["prefect"].found.startswith("0.0.1, tested with ")


def test_a_setting_of_prefect_that_differs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(DEFAULTS))
    monkeypatch.setenv(name, "true")
    found = {finding.subject: finding for finding in doctor.examine()}
    assert found[name].state == "warn"
    assert found[name].found == "true (set by you)"
