"""Taking out of the inbox what is safe in archive and warehouse."""

from collections.abc import Sequence

from flows.errors import FileUnreadable, FupanError, PlatformError
from flows.ingest.batch import Candidate
from flows.ingest.inbox import Inbox


def clear_inbox(
    inbox: Inbox, done: Sequence[Candidate], failed: Sequence[Candidate]
) -> list[FupanError]:
    """Remove what is archived and loaded for every source that reads it.

    A zip stays while one of its files failed or no source takes it. Where the state lies elsewhere
    than the company folder (examples), nothing is removed.
    """
    company = inbox.company
    if company.state != company.folder:
        return []
    folder = company.folder / "inbox"
    keep = {file.place for file in failed}
    problems: list[FupanError] = []
    for path in sorted({file.place for file in done} - keep):
        if not path.is_relative_to(folder):
            continue
        try:
            if not inbox.has_more(path):
                path.unlink()
        except FileUnreadable as problem:
            problems.append(problem)
        except OSError as error:
            message = f"{path.name} was loaded but cannot be moved out of the inbox"
            state = f"{error.strerror}; leaving it there does no harm"
            problems.append(PlatformError(message, where=str(folder), state=state))
    return problems
