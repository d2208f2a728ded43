"""How what was pulled lands in the inbox: whole, once, and nothing overwritten."""

from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from flows.errors import WarehouseBusy
from flows.ingest.archive import file_sha256, keep_file
from flows.lock import locked
from flows.pull import cursor, pull, run
from flows.warehouse import lock_path
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    of_share,
    orders,
    problem_of,
    pulled,
    put,
    waiting,
)


def test_a_changed_file_does_not_overwrite_one_that_waits(tmp_path: Path, share: Path) -> None:
    put(share, "订单.csv", orders(1))
    company = of_share(tmp_path, share)
    pulled(company)
    put(share, "订单.csv", orders(2), day=2)
    pulled(company, LATER)
    found = waiting(company)
    assert list(found.values()).count(orders(2)) == 1
    assert sorted(found) == ["订单.csv", "订单_20261123T220000Z.csv"]


def test_a_snapshot_comes_whole_where_one_file_changes(tmp_path: Path, share: Path) -> None:
    put(share, "订单_2025.csv", orders(1))
    put(share, "订单_2026.csv", orders(2))
    company = of_share(tmp_path, share, mode="snapshot")
    pulled(company)
    kept = company.folder / "inbox" / "订单_2025.csv"
    keep_file(company, kept, file_sha256(kept))
    for path in (company.folder / "inbox").iterdir():
        path.unlink()
    put(share, "订单_2026.csv", orders(2, 3), day=2)
    reads = []
    opened = LocalFileSystem.open

    def counted(self: LocalFileSystem, path: str, *args: object, **more: object) -> object:
        reads.append(Path(path).name)
        return opened(self, path, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalFileSystem, "open", counted)
        pulled(company, LATER)
    assert waiting(company) == {"订单_2025.csv": orders(1), "订单_2026.csv": orders(2, 3)}
    assert reads == ["订单_2026.csv"], "the unchanged file comes out of the archive"


def test_a_newer_snapshot_takes_the_place_of_one_that_waits(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share, mode="snapshot", take="newest")
    pulled(company)
    (company.folder / "inbox" / "订单_手工.csv").write_text(orders(9), "utf-8")
    put(share, "订单_2.csv", orders(1, 2), day=2)
    pulled(company, LATER)
    assert waiting(company) == {"订单_2.csv": orders(1, 2), "订单_手工.csv": orders(9)}


@pytest.mark.parametrize("mode", ["delta", "snapshot"])
def test_killed_before_the_cursor_is_stored_nothing_is_lost_or_doubled(
    tmp_path: Path, share: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share, mode=mode)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "write_cursor", killed)
        with pytest.raises(KeyboardInterrupt):
            pull(company, NOW)
    assert not cursor.cursor_path(company, "order").exists()
    assert pulled(company, LATER).files == ("订单_1.csv",)
    assert waiting(company) == {"订单_1.csv": orders(1)}


def test_what_a_killed_pull_left_is_cleared_away(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    (company.folder / "inbox" / ".pull-abc").write_text("half", "utf-8")
    pulled(company)
    assert waiting(company) == {"订单_1.csv": orders(1)}


def test_a_damaged_cursor_says_what_to_do(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    pulled(company)
    cursor.cursor_path(company, "order").write_text("{", "utf-8")
    assert problem_of(pull(company, NOW)).remedy.startswith("delete order.json")


def test_another_place_starts_anew(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    pulled(company)
    company = of_share(tmp_path, share, glob="订单_*.csv")
    assert pulled(company).files == ("订单_1.csv",)


def test_two_pulls_at_once_do_not_meet(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = of_share(tmp_path, share)
    monkeypatch.setattr(run, "_LOCK_SECONDS", 0)
    with locked(company.state / "state" / "pull.lock"), pytest.raises(WarehouseBusy) as caught:
        pull(company, NOW)
    assert "exports are being fetched by pid" in caught.value.what


def test_nothing_is_placed_while_the_inbox_is_read(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    monkeypatch.setattr(run, "_INGEST_SECONDS", 0)
    with locked(lock_path(company)):
        assert "is being written by pid" in problem_of(pull(company, NOW)).what
    assert waiting(company).keys() & {"订单_1.csv"} == set()
    assert pulled(company).files == ("订单_1.csv",)


def test_a_snapshot_that_lacks_a_file_is_not_placed(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    put(share, "订单_2.csv", "x" * 1_000_001)
    company = of_share(tmp_path, share, mode="snapshot", max_megabytes=1)
    assert "larger than 1 MB" in problem_of(pull(company, NOW)).what
    assert waiting(company) == {}


def test_a_snapshot_of_one_name_gives_way_to_the_next(tmp_path: Path, share: Path) -> None:
    put(share, "订单.csv", orders(1))
    company = of_share(tmp_path, share, "订单.csv", mode="snapshot", files="订单.csv")
    pulled(company)
    put(share, "订单.csv", orders(1, 2), day=2)
    pulled(company, LATER)
    assert waiting(company) == {"订单.csv": orders(1, 2)}


def test_changes_under_one_name_are_not_lost(tmp_path: Path, share: Path) -> None:
    put(share, "订单.csv", orders(1))
    company = of_share(tmp_path, share, "订单.csv", files="订单.csv")
    pulled(company)
    put(share, "订单.csv", orders(2), day=2)
    problem = problem_of(pull(company, LATER))
    assert problem.what == "order: another 订单.csv is still waiting in the inbox"
    (company.folder / "inbox" / "订单.csv").unlink()
    assert pulled(company, LATER).files == ("订单.csv",)


def test_an_inbox_that_leads_elsewhere_is_not_written_to(tmp_path: Path, share: Path) -> None:
    put(share, "订单_1.csv", orders(1))
    company = of_share(tmp_path, share)
    (tmp_path / "elsewhere").mkdir()
    (company.folder / "inbox").rmdir()
    (company.folder / "inbox").symlink_to(tmp_path / "elsewhere")
    assert "leads out of the company folder" in problem_of(pull(company, NOW)).what
    assert list((tmp_path / "elsewhere").iterdir()) == []
