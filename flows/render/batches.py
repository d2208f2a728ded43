"""Many packs at once: batches of plain data in fresh processes, a killed one tried again."""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from flows.errors import FupanError
from flows.render.html import render_html
from flows.render.pdf import render_pdf
from flows.render.wording import LocaleName
from transforms.views import PackView

BATCHES_PER_WORKER = 3


@dataclass(frozen=True)
class PackJob:
    """One pack to write: plain data, so that a worker needs nothing else."""

    view: PackView
    locale: LocaleName
    edition: int
    path: Path


class RenderingStoppedError(FupanError):
    """A worker died twice over the same packs: the machine ran out of memory or killed it."""


def render_packs(
    jobs: Sequence[PackJob],
    workers: int = 2,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write packs and return their paths in the order of the jobs.

    A killed worker takes the batches beside it along; each of them is tried once more, in a
    process of its own. Raises PlatformError where a folder cannot be written,
    RenderingStoppedError where a worker dies again.
    """
    if len(jobs) <= 1 or workers <= 1:
        return [_told(render_job(job), progress) for job in jobs]
    size = max(1, -(-len(jobs) // (workers * BATCHES_PER_WORKER)))
    batches = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    killed = _attempt(batches, workers, progress)
    if again := [batch for batch in killed if _attempt([batch], 1, progress)]:
        names = ", ".join(job.path.name for batch in again for job in batch)
        message = f"a process that writes packs was killed twice: {names}"
        raise RenderingStoppedError(message, remedy="free memory, then run the same command again")
    return [job.path for job in jobs]


def render_job(job: PackJob) -> Path:
    """Write one pack in this process."""
    return render_pdf(render_html(job.view, job.locale, job.edition), job.path)


def _render_batch(batch: Sequence[PackJob]) -> list[Path]:
    """Write packs in a process of their own, which collects its garbage between them.

    While a pack is laid out, hardly any of its boxes is garbage, and looking for some takes a tenth
    of the time.
    """
    paths = []
    gc.disable()
    for job in batch:
        paths.append(render_job(job))
        gc.collect()
    return paths


def _attempt(
    batches: list[Sequence[PackJob]], workers: int, progress: Callable[[str], None]
) -> list[Sequence[PackJob]]:
    """Render batches; return those whose worker was killed."""
    killed: list[Sequence[PackJob]] = []
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=gc.freeze) as pool:
        waiting: dict[Future[list[Path]], Sequence[PackJob]] = {}
        for batch in batches:
            try:
                waiting[pool.submit(_render_batch, batch)] = batch
            except BrokenProcessPool:
                killed.append(batch)
        for future in as_completed(waiting):
            try:
                for path in future.result():
                    _told(path, progress)
            except BrokenProcessPool:
                killed.append(waiting[future])
    return killed


def _told(path: Path, progress: Callable[[str], None]) -> Path:
    progress(path.name)
    return path
