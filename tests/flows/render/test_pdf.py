"""Facts in the PDF: pages, outline, tags, fonts, text, equal bytes, no message."""

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from flows.errors import PlatformError
from flows.render import RenderError, render_html, render_pdf
from transforms.views import PackView

pytestmark = pytest.mark.xdist_group("render")  # its fixtures are made once


@pytest.fixture(scope="module")
def reader(company_pdf: Path) -> PdfReader:
    return PdfReader(company_pdf)


def test_page_one_holds_the_whole_summary(reader: PdfReader) -> None:
    first = reader.pages[0].extract_text().replace("\u00a0", " ")
    assert "近 6 周" in first
    assert "华南一部" in first
    assert "记分卡" in reader.pages[1].extract_text()
    assert 14 <= len(reader.pages) <= 18


def test_the_outline_names_the_sections(reader: PdfReader) -> None:
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[:6] == [
        "本周要点",
        "记分卡",
        "目标完成与时间进度",
        "团队与能力",
        "销售漏斗",
        "在手商机的变动",
    ]
    assert "5-Why 分析：华东二部 有效线索量" in titles


def test_it_is_tagged_with_language_and_title(reader: PdfReader) -> None:
    catalog: Any = reader.root_object
    assert str(catalog["/Lang"]) == "zh-CN"
    assert catalog["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "示例装备 周销售复盘 2026-W47"
    assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()


def test_only_the_named_font_is_used(reader: PdfReader) -> None:
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            names.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    assert names
    assert all(name.startswith("Noto-Sans-CJK-SC") for name in names)


def test_every_glyph_exists(reader: PdfReader) -> None:
    said = "".join(page.extract_text() for page in reader.pages)
    assert "\ufffd" not in said
    assert "\x00" not in said
    for sign in "●◆▼○→−×":
        assert sign in said


def test_the_text_holds_the_figures(reader: PdfReader) -> None:
    said = reader.pages[0].extract_text().replace("\u00a0", " ")
    for figure in ("5,141 万", "55.4%", "−195", "−26.4%", "9,284 万"):
        assert figure in said


def test_page_references_are_resolved(reader: PdfReader) -> None:
    first = reader.pages[0].extract_text().replace("\n", "").replace("\u00a0", " ")
    assert "→ 第 7 页" in first


def test_two_renders_are_equal_to_the_byte(
    company: PackView, company_pdf: Path, tmp_path: Path
) -> None:
    again = render_pdf(render_html(company, "zh-CN", 1), tmp_path / "again.pdf")
    assert again.read_bytes() == company_pdf.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.pdf"]


def test_whatever_weasyprint_says_is_an_error(tmp_path: Path) -> None:
    html = '<html lang="en"><title>x</title><p style="colour: red">x</p></html>'
    with pytest.raises(RenderError, match="colour"):
        render_pdf(html, tmp_path / "x.pdf")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    html = '<html lang="en"><title>x</title><p>x</p></html>'
    with pytest.raises(PlatformError, match="cannot be written") as caught:
        render_pdf(html, blocked / "x.pdf")
    assert str(blocked) in caught.value.where
    assert "right to write" in caught.value.remedy
