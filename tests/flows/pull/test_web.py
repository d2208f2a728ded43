"""Pulling one file from a web server."""

import logging
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from flows.company import Company
from flows.pull import pull
from tests.flows.pull.conftest import PASSWORD, Answer, WebServer
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    orders,
    problem_of,
    pulled,
    waiting,
)


def of_web(tmp_path: Path, server: WebServer, path: str = "/订单_1.csv", **more: object) -> Company:
    return make_company(tmp_path / "acme", {"files": {"url": server.url + path, **more}})


def serve(server: WebServer, content: str, tag: str) -> None:
    """Serve a file that has an entity tag."""

    def answer(_: str, headers: dict[str, str]) -> Answer:
        if headers.get("if-none-match") == tag:
            return 304, {}, b""
        return 200, {"etag": tag}, content.encode()

    server.answer = answer


def test_a_file_comes_once_and_again_when_it_changes(tmp_path: Path, web_server: WebServer) -> None:
    serve(web_server, orders(1), '"a"')
    company = of_web(tmp_path, web_server)
    assert pulled(company).files == ("订单_1.csv",)
    assert pulled(company).state == "nothing new"
    serve(web_server, orders(2), '"b"')
    assert pulled(company, LATER).files == ("订单_1_20261123T220000Z.csv",)
    assert [headers.get("if-none-match") for _, headers in web_server.asked] == [None, '"a"', '"a"']


def test_a_server_without_tags_is_known_by_content(tmp_path: Path, web_server: WebServer) -> None:
    web_server.answer = lambda *_: (200, {}, orders(1).encode())
    company = of_web(tmp_path, web_server, "/export?format=csv")
    assert pulled(company).files == ("订单20261122T220000Z.csv",)
    assert pulled(company, LATER).state == "nothing new"


@pytest.mark.parametrize(
    ("login", "header"),
    [
        pytest.param({"token_env": "PULL_PASSWORD"}, f"Bearer {PASSWORD}", id="token"),
        pytest.param(
            {"user": "crm", "password_env": "PULL_PASSWORD"},
            httpx.BasicAuth("crm", PASSWORD)._auth_header,
            id="password",
        ),
    ],
)
def test_a_login_is_sent(
    tmp_path: Path, web_server: WebServer, login: dict[str, str], header: str
) -> None:
    serve(web_server, orders(1), '"a"')
    pulled(of_web(tmp_path, web_server, **login))
    assert web_server.asked[0][1]["authorization"] == header


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        pytest.param(503, 3, id="tried again"),
        pytest.param(429, 3, id="too many requests"),
        pytest.param(403, 1, id="refused"),
        pytest.param(404, 1, id="not there"),
    ],
)
def test_only_what_may_pass_is_tried_again(
    tmp_path: Path,
    web_server: WebServer,
    status: int,
    asked: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    when = format_datetime(NOW - timedelta(days=1), usegmt=True)
    web_server.answer = lambda *_: (status, {"retry-after": when}, b"")
    company = of_web(tmp_path, web_server, "/订单_1.csv?signature=geheim")
    problem = problem_of(pull(company, NOW))
    assert problem.what.startswith(f"order: the server answers {status}")
    assert len(web_server.asked) == asked
    assert "geheim" not in f"{problem} {caplog.text}"


def test_the_pause_is_what_the_server_asks_for(
    tmp_path: Path, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    answers: list[Answer] = [
        (429, {"retry-after": "7"}, b""),
        (503, {"retry-after": "86400"}, b""),
        (200, {}, orders(1).encode()),
    ]
    web_server.answer = lambda *_: answers.pop(0)
    assert pulled(of_web(tmp_path, web_server)).state == "new"
    assert pauses == [7, 300]


def test_an_answer_that_breaks_off_is_asked_for_again(
    tmp_path: Path, web_server: WebServer
) -> None:
    body = orders(1).encode()

    def answer(*_: object) -> Answer:
        is_first = len(web_server.asked) == 1
        return 200, {"content-length": str(len(body))}, body[:10] if is_first else body

    web_server.answer = answer
    company = of_web(tmp_path, web_server)
    assert pulled(company).state == "new"
    assert waiting(company) == {"订单_1.csv": orders(1)}


def test_a_body_above_the_limit_is_cut_off(tmp_path: Path, web_server: WebServer) -> None:
    web_server.answer = lambda *_: (200, {}, b"x" * 3_000_000)
    files = {"url": web_server.url + "/订单_1.csv"}
    company = make_company(tmp_path / "acme", {"files": files, "max_megabytes": 1})
    assert "larger than 1 MB" in problem_of(pull(company, NOW)).what
    assert waiting(company) == {}
