"""Pulling records of a REST interface: paging, pauses, tokens, exact numbers."""

import csv
import io
import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.company import Company
from flows.pull import pull
from tests.flows.pull.conftest import PASSWORD, Answer, WebServer
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    problem_of,
    pulled,
    waiting,
)

pytestmark = pytest.mark.xdist_group("pull")


class Deals:
    """Behaves like a CRM's list of deals: two a page, filtered by the time of change."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.busy = 0
        self.deals: list[dict[str, Any]] = [
            {"id": str(number), "properties": {"amount": amount, "changed": f"2026-11-0{number}"}}
            for number, amount in enumerate(("12345678901234.56", "1e2", "3.10"), 1)
        ]
        server.answer = self.answer

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"access_token": "issued", "expires_in": 3600}'
        if headers.get("authorization") not in {f"Bearer {PASSWORD}", "Bearer issued"}:
            return 401, {}, b"{}"
        if self.busy:
            self.busy -= 1
            return 429, {"retry-after": "0"}, b"{}"
        asked = {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
        found = [
            deal for deal in self.deals if deal["properties"]["changed"] > asked.get("since", "")
        ]
        start = int(asked.get("after", asked.get("offset", 0)))
        page = found[start : start + 2]
        more = {}
        if start + 2 < len(found):
            link = f"{self.server.url}/deals?since={asked.get('since', '')}&after={start + 2}"
            more = {"next": {"link": link, "after": str(start + 2)}}
        body = json.dumps({"results": page, "paging": more, "total": len(found)})
        for amount in ("12345678901234.56", "1e2", "3.10"):
            body = body.replace(f'"{amount}"', amount)
        return 200, {"content-type": "application/json"}, body.encode()


@pytest.fixture
def deals(web_server: WebServer) -> Deals:
    return Deals(web_server)


LINK = {"kind": "next_link", "path": "paging.next.link"}


def of_rest(tmp_path: Path, server: WebServer, mode: str = "snapshot", **more: object) -> Company:
    rest = {
        "url": f"{server.url}/deals",
        "records": "results",
        "token_env": "PULL_PASSWORD",
        "paging": LINK,
        **more,
    }
    rest = {key: value for key, value in rest.items() if value is not None}
    return make_company(tmp_path / "acme", {"rest": rest}, mode=mode)


def by_cursor(tmp_path: Path, server: WebServer, **more: object) -> Company:
    return of_rest(
        tmp_path,
        server,
        "delta",
        parameters={"since": "{cursor}"},
        cursor="properties.changed",
        cursor_start="2026-01-01",
        **more,
    )


def rows(company: Company) -> list[list[dict[str, str]]]:
    return [list(csv.DictReader(io.StringIO(text))) for text in waiting(company).values()]


@pytest.mark.parametrize(
    "paging",
    [
        pytest.param(LINK, id="link"),
        pytest.param(
            {"kind": "cursor", "path": "paging.next.after", "parameter": "after"}, id="cursor"
        ),
        pytest.param(
            {"kind": "offset", "parameter": "offset", "size": 2, "total_path": "total"},
            id="offset",
        ),
    ],
)
def test_every_page_comes_and_numbers_are_exact(
    tmp_path: Path, deals: Deals, web_server: WebServer, paging: dict[str, object]
) -> None:
    company = of_rest(tmp_path, web_server, paging=paging)
    assert pulled(company).files == ("订单20261122T220000Z.csv",)
    assert rows(company) == [
        [
            {
                "id": "1",
                "properties.amount": "12345678901234.56",
                "properties.changed": "2026-11-01",
            },
            {"id": "2", "properties.amount": "100", "properties.changed": "2026-11-02"},
            {"id": "3", "properties.amount": "3.10", "properties.changed": "2026-11-03"},
        ]
    ]
    assert pulled(company, LATER).state == "nothing new"


def test_only_what_has_changed_comes_after_the_first_time(
    tmp_path: Path, deals: Deals, web_server: WebServer
) -> None:
    company = by_cursor(tmp_path, web_server)
    pulled(company)
    assert pulled(company, LATER).state == "nothing new"
    deals.deals.append({"id": "4", "properties": {"changed": "2026-11-09", "stage": "won"}})
    pulled(company, LATER)
    (changed,) = [found for found in rows(company) if len(found) == 1]
    assert changed[0]["id"] == "4"
    assert web_server.asked[-1][0] == "/deals?since=2026-11-03"


def test_links_without_a_host_are_followed_and_instants_are_sent_as_they_came(
    tmp_path: Path, web_server: WebServer
) -> None:
    def answer(path: str, headers: dict[str, str]) -> Answer:
        if path.endswith("/token"):
            return 200, {}, b'{"access_token": "issued", "instance_url": "x"}'
        number = 2 if path == "/services/query/01-2000" else 1
        record = {
            "attributes": {"type": "Opportunity"},
            "Id": f"006{number}",
            "Amount": 1000.10,
            "Account": {"Name": "海川"} if number == 1 else None,
            "SystemModstamp": f"2026-11-16T08:00:0{number}.000+0000",
        }
        more = {"done": False, "nextRecordsUrl": "/services/query/01-2000"} if number == 1 else {}
        return 200, {}, json.dumps({"records": [record], "done": True, **more}).encode()

    web_server.answer = answer
    company = of_rest(
        tmp_path,
        web_server,
        "delta",
        url=f"{web_server.url}/services/query",
        records="records",
        token_env=None,
        token_url=f"{web_server.url}/services/token",
        client_id_env="PULL_KEY_ID",
        client_secret_env="PULL_PASSWORD",  # noqa: S106
        parameters={"q": "select Id from Opportunity where SystemModstamp >= {cursor}"},
        cursor="SystemModstamp",
        cursor_start="2026-01-01T00:00:00.000+0000",
        paging={"kind": "next_link", "path": "nextRecordsUrl"},
    )
    pulled(company)
    (found,) = rows(company)
    assert [(row["Id"], row["Account.Name"], row["Amount"]) for row in found] == [
        ("0061", "海川", "1000.1"),
        ("0062", "", "1000.1"),
    ]
    pull(company, LATER)
    asked = [parse_qs(urlsplit(path).query).get("q", [""])[0] for path, _ in web_server.asked]
    assert asked[-2].endswith("SystemModstamp >= 2026-11-16T08:00:02.000+0000")


def test_a_server_that_is_busy_is_asked_again(
    tmp_path: Path, deals: Deals, web_server: WebServer
) -> None:
    deals.busy = 2
    assert pulled(of_rest(tmp_path, web_server)).state == "new"
    deals.busy = 3
    problem = problem_of(pull(of_rest(tmp_path, web_server), LATER))
    assert "429" in problem.what


def test_a_token_is_issued_for_a_client(
    tmp_path: Path, deals: Deals, web_server: WebServer
) -> None:
    company = of_rest(
        tmp_path,
        web_server,
        token_env=None,
        token_url=f"{web_server.url}/token",
        client_id_env="PULL_KEY_ID",
        client_secret_env="PULL_PASSWORD",  # noqa: S106
    )
    assert pulled(company).state == "new"
    assert web_server.asked[1][1]["authorization"] == "Bearer issued"


def test_a_link_to_another_server_gets_no_token(
    tmp_path: Path, deals: Deals, web_server: WebServer
) -> None:
    body = {"results": [{"id": "1"}], "paging": {"next": {"link": "http://127.0.0.2:9/deals"}}}
    web_server.answer = lambda *_: (200, {}, json.dumps(body).encode())
    problem = problem_of(pull(of_rest(tmp_path, web_server), NOW))
    assert "lies on another server: 127.0.0.2:9" in problem.what
    assert waiting(of_rest(tmp_path, web_server)) == {}


def test_a_wrong_token_is_not_shown(
    tmp_path: Path,
    deals: Deals,
    web_server: WebServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PULL_PASSWORD", "falsches-Wort")
    report = pull(by_cursor(tmp_path, web_server), NOW)
    assert "401" in problem_of(report).what
    assert "falsches-Wort" not in f"{report} {caplog.text}"
    assert len(web_server.asked) == 1


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        pytest.param({"records": "total"}, "no list of records", id="wrong path"),
        pytest.param({"records": "results[*].id"}, "no list of records", id="values"),
    ],
)
def test_what_is_no_list_of_records_is_named(
    tmp_path: Path, deals: Deals, web_server: WebServer, more: dict[str, str], complaint: str
) -> None:
    assert complaint in problem_of(pull(of_rest(tmp_path, web_server, **more), NOW)).what


def test_changes_do_not_fit_a_snapshot(tmp_path: Path, deals: Deals, web_server: WebServer) -> None:
    company = of_rest(
        tmp_path,
        web_server,
        "snapshot",
        parameters={"since": "{cursor}"},
        cursor="properties.changed",
        cursor_start="2026",
    )
    assert 'mode = "delta"' in problem_of(pull(company, NOW)).remedy
