"""Hostile input: a clear refusal, the other sources loaded, nothing else touched."""

import gzip
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import FileUnreadable
from flows.paths import ROOT

from .conftest import ACCOUNT, ACCOUNTS, ORDER, ORDERS, Desk
from .hostile import bomb, outside, zipped

EXCEL = ORDER.replace("订单*.csv", "订单*.xlsx").replace("files =", 'format = "excel"\nfiles =')
MEBIBYTE = 2**20


def refused(desk: Desk) -> FileUnreadable:
    """Run beside a good customer list; the one problem, after all that must hold besides."""
    (desk.company.folder.parent / "secret.csv").write_text(ORDERS, "utf-8")
    desk.put("客户.csv", ACCOUNTS)
    before = outside(desk.company.folder)
    report = desk.run()
    assert report.files.get_column("source").to_list() == ["account"]
    assert outside(desk.company.folder) == before
    assert not list(desk.company.state.glob(".unpacked-*"))
    (problem,) = report.problems
    assert isinstance(problem, FileUnreadable)
    assert "\x1b" not in str(problem)
    return problem


def test_zip_that_is_refused_stays_and_stops_nothing(desk: Desk) -> None:
    path = desk.put("订单_1.zip", zipped(("../../订单.csv", ORDERS)))
    assert "does not stay" in refused(desk).what
    assert path.exists()


def test_nul_bytes(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS.encode() + b"S3,1,\0\0\0")
    assert "NUL bytes" in refused(desk).what


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda path: path.symlink_to("../../secret.csv"), "symbolic link", id="link"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "symbolic link", id="dead link"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "symbolic link", id="to a device"),
        pytest.param(
            lambda path: path.hardlink_to(path.parents[2] / "secret.csv"), "hard link", id="hard"
        ),
        pytest.param(lambda path: path.mkdir(), "a folder", id="folder"),
        pytest.param(os.mkfifo, "a pipe", id="pipe"),
        pytest.param(
            lambda path: path.with_name("订单\n2\x1b[31m.csv").write_text(ORDERS, "utf-8"),
            r"'订单\n2\x1b[31m.csv'",
            id="name with control signs",
        ),
        pytest.param(
            lambda path: path.with_name("订单\u202evsc.exe.csv").write_text(ORDERS, "utf-8"),
            r"\u202e",
            id="name that turns around",
        ),
        pytest.param(
            lambda path: Path(os.fsdecode(bytes(path)[:-4] + b"\xff.csv")).write_bytes(b"a"),
            "control signs",
            id="name in no encoding",
        ),
    ],
)
def test_entry_that_is_no_plain_file(desk: Desk, make: Callable[[Path], object], says: str) -> None:
    (desk.company.folder.parent / "secret.csv").write_text(ORDERS, "utf-8")
    make(desk.company.folder / "inbox" / "订单.csv")
    assert says in refused(desk).what
    assert desk.run(weeks=1).problems, "it is named again as long as it lies there"


def test_socket(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.company.folder / "inbox")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("订单.csv")
        assert "a socket or a device" in refused(desk).what


def test_link_lets_no_row_be_closed(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单_a.csv", ORDERS[: ORDERS.index("S2")])
    (desk.company.folder / "inbox" / "订单_b.csv").symlink_to("../../secret.csv")
    assert len(desk.run(weeks=1).problems) == 1
    assert list(desk.amounts()) == ["S1", "S2"]


@pytest.mark.parametrize("name", ["订单" + "长" * 80 + ".csv", "订单😀👩‍🔧.csv", "订单 עברית.csv"])
def test_unusual_name_loads(desk: Desk, name: str) -> None:
    desk.put(name, ORDERS)
    assert desk.run().problems == ()
    assert len(desk.amounts()) == 2


def test_glob_that_leads_out_of_the_folder(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(account=ACCOUNT, order=ORDER.replace("订单*.csv", "../../*.csv"))
    (desk.company.folder.parent / "secret.csv").write_text(ORDERS, "utf-8")
    desk.put("客户.csv", ACCOUNTS)
    (problem,) = desk.run().problems
    assert "leads out of the folder" in problem.what


def test_formula_in_a_cell_stays_text(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS + "K3,\"=cmd|'/c calc'!A1\"\n")
    assert desk.run().problems == ()
    assert desk.known("account").filter(account_id="K3").item(0, "account_name").startswith("=cmd")


CHILD = """\
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from flows.company import open_company
from flows.ingest import ingest
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
report = ingest(open_company(Path(sys.argv[1])), datetime(2026, 11, 16, tzinfo=UTC))
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss begins with what the parent had
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "problems": {problem.what.split()[0]: problem.what for problem in report.problems},
    "loaded": report.files["source"].to_list(),
    "peak": peak,
}))
"""
GIBIBYTE = 2**30


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an ordinary company makes of all the large cases, with little memory to be had."""
    from .conftest import set_up

    names = ("bomb.zip", "lie.zip", "pack.csv.gz", "zeros.xlsx", "lie.xlsx", "cell.csv", "wide.csv")
    sources = {}
    for number, name in enumerate(names):
        text = EXCEL.replace("订单*.xlsx", name) if name.endswith("xlsx") else ORDER
        sources[f"order_{number}"] = text.replace("订单*.csv", name)
    desk = set_up(tmp_path_factory.mktemp("large") / "acme", account=ACCOUNT, **sources)
    inbox = desk.company.folder / "inbox"
    bomb(inbox / "bomb.zip", "bomb.csv", GIBIBYTE)
    bomb(inbox / "lie.zip", "lie.csv", GIBIBYTE, stated=MEBIBYTE)
    (inbox / "pack.csv.gz").write_bytes(gzip.compress(bytes(64 * MEBIBYTE)))
    bomb(inbox / "zeros.xlsx", "xl/worksheets/sheet1.xml", GIBIBYTE, parts=True)
    bomb(inbox / "lie.xlsx", "xl/worksheets/sheet1.xml", GIBIBYTE, stated=MEBIBYTE, parts=True)
    desk.put("cell.csv", ORDERS + 'S3,1,2026-11-05,"' + "x" * 10_000_000 + '",1\n')
    desk.put("wide.csv", ",".join(f"c{n}" for n in range(5_000)) + "\n")
    desk.put("客户.csv", ACCOUNTS)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(desk.company.folder), str(6 * GIBIBYTE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("bomb.zip", "250 times its size", id="zip of 1 GB of zeros"),
        pytest.param("lie.zip", "250 times its size", id="zip that says it holds 1 MB"),
        pytest.param("pack.csv.gz", "250 times its size", id="gzip of 64 MB of zeros"),
        pytest.param("zeros.xlsx", "1,000,000,000 bytes", id="workbook of 1 GB of zeros"),
        pytest.param(
            "lie.xlsx", "more than 8,388,608 bytes", id="workbook that says it holds 1 MB"
        ),
        pytest.param("cell.csv", "max_line_bytes", id="cell of 10 MB"),
        pytest.param("wide.csv", "5,000 columns", id="5,000 columns"),
    ],
)
def test_large_case_in_little_memory(child: dict[str, Any], name: str, says: str) -> None:
    assert says in child["problems"][name]
    assert child["loaded"] == ["account"]
    assert child["peak"] < GIBIBYTE
