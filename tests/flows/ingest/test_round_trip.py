"""Whatever a system writes, the rows that come out are the rows that went in."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import evaluate
from flows.settings import SourceSettings

SOURCE = SourceSettings.model_validate(
    {
        "title": "收款",
        "entity": "payment",
        "files": "*.csv",
        "columns": {
            "payment_id": "单号",
            "account_id": "客户",
            "paid_on": "日期",
            "amount": "金额",
        },
    }
)
DATES: dict[str, Callable[[date], str]] = {
    "iso": lambda day: day.isoformat(),
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "digits": lambda day: day.strftime("%Y%m%d"),
    "with time": lambda day: f"{day.isoformat()} 08:15:00",
}
NUMBERS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda amount: f"{amount}",
    "thousands": lambda amount: f"{amount:,}",
    "currency": lambda amount: f"￥{amount:,}",
    "accounting": lambda amount: f"({-amount:,})" if amount < 0 else f"{amount:,}",
}
NAMES = st.text(
    st.sampled_from("海川重工启明能源AB ,;|\t\"'\n（）0-"), min_size=1, max_size=8
).filter(lambda name: name.strip() not in {"", "-", "--"})
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.dates(date(1990, 1, 1), date(2099, 12, 31)),
        st.decimals(min_value=-(10**8), max_value=10**8, places=2),
    ),
    min_size=1,
    max_size=6,
)


@given(
    rows=ROWS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    delimiter=st.sampled_from(",\t;|"),
    dates=st.sampled_from(sorted(DATES)),
    numbers=st.sampled_from(sorted(NUMBERS)),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_law_rows_come_back_whatever_the_form(
    rows: list[tuple[str, date, Decimal]],
    encoding: str,
    delimiter: str,
    dates: str,
    numbers: str,
    line_end: str,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["单号", "客户", "日期", "金额"])
    for number, (name, day, amount) in enumerate(rows):
        writer.writerow([f"P{number}", name, DATES[dates](day), NUMBERS[numbers](amount)])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "收款.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        content = evaluate(path, "payment", Configuration(SOURCE, "Asia/Shanghai", ()))
    assert content.rejects.is_empty()
    found = content.rows.select("account_id", "paid_on", "amount", "row_number").rows()
    assert found == [
        (name.strip(), day, amount, number + 2) for number, (name, day, amount) in enumerate(rows)
    ]
