"""A company whose orders are pulled from somewhere."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import tomlkit

from flows.company import Company, open_company
from flows.errors import FupanError
from flows.pull import Pulled, PullReport, pull

NOW = datetime(2026, 11, 22, 22, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 22, tzinfo=UTC)
HEADER = "单号,日期,工号,客户,金额\n"

COLUMNS = {
    "order_id": "单号",
    "line_number": {"value": "1"},
    "document_kind": {"value": "sale"},
    "ordered_on": "日期",
    "rep_id": "工号",
    "account_id": "客户",
    "net_amount": "金额",
}


def orders(*numbers: int, amount: str = "1000.10") -> str:
    """An export of orders with these numbers."""
    return HEADER + "".join(f"S{number},2026-11-16,R1,K1,{amount}\n" for number in numbers)


def make_company(
    folder: Path,
    pull: Mapping[str, object],
    *,
    mode: str = "delta",
    files: str = "订单*.csv",
    query: str | None = None,
    source: str = "order",
) -> Company:
    """Write a company with one source that is pulled; tries do not wait."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "fupan.toml").write_text('[company]\nname = "样例设备"\n', "utf-8")
    document = {
        "title": "订单",
        "entity": "order_line",
        "files": files,
        "mode": mode,
        "pull": {"tries": 3, "first_wait_seconds": 0, "timeout_seconds": 10, **pull},
        "columns": COLUMNS,
    }
    (folder / "sources" / f"{source}.toml").write_text(tomlkit.dumps(document), "utf-8")
    if query is not None:
        (folder / "sources" / f"{source}.sql").write_text(query, "utf-8")
    return open_company(folder)


def put(share: Path, name: str, content: str, day: int = 1) -> None:
    """Write a file as of a day."""
    (share / name).write_text(content, "utf-8")
    os.utime(share / name, (day * 86_400, day * 86_400))


def of_share(
    tmp_path: Path,
    share: Path,
    glob: str = "订单*.csv",
    *,
    mode: str = "delta",
    source: str = "order",
    take: str = "all",
    files: str = "订单*.csv",
    max_megabytes: int = 2048,
) -> Company:
    """Write a company whose orders lie in a shared folder."""
    place = {"url": f"file://{share}/{glob}", "take": take}
    limits = {"files": place, "max_megabytes": max_megabytes}
    return make_company(tmp_path / "acme", limits, mode=mode, source=source, files=files)


def waiting(company: Company) -> dict[str, str]:
    """What lies in the inbox: name to content."""
    return {path.name: path.read_text("utf-8") for path in (company.folder / "inbox").iterdir()}


def pulled(company: Company, now: datetime = NOW) -> Pulled:
    """Pull, and give what came of the one source; raises its problem."""
    report = pull(company, now)
    for problem in report.problems:
        raise problem
    assert len(report.sources) == 1
    return report.sources[0]


def problem_of(report: PullReport) -> FupanError:
    """The one problem of a run."""
    assert len(report.problems) == 1, report
    return report.problems[0]
