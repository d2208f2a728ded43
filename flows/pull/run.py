"""One run: each source that has `[pull]`, one after the other; none stops the others."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flows.company import Company
from flows.errors import FupanError, PullFailed, SettingsError, WarehouseBusy
from flows.lock import holder, locked
from flows.paths import part
from flows.pull.attempts import Attempts
from flows.pull.cursor import Cursor, read_cursor, write_cursor
from flows.pull.desk import Desk
from flows.pull.job import Arrival, Job, Kind, Secrets
from flows.pull.kinds import kind_of
from flows.pull.landing import Inbox
from flows.settings import SourceSettings
from flows.settings.pull import PullSettings
from flows.warehouse import lock_path

_LOCK_SECONDS: Final = 60.0
_INGEST_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Pulled:
    """What came of one source."""

    source: str
    place: str
    files: tuple[str, ...]
    bytes: int
    problems: tuple[FupanError, ...]

    @property
    def state(self) -> str:
        """In one word or two; `failed` and `refused some` have problems."""
        if self.problems:
            return "refused some" if self.files else "failed"
        return "new" if self.files else "nothing new"

    def as_dict(self) -> dict[str, Any]:
        """The form for JSON and tables."""
        return {
            "source": self.source,
            "place": self.place,
            "state": self.state,
            "files": list(self.files),
            "bytes": self.bytes,
            "problems": [str(problem) for problem in self.problems],
        }


@dataclass(frozen=True)
class PullReport:
    """What one run has fetched."""

    sources: tuple[Pulled, ...]

    @property
    def problems(self) -> tuple[FupanError, ...]:
        """What could not be fetched, each with its reason and remedy."""
        return tuple(problem for pulled in self.sources for problem in pulled.problems)

    @property
    def exit_code(self) -> int:
        """0 done, else that of the worst problem."""
        return max((problem.exit_code for problem in self.problems), default=0)


def _silent(_: str) -> None:
    """Say nothing."""


def pull(
    company: Company,
    now: datetime,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = _silent,
) -> PullReport:
    """Fetch what is new for every source with `[pull]` (or those named in `only`).

    What is fetched lies in the inbox when this returns. A place that fails is in the report and
    the others go on. Raises WarehouseBusy where another pull is running, PlatformError where the
    company folder cannot be written to, SettingsError for a folder inside `examples/`.
    """
    sources = {
        name: (source, source.pull)
        for name, source in company.sources.items()
        if source.pull is not None and (only is None or name in only)
    }
    if not sources:
        return PullReport(())
    if company.folder.is_relative_to(part("examples")):
        message = "nothing is fetched into an example"
        remedy = f"copy {company.folder.name} elsewhere, then `fupan pull --company` there"
        raise SettingsError(message, where=str(company.folder), remedy=remedy)
    path = company.state / "state" / "pull.lock"
    try:
        with locked(path, wait_seconds=_LOCK_SECONDS):
            done = [_pull(company, name, *pair, now, progress) for name, pair in sources.items()]
    except WarehouseBusy as busy:
        message = f"exports are being fetched by {holder(path) or 'another process'}"
        raise WarehouseBusy(
            message, where=busy.where, state=busy.state, remedy=busy.remedy
        ) from busy
    return PullReport(tuple(done))


def _pull(
    company: Company,
    name: str,
    source: SourceSettings,
    settings: PullSettings,
    now: datetime,
    progress: Callable[[str], None],
) -> Pulled:
    """Pull one source; whatever goes wrong with its place is in what is returned."""
    kind = kind_of(settings)
    failures: tuple[type[Exception], ...] = (*kind.errors, OSError)
    secrets = Secrets()
    names: list[str] = []
    problems: list[FupanError] = []
    size = 0
    try:
        _refuse_other_folder(source)
        inbox = Inbox(company, source, now)
        attempt = Attempts(settings, kind.is_transient, lambda text: progress(f"{name}: {text}"))
        query = _query(company, name)
        cursor = read_cursor(company, name, kind.place)
        with Desk(inbox.folder, settings.max_megabytes) as desk:
            job = Job(
                name, company.folder, source, settings, query, now, desk, inbox, attempt, secrets
            )
            for arrival in kind.fetch(job, cursor.seen):
                placed = _placed(company, inbox, arrival, cursor)
                cursor = Cursor(kind.place, dict(arrival.seen), placed or cursor.landed)
                write_cursor(company, name, cursor)
                names += placed
                problems += [_named(problem, name, kind) for problem in arrival.refused]
                size += sum(piece.size for piece in arrival.pieces)
    except (PullFailed, SettingsError) as problem:
        problems.append(_named(problem, name, kind))
    except failures as error:
        problems.append(_failure(error, name, kind, secrets))
    for line in (*names, *(problem.what for problem in problems)):
        progress(f"{name}: {line}")
    return Pulled(name, kind.place, tuple(names), size, tuple(problems))


def _placed(company: Company, inbox: Inbox, arrival: Arrival, cursor: Cursor) -> dict[str, str]:
    """Place what belongs together while no ingest looks at the inbox: it sees all or nothing."""
    if not arrival.pieces:
        return {}
    try:
        with locked(lock_path(company), wait_seconds=_INGEST_SECONDS):
            return inbox.place(arrival.pieces, cursor.landed)
    except WarehouseBusy as busy:
        state = "what was fetched was not placed in the inbox and is fetched again next time"
        raise PullFailed(busy.what, where=busy.where, state=state, remedy=busy.remedy) from busy


def _query(company: Company, name: str) -> str | None:
    path = company.folder / "sources" / f"{name}.sql"
    return path.read_text("utf-8-sig") if path.is_file() else None


def _refuse_other_folder(source: SourceSettings) -> None:
    if source.folder != "inbox":
        message = f'an export is fetched into the inbox, not into folder = "{source.folder}"'
        raise SettingsError(message, remedy='set folder = "inbox", or take [pull] out')


def _named(problem: PullFailed | SettingsError, name: str, kind: Kind) -> FupanError:
    """Tell the same problem, naming the source and its place."""
    sort = SettingsError if isinstance(problem, SettingsError) else PullFailed
    return sort(
        f"{name}: {problem.what}",
        where=problem.where or kind.place,
        state=problem.state or "what was fetched before stands",
        remedy=problem.remedy or f"fupan pull --source {name}",
    )


def _failure(error: BaseException, name: str, kind: Kind, secrets: Secrets) -> PullFailed:
    """Say what went wrong; the error itself is not kept, as its text may hold a secret."""
    return PullFailed(
        f"{name}: the export cannot be fetched: {secrets.told(error)}",
        where=kind.place,
        state="what was fetched before stands; the other sources were fetched",
        remedy=f"correct [pull] in sources/{name}.toml or the place, "
        f"then fupan pull --source {name}",
    )
