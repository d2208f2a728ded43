"""Pulling from a folder: what is taken, what is refused, what is tried again."""

from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from flows.company import open_company
from flows.errors import PullFailed, SettingsError
from flows.pull import pull
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    of_share,
    orders,
    problem_of,
    pulled,
    put,
    waiting,
)


def test_each_file_comes_once(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    put(share, "客户.csv", "not asked for")
    company = of_share(tmp_path, share)
    assert (pulled(company).state, waiting(company)) == ("new", {"订单_1.csv": orders(1)})
    assert (pulled(company).state, pulled(company).files) == ("nothing new", ())
    put(share, "订单_2.csv", orders(2))
    assert pulled(company, LATER).files == ("订单_2.csv",)


def test_a_file_only_touched_is_not_placed_again(tmp_path: Path, share: Path) -> None:
    put(share, "订单.csv", orders(1))
    company = of_share(tmp_path, share)
    pulled(company)
    put(share, "订单.csv", orders(1), day=2)
    assert pulled(company, LATER).files == ()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        pytest.param(".hidden.csv", "no name for a file", id="hidden"),
        pytest.param("~$订单.csv", "no name for a file", id="left open by a spreadsheet"),
        pytest.param("a\nb.csv", "no name for a file", id="line break"),
        pytest.param("x\\..\\订单.csv", "no name for a file", id="path of another system"),
        pytest.param("客户.csv", "does not take it", id="not one of the source"),
    ],
)
def test_a_name_that_is_unsafe_is_refused_and_the_others_come(
    tmp_path: Path, share: Path, name: str, complaint: str
) -> None:
    put(share, name, orders(1))
    put(share, "订单_2.csv", orders(2))
    company = of_share(tmp_path, share, glob="*")
    report = pull(company, NOW)
    hidden = name.startswith(".")
    assert waiting(company) == {"订单_2.csv": orders(2)}
    if not hidden:
        assert complaint in problem_of(report).what
        assert report.exit_code == 3


def test_a_link_is_not_followed(tmp_path: Path, share: Path) -> None:
    put(tmp_path, "secret.csv", orders(1))
    (share / "订单_1.csv").symlink_to(tmp_path / "secret.csv")
    company = of_share(tmp_path, share)
    assert "symbolic link" in problem_of(pull(company, NOW)).what
    assert waiting(company) == {}


def test_a_large_file_is_refused_before_it_is_fetched(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", "x" * 1_000_001)
    company = of_share(tmp_path, share, max_megabytes=1)
    problem = problem_of(pull(company, NOW))
    assert "larger than 1 MB" in problem.what
    assert "max_megabytes" in problem.remedy
    assert waiting(company) == {}


def test_a_wrong_place_is_named(tmp_path: Path, share: Path) -> None:
    problem = problem_of(pull(of_share(tmp_path, share), NOW))
    assert isinstance(problem, PullFailed)
    assert problem.what == "order: no file fits the URL"
    assert problem.where == f"file://{share}/订单*.csv"
    assert "url under [pull.files]" in problem.remedy


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    of_share(tmp_path, share, glob="none*", source="a")
    company = of_share(tmp_path, share, source="b")
    report = pull(company, NOW)
    assert [(each.source, each.state) for each in report.sources] == [("a", "failed"), ("b", "new")]
    assert [each.source for each in pull(company, NOW, only=["b"]).sources] == ["b"]


@pytest.mark.parametrize(
    ("error", "tries", "is_good"),
    [
        pytest.param(ConnectionResetError("reset"), 3, True, id="passes"),
        pytest.param(PermissionError("no"), 1, False, id="is final"),
    ],
)
def test_only_what_may_pass_is_tried_again(
    tmp_path: Path,
    share: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    tries: int,
    is_good: bool,
) -> None:
    put(share, "订单_1.csv", orders(1))
    calls = []
    listed = LocalFileSystem.glob

    def flaky(self: LocalFileSystem, path: str, **more: object) -> object:
        calls.append(path)
        if len(calls) < 3:
            raise error
        return listed(self, path, **more)

    monkeypatch.setattr(LocalFileSystem, "glob", flaky)
    company, said = of_share(tmp_path, share), list[str]()
    report = pull(company, NOW, progress=said.append)
    assert len(calls) == tries
    assert (report.exit_code == 0) == is_good
    if is_good:
        assert said[:2] == [
            "order: ConnectionResetError; try 2 of 3 in 0 s",
            "order: ConnectionResetError; try 3 of 3 in 0 s",
        ]


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        pytest.param({"url": "ftp://h/x"}, "url must begin with one of", id="scheme"),
        pytest.param({"url": "s3://b/x", "user": "u"}, "user has no meaning for s3", id="foreign"),
        pytest.param({"url": "https://h/*.csv"}, "no list of its files", id="web glob"),
        pytest.param({"url": "s3://b/**x"}, "a part of its own", id="half a part"),
        pytest.param({"url": "sftp://u:geheim@h/x"}, "no place in a URL", id="password"),
        pytest.param({"url": "sftp://h:ssh/x"}, "Port could not be cast", id="port"),
        pytest.param({"url": "s3://b/x", "key_id_env": "A"}, "go together", id="half a key"),
        pytest.param({"url": "s3://b/x", "region_name": "x"}, "did you mean region", id="misspelt"),
    ],
)
def test_settings_say_what_is_wrong(tmp_path: Path, more: dict[str, str], complaint: str) -> None:
    company = make_company(tmp_path / "acme", {"files": more})
    with pytest.raises(SettingsError, match=complaint) as caught:
        pull(open_company(company.folder), NOW)
    assert "geheim" not in str(caught.value)


def test_settings_name_one_place(tmp_path: Path) -> None:
    company = make_company(tmp_path / "acme", {})
    with pytest.raises(SettingsError, match=r"give exactly one of \[pull.files\]"):
        pull(company, NOW)
