"""Printed pages of docs/ are what the code would print."""

import pytest

from flows.documents import PAGES
from flows.paths import part


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_current(name: str) -> None:
    written = part("docs", name).read_text("utf-8")
    assert written == PAGES[name](), "run `make docs`"
