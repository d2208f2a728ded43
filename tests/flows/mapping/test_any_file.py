"""Whatever a file holds: a source file that loads, open questions, or a clear refusal."""

import csv
import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.errors import InputError
from flows.mapping import survey as surveys
from flows.mapping.dictionary import read_dictionary, synonyms_of
from flows.mapping.document import source_text
from flows.mapping.propose import propose
from flows.mapping.survey import survey
from flows.settings import SourceSettings
from flows.settings.questions import open_keys, questions

NAMES = [
    *(
        "编号",
        "商机编号",
        "金额（万元）",
        "创建时间",
        "阶段",
        "状态",
        "id",
        "Order No",
        "Amount",
        "Date",
    ),
    *(
        "客户",
        "",
        " ",
        '引"号',
        "a.b",
        "=cmd",
        "名\n称",
        "Close Date",
        "Qty",
        "is_deleted",
        "?",
        "#",
    ),
]
CELLS = [
    *(
        "",
        "S1",
        "S2",
        "1,234.50",
        "1.234,5",
        "¥5",
        "03/04/2026",
        "2026-11-03",
        "赢单",
        "Select",
        "无",
    ),
    *(
        "合计",
        "?",
        '"',
        "'",
        "\\",
        "a\nb",
        "\t",
        "是",
        "否",
        "0",
        "-1",
        "(2)",
        "1700000000",
        "45000",
    ),
    *(
        "2026年11月3日",
        "x" * 300,
        "\u202e乱",
        "😀",
        "=1+1",
        "null",
        "1e400",
        "９９",
        "31/31/31",
        "{}",
    ),
]


def written(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    """Write rows as delimited text."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding, errors="replace")


@given(
    rows=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6).flatmap(
        lambda head: st.lists(
            st.lists(st.sampled_from(CELLS), min_size=max(1, len(head) - 1), max_size=len(head)),
            max_size=8,
        ).map(lambda body: [head, *body])
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1"]),
    name=st.sampled_from(["商机.csv", "orders.csv", "x.csv", "payment 2026.txt"]),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_file_makes_a_draft_that_is_wrong_without_saying_so(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    encoding: str,
    name: str,
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(written(rows, delimiter, encoding))
    try:
        text = source_text(propose(path))
    except InputError:
        return
    document = tomllib.loads(text)
    asked = open_keys(document)
    assert len(questions(text, document)) == len(asked)
    if not asked:
        SourceSettings.model_validate(document)


def test_a_large_file_is_seen_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["编号", "日期", "金额"]]
    rows += [[f"S{number}", f"{number % 28 + 1}/3/2026", f"{number},5"] for number in range(5_000)]
    path = tmp_path / "orders.csv"
    path.write_bytes(written([*rows, ["合计", "", "9"]], ";", "gb18030"))
    synonyms = synonyms_of(read_dictionary())
    whole = survey(path, synonyms)
    monkeypatch.setattr(surveys, "_LARGE", 0)
    monkeypatch.setattr(surveys, "_BLOCK", 20_000)
    streamed = survey(path, synonyms)
    assert (
        streamed.read
        == whole.read
        == {
            "encoding": "gb18030",
            "delimiter": ";",
            "total_marker": "合计",
        }
    )
    for name, profile in whole.profiles.items():
        other = streamed.profiles[name]
        assert other.day == profile.day, name
        assert other.number.decimal == profile.number.decimal, name
    assert whole.rows == 5_000
    assert streamed.rows == 5_001, "the total row is counted, too: it is known only at the end"
