"""`fupan why`: the list, one case in full, all of it as JSON."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from flows import output
from flows.company import open_company
from flows.errors import UsageError
from flows.render.wording import LocaleName, Wording
from flows.why import tree
from flows.why.command import run_why
from flows.why.documents import documents
from flows.why.words import plain
from tests.flows.render.sentences import complaints
from tests.flows.small_company import WEEK, make_company
from tests.transforms.views.builders import inputs
from tests.transforms.views.rebuilding import sentences
from transforms.views.book import Book
from transforms.views.cases import cases
from transforms.views.stories import story

EVERY = Book(inputs(), "company", "company")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], io.StringIO]:
    """A terminal so many columns wide."""

    def of_width(columns: int) -> io.StringIO:
        text = io.StringIO()
        monkeypatch.setattr(tree, "OUT", Console(file=text, width=columns))
        return text

    return of_width


def wording(locale: LocaleName) -> Wording:
    return Wording(locale, "CNY", 2026)


@pytest.mark.parametrize("columns", [24, 80, 200])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_narrow_terminal_loses_nothing(
    shown: Callable[[int], io.StringIO], columns: int, locale: LocaleName
) -> None:
    words, text = wording(locale), shown(columns)
    tree.print_chains(EVERY, cases(EVERY), words)
    letters = "".join(text.getvalue().translate(str.maketrans("", "", "│├└─ \n")).split())
    for case in cases(EVERY):
        for sentence in sentences(story(EVERY, case)):
            assert "".join(plain(sentence, words).split()) in letters


def test_the_list_has_a_line_for_each_case(shown: Callable[[int], io.StringIO]) -> None:
    text = shown(40)
    tree.print_list(EVERY, cases(EVERY), wording("en"))
    head, *lines = text.getvalue().splitlines()
    assert head.startswith("示例装备 2026-W47: 5 deviations")
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert lines[4].endswith("; within normal variation")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_numbers_of_the_tree_are_those_of_the_cells_it_cites_d18(locale: LocaleName) -> None:
    words = wording(locale)
    said = [one for case in cases(EVERY) for one in sentences(story(EVERY, case))]
    said += [tree.line_of(EVERY, case) for case in cases(EVERY)]
    assert len(said) > 40
    assert [each for one in said for each in complaints(one, EVERY.inputs, words)] == []


def test_json_has_every_row_of_a_case_and_what_is_said() -> None:
    (document,) = documents(EVERY, cases(EVERY)[:1], wording("en"))
    assert document["case_id"] == "c1"
    assert [row["driver"] for row in document["driver"]] == ["leads", "qualification_rate"]
    assert [row["level"] for row in document["evidence"]] == [4, 4, 5]
    levels = document["said"]["levels"]
    assert [level["level"] for level in levels] == [1, 2, 3, 4, 5]
    assert levels[3]["sentences"][1]["text"] == "Event on record: “行业联盟”10 月起按条付费"
    assert levels[3]["sentences"][1]["cites"] == [
        {
            "cell": "what",
            "table": "evidence",
            "key": {"case_id": "c1", "level": 4, "position": 2},
            "columns": ("text",),
            "rule": "as_is",
        }
    ]
    assert json.loads(output.as_json(document))["gap"] == -14.8


def test_a_company_from_its_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company = make_company(tmp_path / "acme")
    from flows.options import ready

    ready(company.folder)
    run_why(company, WEEK, None, ("team", "东部一队"), "sales_amount", "en", as_json=True)
    found = json.loads(capsys.readouterr().out)
    case = next(case for case in found if case["period_kind"] == "qtd")
    assert case["gap"] < 0
    assert sum(part["contribution"] for part in case["driver"]) == pytest.approx(case["gap"])
    assert {row["level"] for row in case["evidence"]} == {4, 5}
    run_why(company, WEEK, case["case_id"], None, None, "en", as_json=True)
    assert json.loads(capsys.readouterr().out) == [case]
    run_why(company, WEEK, str(case["rank"]), None, None, "en", as_json=True)
    assert json.loads(capsys.readouterr().out) == [case]
    with pytest.raises(UsageError, match="ranks: 1"):
        run_why(open_company(company.folder), WEEK, "999", None, None, None, as_json=False)
