"""What every test of the command may ask for."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from flows.cli import main


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
