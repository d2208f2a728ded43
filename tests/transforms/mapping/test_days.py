"""The forms of days, and day and month told apart by the whole column."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.mapping.days import DayForm, day_form, day_shapes, merged
from transforms.typing.dates import days


def form_of(*values: str) -> DayForm | None:
    counts = pl.DataFrame({"value": values}).group_by("value").len("count")
    return day_form(day_shapes(counts.cast({"count": pl.Int64})))


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        pytest.param(["2026-11-03", "2026/1/3", "2026年11月3日", "20261103"][:3], (), id="usual"),
        pytest.param(["2026-11-03T08:15:00.123Z"], (), id="ISO with zone"),
        pytest.param(["20261103", "20261130"], (), id="digits alone"),
        pytest.param(["03/04/2026", "25/04/2026"], ("%d/%m/%Y",), id="25 is no month"),
        pytest.param(["03/04/2026", "04/25/2026"], ("%m/%d/%Y",), id="25 is no month, second"),
        pytest.param(["25.04.2026 08:15"], ("%d.%m.%Y %H:%M",), id="with a time"),
        pytest.param(["1/13/26 5:20 PM"], ("%m/%d/%y %I:%M %p",), id="12 hours"),
        pytest.param(["2026/11/3 下午 3:20"], ("%Y/%m/%d %p %I:%M",), id="12 hours, Chinese"),
        pytest.param(["Nov 3, 2026"], ("%b %d, %Y",), id="name of the month first"),
        pytest.param(["3-Nov-26"], ("%d-%b-%y",), id="name of the month second"),
        pytest.param(["45000", "45123.5"], ("excel_serial",), id="serial"),
        pytest.param(["1700000000"], ("epoch_seconds",), id="seconds"),
        pytest.param(["1700000000123"], ("epoch_milliseconds",), id="milliseconds"),
        pytest.param(
            ["25/04/2026", "26/04/2026 10:00"], ("%d/%m/%Y", "%d/%m/%Y %H:%M"), id="two forms"
        ),
    ],
)
def test_the_form_is_found(values: list[str], formats: tuple[str, ...]) -> None:
    form = form_of(*values)
    assert form is not None
    assert (form.formats, form.options, form.fits) == (formats, (), len(values))


@pytest.mark.parametrize(
    ("values", "orders"),
    [
        pytest.param(["03/04/2026", "12/11/2026"], ["d/m/y", "m/d/y"], id="both fit"),
        pytest.param(["13/25/2026"], ["d/m/y", "m/d/y"], id="neither fits"),
        pytest.param(["03/04/05"], ["d/m/y", "m/d/y", "y/m/d"], id="two digits each"),
    ],
)
def test_what_cannot_be_told_apart_is_left_open(values: list[str], orders: list[str]) -> None:
    form = form_of(*values)
    assert form is not None
    assert form.formats == ()
    assert [order for order, _ in form.options] == orders


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["12345678"], id="eight digits that are no day"),
        pytest.param(["10086", "abc"], id="a small number"),
        pytest.param(["华东-2026"], id="a name"),
    ],
)
def test_other_values_are_no_days(values: list[str]) -> None:
    assert form_of(*values) is None


def test_a_few_mistakes_do_not_hide_the_order() -> None:
    good = [f"{day}/{month}/2026" for day in range(1, 29) for month in (3, 11)]
    form = form_of(*good, "11/31/2026")
    assert form is not None
    assert form.formats == ("%d/%m/%Y",)


@given(
    written=st.lists(st.dates(date(2020, 1, 1), date(2027, 12, 31)), min_size=1, max_size=30),
    form=st.sampled_from(
        ["%Y-%m-%d", "%d/%m/%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y年%m月%d日", "%d-%b-%Y"]
    ),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_form_that_is_taken_reads_every_day_back(written: list[date], form: str) -> None:
    texts = [day.strftime(form) for day in written]
    found = form_of(*texts)
    assert found is not None
    readings = [found.formats] if not found.options else [formats for _, formats in found.options]
    assert written in [days(pl.Series(texts), formats).to_list() for formats in readings]
    has_day = any(day.day > 12 for day in written)
    assert bool(found.options) == (form in {"%d/%m/%Y", "%m-%d-%Y", "%d.%m.%Y"} and not has_day)


def test_pieces_of_a_column_add_up_to_the_whole() -> None:
    texts = ["03/04/2026", "12/11/2026", "25/12/2026 08:00", "x"]
    counts = pl.DataFrame({"value": texts, "count": [1, 2, 3, 4]})
    parts = [day_shapes(counts.slice(at, 1)) for at in range(counts.height)]
    whole = day_shapes(counts)
    assert merged(pl.concat(parts)).sort(pl.all()).equals(whole.sort(pl.all()))
