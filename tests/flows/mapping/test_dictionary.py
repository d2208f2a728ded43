"""The dictionary of synonyms is bound to the contracts."""

from pathlib import Path

import pytest

from flows.errors import SettingsError
from flows.mapping.dictionary import read_dictionary

ENTITY = 'title_zh = "客户"\ntitle_en = "Accounts"\n'


def test_a_file_is_read_by_entity(tmp_path: Path) -> None:
    text = ENTITY + '[columns.account_id]\nnames = ["客户编号"]\n'
    (tmp_path / "account.toml").write_text(text, "utf-8")
    words = read_dictionary(tmp_path)
    assert words["account"].columns["account_id"].names == ("客户编号",)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        pytest.param("account2", ENTITY, "did you mean account", id="entity that no contract has"),
        pytest.param(
            "account", ENTITY + "[columns.account_nam]\n", "did you mean account_name", id="column"
        ),
    ],
)
def test_a_name_that_no_contract_has_is_refused(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=says):
        read_dictionary(tmp_path)


def test_the_own_dictionary_is_sound() -> None:
    assert all(words.names for words in read_dictionary().values())
