"""A source with open questions is left out and named; the others are loaded."""

from flows.errors import QuestionsOpen
from flows.ingest import check

from .conftest import ACCOUNTS, ORDER, ORDERS, Desk

ASKED = ORDER.replace('net_amount = "金额"', '# 元还是万元？ / 元 or 万元?\nnet_amount = "?"')


def test_a_source_with_questions_waits_and_the_others_load(desk: Desk) -> None:
    desk.source("order", ASKED)
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.csv", ORDERS)
    report = desk.run()
    assert [type(problem) for problem in report.problems] == [QuestionsOpen]
    assert "columns.net_amount" in report.problems[0].what
    assert "元还是万元？" in report.problems[0].what
    assert report.exit_code == 3
    assert desk.known("account").height == 2
    assert desk.known("order_line").is_empty()
    assert any(isinstance(each, QuestionsOpen) for each in check(desk.company).problems)
    assert (desk.company.folder / "inbox" / "订单.csv").exists()


def test_the_answer_lets_it_in(desk: Desk) -> None:
    desk.source("order", ASKED)
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.source("order", ASKED.replace('"?"', '"金额"'))
    assert not desk.run(weeks=1).problems
    assert desk.amounts() == {"S1": 100.0, "S2": 200.5}
