"""Many packs: in order, in processes, a killed one tried again."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.paths import ROOT
from flows.render import PackJob, RenderingStoppedError, batches, render_packs
from tests.transforms.views.builders import bare_inputs
from transforms.views import pack_view


def jobs(folder: Path, count: int) -> list[PackJob]:
    view = pack_view(bare_inputs())
    return [PackJob(view, "en", 1, folder / f"{number}.pdf") for number in range(count)]


def test_packs_come_back_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    told: list[str] = []
    paths = render_packs(jobs(tmp_path, 3), workers=2, progress=told.append)
    assert paths == [tmp_path / f"{number}.pdf" for number in range(3)]
    assert sorted(told) == ["0.pdf", "1.pdf", "2.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)


def test_one_pack_needs_no_process(tmp_path: Path) -> None:
    assert render_packs(jobs(tmp_path, 1)) == [tmp_path / "0.pdf"]


def test_no_pack_is_no_work() -> None:
    assert render_packs([]) == []


def _die_once(batch: Sequence[PackJob]) -> list[Path]:
    """Die the way the kernel kills a process that took too much memory, but only the first time."""
    mark = batch[0].path.with_name("tried")
    if not mark.exists():
        mark.write_text("tried")
        os.kill(os.getpid(), signal.SIGKILL)
    return [job.path for job in batch]


def test_a_killed_batch_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.setattr(batches, "_render_batch", _die_once)
    told: list[str] = []
    two = jobs(tmp_path, 2)
    assert render_packs(two, progress=told.append) == [job.path for job in two]
    assert sorted(told) == ["0.pdf", "1.pdf"]
    assert (tmp_path / "tried").exists()


def test_a_batch_killed_twice_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    def every_worker_dies(
        waiting: list[Sequence[PackJob]], workers: int, progress: object
    ) -> list[Sequence[PackJob]]:
        attempts.append(workers)
        return waiting

    monkeypatch.setattr(batches, "_attempt", every_worker_dies)
    with pytest.raises(RenderingStoppedError, match=r"killed twice: 0\.pdf, 1\.pdf"):
        render_packs(jobs(tmp_path, 2))
    assert attempts == [2, 1, 1]
