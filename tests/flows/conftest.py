"""A company folder to write to, and the command line in this process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main
from flows.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with two teams among its recipients and no mail server."""
    folder = tmp_path / "acme"
    folder.mkdir()
    text = '[company]\nname = "样例设备"\nlocale = "zh-CN"\ntime_zone = "Asia/Shanghai"\n'
    (folder / "fupan.toml").write_text(text, "utf-8")
    return open_company(folder)


@dataclass(frozen=True)
class Answer:
    """What one command left behind."""

    code: int
    out: str
    err: str


Fupan = Callable[..., Answer]


@pytest.fixture
def fupan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fupan:
    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["fupan", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Answer(code, captured.out, " ".join(captured.err.split()))

    return call
