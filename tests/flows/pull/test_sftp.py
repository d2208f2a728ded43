"""Pulling from an SFTP server."""

import logging
from pathlib import Path

import pytest

from flows.company import Company
from flows.pull import pull
from tests.flows.pull.conftest import PASSWORD, SftpServer
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    orders,
    problem_of,
    pulled,
    waiting,
)

pytestmark = pytest.mark.xdist_group("pull")


def of_server(tmp_path: Path, server: SftpServer, **more: object) -> Company:
    files = {
        "url": f"sftp://127.0.0.1:{server.port}/out/订单_*.csv",
        "user": "crm",
        "password_env": "PULL_PASSWORD",
        "known_hosts": str(server.known_hosts),
        **more,
    }
    return make_company(tmp_path / "acme", {"files": files})


def test_files_come_once_and_again_when_they_change(
    tmp_path: Path, sftp_server: SftpServer
) -> None:
    folder = sftp_server.root / "out"
    (folder / "订单_1.csv").write_text(orders(1), "utf-8")
    company = of_server(tmp_path, sftp_server)
    assert pulled(company).files == ("订单_1.csv",)
    assert pulled(company).state == "nothing new"
    (folder / "订单_2.csv").write_text(orders(2), "utf-8")
    assert pulled(company).files == ("订单_2.csv",)
    (folder / "订单_1.csv").write_text(orders(1, 3), "utf-8")
    assert pulled(company, LATER).files == ("订单_1_20261123T220000Z.csv",)
    assert set(waiting(company).values()) == {orders(1), orders(2), orders(1, 3)}


def test_a_wrong_password_fails_at_once_and_is_not_shown(
    tmp_path: Path,
    sftp_server: SftpServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PULL_PASSWORD", "falsches-Wort")
    said: list[str] = []
    problem = problem_of(pull(of_server(tmp_path, sftp_server), NOW, progress=said.append))
    assert "Permission denied" in problem.what
    assert "falsches-Wort" not in f"{problem} {said} {caplog.text}"
    assert not [line for line in said if "try" in line]


def test_a_server_nobody_vouches_for_gets_no_password(
    tmp_path: Path, sftp_server: SftpServer
) -> None:
    sftp_server.known_hosts.write_text("", "utf-8")
    problem = problem_of(pull(of_server(tmp_path, sftp_server), NOW))
    assert "Host key is not trusted" in problem.what
    absent = of_server(tmp_path, sftp_server, known_hosts=str(tmp_path / "none"))
    assert "ssh-keyscan" in problem_of(pull(absent, NOW)).remedy


def test_a_server_that_has_gone_is_tried_again(tmp_path: Path, sftp_server: SftpServer) -> None:
    sftp_server.loop.call_soon_threadsafe(sftp_server.server.close)
    sftp_server.call(sftp_server.server.wait_closed())
    said: list[str] = []
    problem = problem_of(pull(of_server(tmp_path, sftp_server), NOW, progress=said.append))
    assert len([line for line in said if "try" in line]) == 2
    assert PASSWORD not in str(problem)
