"""Packs of the small company, rendered once."""

from pathlib import Path

import pytest

from flows.render import render_html, render_pdf
from tests.transforms.views.builders import inputs
from transforms.views import PackView, pack_view


@pytest.fixture(scope="session")
def company() -> PackView:
    return pack_view(inputs())


@pytest.fixture(scope="session")
def team() -> PackView:
    return pack_view(inputs(), "team", "华东二部")


@pytest.fixture(scope="session")
def company_html(company: PackView) -> str:
    return render_html(company, "zh-CN", 1)


@pytest.fixture(scope="session")
def company_pdf(company_html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_pdf(company_html, tmp_path_factory.mktemp("packs") / "company.pdf")
