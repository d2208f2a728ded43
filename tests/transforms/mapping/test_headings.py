"""Column names taken apart."""

import pytest

from transforms.mapping.headings import heading


@pytest.mark.parametrize(
    ("text", "compact", "unit", "currency"),
    [
        pytest.param("商机金额（万元）", "商机金额", "万", None, id="unit in full-width brackets"),
        pytest.param("预计金额万元", "预计金额", "万", None, id="unit without brackets"),
        pytest.param("Revenue in thousands", "revenueinthousands", "千", None, id="in words"),
        pytest.param("税率(%)", "税率", "%", None, id="percent"),
        pytest.param("Amount (USD)", "amount", "1", "USD", id="currency"),
        pytest.param("*客户 名称：", "客户名称", "1", None, id="mark, blank and colon"),
        pytest.param("CloseDate", "closedate", "1", None, id="camel case"),
        pytest.param("(备注)", "备注", "1", None, id="nothing but a note"),
        pytest.param("千帆编号", "千帆编号", "1", None, id="a unit's sign inside a name"),
    ],
)
def test_a_heading_has_name_unit_and_currency(
    text: str, compact: str, unit: str, currency: str | None
) -> None:
    found = heading(text)
    assert (found.compact, found.unit, found.currency) == (compact, unit, currency)


def test_what_systems_put_around_a_name_is_left_out_of_its_words() -> None:
    assert heading("property_hs_closedate").words == ("closedate",)
    assert heading("x_studio_region__c").words == ("region",)
    assert heading("名称*").is_required
