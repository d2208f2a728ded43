"""Every sentence of a chain is generated from the cells that it cites (D-18)."""

from dataclasses import replace

import polars as pl
import pytest

from flows.render.wording import Wording
from tests.flows.render.sentences import case_sentences, complaints, text
from tests.transforms.views.builders import inputs
from transforms.views import PackInputs, pack_view
from transforms.views.cells import Figure, Sentence, exact

SCOPES = [("company", "company"), ("team", "华东二部")]
LOCALES = ["zh-CN", "en"]


def wording(locale: str) -> Wording:
    return Wording(locale, "CNY", 2026)  # type: ignore[arg-type]


def said(given: PackInputs, scope: tuple[str, str] = SCOPES[0]) -> list[Sentence]:
    return [*case_sentences(pack_view(given, *scope))]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("scope", SCOPES)
def test_numbers_of_every_sentence_are_those_of_the_cells_it_cites_d18(
    scope: tuple[str, str], locale: str
) -> None:
    given = inputs()
    found = said(given, scope)
    assert len(found) > 10
    assert [each for one in found for each in complaints(one, given, wording(locale))] == []


@pytest.mark.parametrize("table", ["variance", "driver", "segment", "evidence"])
def test_another_number_in_a_table_is_noticed(table: str) -> None:
    """The mutation: had the sentence been made from something else, it would differ so."""
    given = inputs()
    numbers = [name for name in ("actual", "contribution") if name in given.tables[table].columns]
    moved = given.tables[table].with_columns(pl.col(numbers[-1]) + 7)
    after = replace(given, tables={**given.tables, table: moved})
    found = [each for one in said(given) for each in complaints(one, after, wording("en"))]
    assert any("the tables say" in each for each in found)


def test_a_loose_number_is_noticed() -> None:
    given = inputs()
    level = next(one for one in said(given) if one.kind == "level_1")
    loose = [(name, Figure(exact(3.7)) if name == "actual" else cell) for name, cell in level.cells]
    found = complaints(Sentence("level_1", tuple(loose)), given, wording("en"))
    assert [each for each in found if "nothing is cited" in each]


def test_a_number_in_a_template_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    words = wording("en")
    texts = words.texts
    changed = {**texts["sentences"], "level_1": texts["sentences"]["level_1"] + " in 13 weeks"}
    monkeypatch.setitem(words.__dict__, "texts", {**texts, "sentences": changed})
    given = inputs()
    found = [each for one in said(given) for each in complaints(one, given, words)]
    assert found
    assert all("the template itself has a number" in each for each in found)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        pytest.param(
            "en",
            "−3.2 M: 51.41 M against 54.61 M (plan due)",
            id="en",
        ),
        pytest.param("zh-CN", "−320 万：计划应达 5,461 万，实际 5,141 万", id="zh-CN"),
    ],
)
def test_actual_and_reference_stand_in_their_places(locale: str, expected: str) -> None:
    level = [one for one in said(inputs()) if one.kind == "level_1"][1]
    assert text(wording(locale), level).replace("\u00a0", " ") == expected
