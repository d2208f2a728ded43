"""`fupan pull`: fetch exports and say what came."""

from collections.abc import Collection
from datetime import UTC, datetime

from flows.company import Company
from flows.errors import UsageError, nearest
from flows.output import ERR, OUT, print_json, print_table
from flows.pull.run import PullReport, pull


def run_pull(company: Company, only: Collection[str], *, as_json: bool) -> int:
    """Pull every source with `[pull]`, or those named; returns the exit code.

    Raises UsageError for a name that is no source, or one that has no `[pull]`.
    """
    having = [name for name, source in company.sources.items() if source.pull is not None]
    for name in only:
        if name not in having:
            message = f"there is no source {name!r} with [pull]; {nearest(name, having)}"
            raise UsageError(message, remedy="write [pull] in its source file")
    report = pull(
        company,
        datetime.now(UTC),
        only=list(only) or None,
        progress=lambda text: ERR.print(text, highlight=False, markup=False, soft_wrap=True),
    )
    if as_json:
        print_json([pulled.as_dict() for pulled in report.sources])
    else:
        _show(report)
    return report.exit_code


def _show(report: PullReport) -> None:
    if not report.sources:
        OUT.print("没有来源设了 [pull] / no source has [pull]")
        return
    rows = [
        {
            "source": pulled.source,
            "state": pulled.state,
            "files": ", ".join(pulled.files),
            "bytes": pulled.bytes,
        }
        for pulled in report.sources
    ]
    print_table("拉取 / Pull", rows, ["source", "state", "files", "bytes"])
    for problem in report.problems:
        ERR.print(str(problem), highlight=False, markup=False, soft_wrap=True)
