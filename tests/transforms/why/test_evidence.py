"""Levels 4 and 5: what is on record, else a question (D-18)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.why.builders import (
    AS_OF,
    PARAMETERS,
    QUARTER,
    Row,
    deal,
    fact,
    table,
    values,
    week,
)
from transforms.catalogue import CATALOGUE
from transforms.tables.crm import Contract
from transforms.tables.organisation import Assignment, Channel
from transforms.tables.plan import Event, Risk, Target, Task
from transforms.tables.review import MetricPoint
from transforms.why.behaviour import behaviour_of
from transforms.why.case import Case, Window
from transforms.why.evidence import evidence
from transforms.why.questions import People
from transforms.why.record import Chain, OnRecord
from transforms.why.rows import fact_rows

CASE = Case(
    case_id="case",
    metric="win_rate",
    scope_kind="team",
    scope="华东二部",
    period_kind="qtd",
    starts_on=QUARTER,
    ends_on=AS_OF,
    reference_kind="plan",
    actual=Decimal("0.1"),
    reference=Decimal("0.2"),
    is_within_noise=False,
)
SPAN = Window(QUARTER, AS_OF, QUARTER, 2)
ASSIGNMENTS = table(
    Assignment,
    [
        {
            "rep_id": rep,
            "rep_name": rep,
            "team": team,
            "region": "华东",
            "manager": manager,
            "valid_from": date(2020, 1, 1),
            "valid_to": until,
        }
        for rep, team, manager, until in (
            ("R1", "华东二部", "周岚", None),
            ("R2", "华东二部", "周岚", None),
            ("R3", "华东二部", "前经理", date(2025, 1, 1)),
            ("R4", "华东一部", "何川", None),
        )
    ],
)
CHANNELS = table(
    Channel, [{"channel": "行业联盟", "owner": "孙立"}, {"channel": "展会", "owner": None}]
)


def found(
    *rows: Row,
    case: Case = CASE,
    segment: Mapping[str, str] | None = None,
    records: Mapping[str, pl.DataFrame] | None = None,
    facts: Mapping[str, pl.LazyFrame] | None = None,
) -> list[Row]:
    known = {"assignment": ASSIGNMENTS, "channel": CHANNELS, **(records or {})}
    given = facts or {}
    on_record = fact_rows(given, date(2026, 1, 1), AS_OF)
    record = OnRecord(values(*rows), on_record, known, CATALOGUE, PARAMETERS)
    nothing = MetricPoint.create_empty()
    measured = behaviour_of(on_record, given, nothing, known, CATALOGUE, PARAMETERS)
    return list(evidence(Chain(case, SPAN, "rate", segment or {}), record, measured))


def level(rows: list[Row], number: int) -> list[Row]:
    return [row for row in rows if row["level"] == number]


def test_where_nothing_is_on_record_one_question_a_level_goes_to_the_manager() -> None:
    question = {
        "case_id": "case",
        "position": 1,
        "kind": "question",
        "subject": "rate",
        "asked_of": "周岚",
        "due_on": date(2026, 11, 17),
    }
    assert found() == [{**question, "level": 4}, {**question, "level": 5}]


@pytest.mark.parametrize(
    ("places", "person"),
    [
        pytest.param([("team", "华东二部")], "周岚", id="the team's manager of today"),
        pytest.param([("team", "华东二部"), ("channel", "行业联盟")], "孙立", id="channel owner"),
        pytest.param(
            [("team", "华东二部"), ("channel", "展会")], "周岚", id="channel without owner"
        ),
        pytest.param([("company", "company"), ("rep", "R4")], "何川", id="a rep's manager"),
        pytest.param([("region", "华东")], "company", id="a region of two managers"),
        pytest.param([("company", "company"), ("product_line", "X")], "company", id="nobody"),
        pytest.param([("team", "未分配")], "company", id="a team that nobody manages"),
    ],
)
def test_the_owner_of_the_place_is_asked(places: list[tuple[str, str]], person: str) -> None:
    records = {"assignment": ASSIGNMENTS, "channel": CHANNELS}
    assert People.of(records, AS_OF).asked(places, "win_rate") == person


def test_nobody_is_known_without_records() -> None:
    assert (
        People.of({}, AS_OF).asked([("team", "华东二部"), ("channel", "展会")], "win_rate")
        == "company"
    )


def owned(metric: str, kind: str, scope: str, owner: str | None, **more: object) -> Row:
    lasting = {"period_start": QUARTER, "period_end": date(2026, 12, 31)}
    number = {"target_value": Decimal(1)}
    about = {"metric": metric, "scope_kind": kind, "scope": scope, "owner": owner}
    return {**lasting, **number, **about, **more}


TARGETS = table(
    Target,
    [
        owned("sales_amount", "company", "company", "许明哲"),
        owned("cash_collected", "company", "company", "孙立新"),
        owned("aov", "company", "company", "孙立新", period_end=QUARTER),
        owned("new_customers", "company", "company", "孙立新"),
        owned("sales_amount", "region", "华东", "陈立群"),
        owned("sales_amount", "region", "西部", None),
    ],
)


@pytest.mark.parametrize(
    ("metric", "place", "person"),
    [
        pytest.param("sales_amount", ("company", "company"), "许明哲", id="owner of its target"),
        pytest.param("win_rate", ("company", "company"), "孙立新", id="owner of most targets"),
        pytest.param("sales_amount", ("region", "华东"), "陈立群", id="a region of two managers"),
        pytest.param("sales_amount", ("region", "西部"), "许明哲", id="a target without owner"),
        pytest.param("sales_amount", ("product_line", "X"), "许明哲", id="a line nobody owns"),
        pytest.param("sales_amount", ("team", "华东二部"), "周岚", id="a manager comes first"),
    ],
)
def test_where_no_one_manages_the_owner_of_the_targets_is_asked_d3(
    metric: str, place: tuple[str, str], person: str
) -> None:
    records = {"assignment": ASSIGNMENTS, "target": TARGETS}
    assert People.of(records, AS_OF).asked([place], metric) == person


def moved(metric: str, **more: object) -> Row:
    row = week(metric, "40", baseline=60.0, is_signal=True, deviation_baseline=-0.33)
    return row | more


@pytest.mark.parametrize(
    ("row", "is_evidence"),
    [
        pytest.param(moved("effective_visits"), True, id="a process metric that is a signal"),
        pytest.param(moved("effective_visits", is_signal=False), False, id="within noise"),
        pytest.param(moved("sales_amount"), False, id="a result is no behaviour"),
        pytest.param(moved("effective_visits", scope="华南一部"), False, id="another team"),
        pytest.param(moved("effective_visits", period_kind="qtd"), False, id="another period"),
        pytest.param(
            moved("leads", scope_kind="channel", scope="展会"), True, id="the segment's own scope"
        ),
    ],
)
def test_process_metrics_of_the_place_move_together(row: Row, *, is_evidence: bool) -> None:
    rows = level(found(row, segment={"channel": "展会"}), 4)
    assert [each["kind"] for each in rows] == ["metric" if is_evidence else "question"]
    if is_evidence:
        assert (rows[0]["actual"], rows[0]["reference"]) == (40.0, 60.0)


def test_a_metric_is_no_evidence_for_itself() -> None:
    assert level(found(moved("win_rate")), 4)[0]["kind"] == "question"


@pytest.mark.parametrize(
    ("event", "is_evidence"),
    [
        pytest.param({"starts_on": date(2026, 10, 5)}, True, id="everywhere"),
        pytest.param(
            {"starts_on": date(2026, 9, 1), "ends_on": QUARTER}, True, id="still on at the start"
        ),
        pytest.param({"starts_on": date(2026, 9, 1)}, False, id="over before the period"),
        pytest.param({"starts_on": date(2026, 11, 16)}, False, id="after the period"),
        pytest.param(
            {"starts_on": QUARTER, "scope_kind": "team", "scope": "华东二部"}, True, id="the team"
        ),
        pytest.param(
            {"starts_on": QUARTER, "scope_kind": "region", "scope": "华东"}, True, id="its region"
        ),
        pytest.param(
            {"starts_on": QUARTER, "scope_kind": "team", "scope": "华东一部"}, False, id="another"
        ),
    ],
)
def test_events_on_record_that_touch_period_and_place(event: Row, *, is_evidence: bool) -> None:
    events = table(Event, [{"event_id": "E1", "description": "竞品降价 8%"} | event])
    rows = level(found(records={"event": events}), 4)
    expected = {"kind": "event", "subject": "E1", "text": "竞品降价 8%"}
    assert (expected.items() <= rows[0].items()) is is_evidence


def test_the_most_frequent_recorded_reason_is_quoted_with_its_share_then_and_now() -> None:
    now, before = date(2026, 10, 20), date(2026, 9, 1)
    deals = [
        *(deal(now, is_won=False, lost_reason="价格") for _ in range(3)),
        deal(now, is_won=False, lost_reason="竞品"),
        deal(now, is_won=False, lost_reason="竞品", segment="初创"),
        deal(now, is_won=False),
        *(deal(before, is_won=False, lost_reason=reason) for reason in ("价格", "竞品")),
    ]
    facts = {"deal_closed": fact("deal_closed", deals)}
    row, asked = level(found(facts=facts, segment={"segment": "集团"}), 5)
    assert asked["kind"] == "question"  # a reason on record is not yet the cause
    assert (row["kind"], row["text"], row["actual"], row["reference"]) == (
        "record",
        "价格",
        0.75,
        0.5,
    )


def test_no_lost_reason_is_taken_from_deals_for_a_metric_that_is_not_about_deals() -> None:
    deals = [deal(date(2026, 10, 20), is_won=False, lost_reason="价格")]
    case = replace(CASE, metric="leads")
    rows = found(facts={"deal_closed": fact("deal_closed", deals)}, case=case)
    assert level(rows, 5)[0]["kind"] == "question"


def test_overdue_tasks_risks_and_waiting_contracts_of_the_team_are_on_record() -> None:
    tasks = [
        {"task_id": "T1", "task_name": "样机", "planned_end_on": date(2026, 11, 1)},
        {"task_id": "T2", "task_name": "早期", "planned_end_on": date(2026, 10, 1), "risk": "缺料"},
        {"task_id": "T3", "task_name": "未到期", "planned_end_on": date(2026, 12, 1)},
        {"task_id": "T4", "task_name": "完成", "planned_end_on": QUARTER, "progress_share": 1.0},
    ]
    risks = [
        {"risk_id": "K1", "description": "联盟断约", "level": "high", "team": "华东二部"},
        {"risk_id": "K2", "description": "小事", "level": "low", "team": "华东二部"},
        {"risk_id": "K3", "description": "别处", "level": "high", "team": "华东一部"},
    ]
    contracts: list[Row] = [
        {"contract_id": "C1", "contract_name": "启明能源", "rep_id": "R1"},
        {"contract_id": "C2", "contract_name": "别处", "rep_id": "R4"},
        {"contract_id": "C3", "contract_name": "已签", "rep_id": "R1", "signed_on": QUARTER},
    ]
    waiting: Row = {"approval_due_on": date(2026, 11, 12), "amount": Decimal(4_200_000)}
    records = {
        "task": table(Task, [{"team": "华东二部", **task} for task in tasks]),
        "risk": table(Risk, risks),
        "contract": table(Contract, [waiting | contract for contract in contracts]),
    }
    case = replace(CASE, metric="contract_amount")
    *rows, asked = level(found(records=records, case=case), 5)
    assert (asked["kind"], asked["asked_of"]) == ("question", "周岚")
    assert [(row["subject"], row["text"]) for row in rows] == [
        ("C1", "启明能源"),
        ("T2", "缺料"),
        ("T1", "样机"),
        ("K1", "联盟断约"),
    ]
    assert {row["kind"] for row in rows} == {"record"}
    assert [row["position"] for row in rows] == [1, 2, 3, 4]
