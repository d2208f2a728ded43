"""The two locales say the same things, and everything the views can say."""

import re
import tomllib
from typing import Any

import pytest

from flows.paths import part
from transforms.goals import CRITERIA
from transforms.tables.states import STATES


def read(locale: str) -> dict[str, Any]:
    return tomllib.loads(part("templates", "locales", f"{locale}.toml").read_text("utf-8"))


CHINESE, ENGLISH = read("zh-CN"), read("en")
GROUPS = sorted(name for name, value in CHINESE.items() if isinstance(value, dict))


@pytest.mark.parametrize("group", GROUPS)
def test_both_locales_have_the_same_texts(group: str) -> None:
    assert CHINESE[group].keys() == ENGLISH[group].keys()


@pytest.mark.parametrize("kind", sorted(CHINESE["sentences"]))
def test_a_sentence_quotes_the_same_cells_in_both(kind: str) -> None:
    quoted = [set(re.findall(r"{(\w+)}", texts["sentences"][kind])) for texts in (CHINESE, ENGLISH)]
    assert quoted[0] == quoted[1]


def _source() -> str:
    folder = part("transforms", "views")
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))


@pytest.mark.parametrize(
    ("group", "pattern"),
    [
        pytest.param("sentences", r'\bsay\(\s*"(\w+)"', id="sentences"),
        pytest.param("columns", r'\bColumn\(\s*"(\w+)"', id="columns"),
        pytest.param("tables", r'\bTable\(\s*"(\w+)"', id="tables"),
        pytest.param("sections", r'\bPage\(\s*"(\w+)"', id="sections"),
    ],
)
def test_every_text_that_a_view_asks_for_exists(group: str, pattern: str) -> None:
    asked = set(re.findall(pattern, _source()))
    assert asked
    assert not asked - CHINESE[group].keys()


def test_every_state_and_flaw_is_worded() -> None:
    assert set(STATES) <= CHINESE["states"].keys()
    assert set(CRITERIA) <= CHINESE["flaw"].keys()
