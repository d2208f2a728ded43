"""`fupan pull`."""

import json
from pathlib import Path

import pytest

from flows.cli import main
from flows.pull import pull
from tests.flows.pull.pulled_company import NOW, of_share, orders, put


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["fupan", "pull", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_it_says_what_came(
    tmp_path: Path,
    share: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    assert run(monkeypatch, "--company", str(company.folder), "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "source": "order",
            "place": f"file://{share}/订单*.csv",
            "state": "new",
            "files": ["订单_1.csv"],
            "bytes": len(orders(1).encode()),
            "problems": [],
        }
    ]
    assert run(monkeypatch, "--company", str(company.folder)) == 0
    assert "nothing new" in capsys.readouterr().out


def test_a_failure_ends_with_3_and_its_remedy(
    tmp_path: Path,
    share: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    company = of_share(tmp_path, share)
    assert run(monkeypatch, "--company", str(company.folder), "--source", "order") == 3
    said = capsys.readouterr()
    assert "failed" in said.out
    assert "next: look at the place, correct url under [pull.files]" in said.err


def test_an_unknown_source_is_named(
    tmp_path: Path,
    share: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    company = of_share(tmp_path, share)
    assert run(monkeypatch, "--company", str(company.folder), "--source", "orders") == 2
    assert "did you mean order?" in capsys.readouterr().err


def test_a_company_without_pull_is_left_alone(tmp_path: Path, share: Path) -> None:
    company = of_share(tmp_path, share)
    path = company.folder / "sources" / "order.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[pull]")] + text[text.index("[columns]") :], "utf-8")
    company = type(company)(company.folder, company.state)
    assert pull(company, NOW).sources == ()
    assert not (company.folder / "state").exists()
