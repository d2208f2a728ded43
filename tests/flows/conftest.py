"""A company folder to write to."""

from pathlib import Path

import pytest

from flows.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with two teams among its recipients and no mail server."""
    folder = tmp_path / "acme"
    folder.mkdir()
    text = '[company]\nname = "样例设备"\nlocale = "zh-CN"\ntime_zone = "Asia/Shanghai"\n'
    (folder / "fupan.toml").write_text(text, "utf-8")
    return open_company(folder)
