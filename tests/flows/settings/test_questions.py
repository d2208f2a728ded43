"""Where the open questions of a source file are found."""

import tomllib
from pathlib import Path

import pytest

from flows.settings.questions import Question, open_keys, problem_of, questions

SOURCE = """\
title = "商机"
# 是商机还是合同？ / opportunity or contract?
# seen: 编号, 金额
entity = "?"
[columns]
amount = { source = "金额", unit = "?" }  # 元 or 万?
# d/m/y or m/d/y?
created_on = { source = "建", date_formats = "?", default = "?" }
closed_on = { source = "结", date_formats = "?" }
[columns.outcome.map]
"成交" = "won"
# which is it?
"试用" = "?"
"搁置" = "?"
[columns.lost_reason]
source = "原因"
nulls = ["?"]
"""


def test_each_question_has_its_line_key_and_comment() -> None:
    assert questions(SOURCE, tomllib.loads(SOURCE)) == [
        Question(4, "entity", "是商机还是合同？ / opportunity or contract? seen: 编号, 金额"),
        Question(6, "columns.amount.unit", "元 or 万?"),
        Question(8, "columns.created_on.date_formats", "d/m/y or m/d/y?"),
        Question(8, "columns.created_on.default", "d/m/y or m/d/y?"),
        Question(9, "columns.closed_on.date_formats", "d/m/y or m/d/y?"),
        Question(13, "columns.outcome.map.试用", "which is it?"),
        Question(14, "columns.outcome.map.搁置", "which is it?"),
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param('nulls = ["?"]', [], id="an item of a list is no setting"),
        pytest.param('a = "why?"', [], id="a text with a question mark"),
        pytest.param(
            'cases = [{ column = "x", then = "?" }]', ["cases.0.then"], id="inside a list of tables"
        ),
    ],
)
def test_what_counts_as_open(text: str, keys: list[str]) -> None:
    assert open_keys(tomllib.loads(text)) == keys


def test_the_problem_names_file_line_key_and_question(tmp_path: Path) -> None:
    problem = problem_of(tmp_path / "deals.toml", SOURCE, tomllib.loads(SOURCE))
    assert problem is not None
    assert problem.exit_code == 3
    assert "deals.toml" in problem.what
    assert 'line 6: columns.amount.unit = "?"  元 or 万?' in problem.what
    answered = SOURCE.replace('= "?"', '= "x"')
    assert problem_of(tmp_path / "deals.toml", answered, tomllib.loads(answered)) is None
