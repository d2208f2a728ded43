"""Large plain files are typed by the database; they must mean what the thorough way reads."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.company import open_company
from flows.ingest import bulk_plan
from flows.ingest.bulk import Bulk, read_in_bulk
from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import Evaluation, evaluate
from flows.ingest.rebuild import rebuild
from tests.flows.ingest.conftest import ORDER, Desk, set_up

HEADER = "单号,行号,日期,客户,金额\n"
MAPPED = ORDER.replace(
    'document_kind = { value = "sale" }',
    'document_kind = { source = "类型", map = { "销售" = "sale", "退货" = "return" } }',
)


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_plan, "SMALLEST", 0)


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def _configuration(folder: Path, source: str) -> Configuration:
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "fupan.toml").write_text('[company]\nname = "海川"\n', "utf-8")
    (folder / "sources" / "order.toml").write_text(source, "utf-8")
    company = open_company(folder)
    return Configuration.of(company, company.sources["order"])


def _same(database: duckdb.DuckDBPyConnection, bulk: Bulk, thorough: Evaluation) -> None:
    rows = database.sql("select * from arrived order by row_number").pl()
    assert rows.cast(dict(thorough.rows.schema.items())).equals(thorough.rows)
    assert bulk.rejects.sort("row_number", "rule").equals(thorough.rejects)
    key = thorough.deleted.columns
    keys = pl.concat([rows.select(key), bulk.rejected_keys]).unique()
    assert keys.sort(key).equals(thorough.keys.sort(key))
    assert bulk.conflicts.is_empty() == thorough.findings.is_empty()
    counts = (bulk.rows_read, bulk.rows, bulk.superseded, dict(bulk.filled))
    assert counts == (thorough.rows_read, thorough.typed, thorough.superseded, thorough.filled)
    assert bulk.columns == thorough.columns


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            ORDER, HEADER + "S1,1,2026-11-03,K1,100\nS2,1,2026-11-04,K2,-200.50\n", id="plain"
        ),
        pytest.param(ORDER, HEADER + "S1,1,2026-11-03,,1e3\nS2,1,2026-1-4,N/A,+5\n", id="nulls"),
        pytest.param(ORDER, HEADER + '"S,1",1,2026-11-03,"K""1",.00005\n', id="quotes"),
        pytest.param(ORDER, (HEADER + "S1,1,2026-11-03,K1,100\n").replace("\n", "\r\n"), id="crlf"),
        pytest.param(ORDER, "\ufeff" + HEADER + "S1,1,2026-11-03,启明能源,100", id="bom-open-end"),
        pytest.param(ORDER, HEADER + "S_1,1,2026-11-03,K_1,100\n", id="underscore-in-text"),
        pytest.param(ORDER, HEADER + "S1,1,2026-11-03,海川 重工,100\n", id="blank-inside"),
        pytest.param(
            ORDER.replace('"日期"', '{ source = "日期", date_formats = ["%d/%m/%Y"] }'),
            HEADER + "S1,1,3/11/2026,K1,100\n",
            id="day-first",
        ),
        pytest.param(
            ORDER.replace('"金额"', '{ source = "金额", sign = -1 }'),
            HEADER + "S1,1,2026-11-03,K1,0.00005\nS2,1,2026-11-03,K1,100\n",
            id="opposite-sign",
        ),
        pytest.param(
            MAPPED,
            "类型," + HEADER + "销售,S1,1,2026-11-03,K1,100\n退货,S2,1,2026-11-03,K1,-100\n",
            id="map",
        ),
        pytest.param(
            ORDER + "[read]\nheader_row = 3\n",
            "说明\n第二行\n" + HEADER + "S1,1,2026-11-03,K1,100\n",
            id="lines-above",
        ),
    ],
)
def test_reads_what_the_thorough_way_reads(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, source: str, text: str
) -> None:
    configuration = _configuration(tmp_path, source)
    path = tmp_path / "订单.csv"
    path.write_text(text, "utf-8", newline="")
    bulk = read_in_bulk(database, path, configuration, "arrived")
    assert bulk is not None
    thorough = evaluate(path, "order", configuration)
    _same(database, bulk, thorough)
    assert bulk.rows == bulk.rows_read


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("S1,1,2026-11-03,K1,1_000\n", id="underscore-in-number"),
        pytest.param("S1,1,2026-11-03,K1,12.5%\n", id="percent"),
        pytest.param("S1,1,infinity,K1,1\n", id="infinity"),
        pytest.param("S1,1,epoch,K1,1\n", id="epoch"),
        pytest.param("S1,1,26-01-03,K1,1\n", id="year-of-two-digits"),
        pytest.param("S1,1,2026-02-30,K1,1\n", id="no-such-day"),
        pytest.param("S1,1,2026/11/03,K1,1\n", id="other-form-of-day"),
        pytest.param("S1,1,2026-11-03 10:00,K1,1\n", id="time-beside-the-day"),
        pytest.param(" S1,1,2026-11-03,K1,1\n", id="blank-in-front"),
        pytest.param("S1,1,2026-11-03,K1\u3000,1\n", id="wide-blank-behind"),
        pytest.param(",,,,\n", id="empty-row"),
        pytest.param(",1,2026-11-03,K1,1\n", id="no-key"),
        pytest.param("S1,1,2026-11-03,K1,\n", id="required-empty"),
        pytest.param("S1,1,2026-11-03,K1,1000000000000000\n", id="too-large"),
        pytest.param("S0,1,2026-11-03,K0,1\n", id="row-twice"),
        pytest.param("S0,1,2026-11-03,K1,2\nS0,1,2026-11-03,K1,3\n", id="key-twice"),
        pytest.param(" S0 ,1,2026-11-03,K1,12%\n", id="key-twice-once-it-is-read"),
    ],
)
def test_reads_odd_rows_the_thorough_way(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, rows: str
) -> None:
    configuration = _configuration(tmp_path, ORDER)
    path = tmp_path / "订单.csv"
    text = f"{HEADER}S0,1,2026-11-03,K0,1\n{rows}S9,1,2026-11-03,K0,1\n"
    path.write_text(text, "utf-8", newline="")
    bulk = read_in_bulk(database, path, configuration, "arrived")
    assert bulk is not None
    _same(database, bulk, evaluate(path, "order", configuration))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_reads_another_encoding(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, encoding: str
) -> None:
    configuration = _configuration(tmp_path, ORDER)
    path = tmp_path / "订单.csv"
    path.write_text(HEADER + "S1,1,2026-11-03,启明,1\nS2,1,2026-11-03,启明,1%\n", encoding)
    bulk = read_in_bulk(database, path, configuration, "arrived")
    assert bulk is not None
    thorough = evaluate(path, "order", configuration)
    _same(database, bulk, thorough)
    assert bulk.encoding == thorough.encoding


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("S1,1,2026-11-03,K1,1\n\nS2,1,2026-11-03,K1,1\n", id="empty-line"),
        pytest.param('S1,1,2026-11-03,"K\n1",1\n', id="line-end-in-a-cell"),
        pytest.param("S1,1,2026-11-03,K1\n", id="cell-missing"),
        pytest.param("S1,1,2026-11-03,K1,1,2\n", id="cell-too-many"),
        pytest.param('S1,1,2026-11-03,"K1,1\n', id="open-quote"),
        pytest.param("S1,1,2026-11-03,K\x001,1\n", id="nul"),
        pytest.param("S1,1,2026-11-03,K1,1\rS2,1,2026-11-03,K1,1\n", id="lone-carriage-return"),
    ],
)
def test_leaves_what_is_no_table_of_lines_to_the_thorough_way(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, rows: str
) -> None:
    path = tmp_path / "订单.csv"
    path.write_text(HEADER + rows, "utf-8", newline="")
    assert read_in_bulk(database, path, _configuration(tmp_path, ORDER), "arrived") is None
    assert database.execute("show tables").fetchall() == []


CELLS = st.sampled_from(
    [
        "S1",
        "K_1",
        " a",
        "a ",
        "é",
        "海\u3000川",
        "x\u3000",
        "",
        "N/A",
        "-",
        "1_0",
        "a b",
        '"q"',
        "1,2",
    ]
)
NUMBERS = st.one_of(
    st.decimals(min_value=-(10**12), max_value=10**12, places=5).map(str),
    st.sampled_from(["1_000", "+.5", "5.", "1e3", "1E-7", " 7", "", "12%", "0x1", "١", "1,5"]),
)
DAYS = st.one_of(
    st.dates().map(str),
    st.sampled_from(["2026-1-3", "26-01-03", "epoch", "2026-11-03 10:00", " 2026-11-03"]),
)


@given(rows=st.lists(st.tuples(CELLS, CELLS, DAYS, CELLS, NUMBERS), max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_never_reads_anything_else_than_the_thorough_way(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]]
) -> None:
    configuration = _configuration(tmp_path, ORDER)
    path = tmp_path / "订单.csv"
    text = pl.DataFrame(rows, schema=HEADER.strip().split(","), orient="row").write_csv()
    path.write_text(text, "utf-8", newline="")
    bulk = read_in_bulk(database, path, configuration, "arrived")
    if bulk is None:
        return
    _same(database, bulk, evaluate(path, "order", configuration))


FIRST = HEADER + "S1,1,2026-11-03,K1,100\nS2,1,2026-11-04,K2,200.50\nS3,1,2026-11-04,K2,5\n"
SECOND = HEADER + "S2,1,2026-11-04,K2,201\nS1,1,2026-11-03,K1,100\nS4,1,2026-11-05,K2,7\n"


def test_a_re_export_opens_and_closes_the_same_versions_either_way(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dumps = []
    for way, smallest in (("bulk", 0), ("thorough", 10**12)):
        monkeypatch.setattr(bulk_plan, "SMALLEST", smallest)
        desk = (
            make_desk(order=ORDER) if way == "bulk" else set_up(tmp_path / "another", order=ORDER)
        )
        desk.put("订单1.csv", FIRST)
        first = desk.run()
        desk.put("订单2.csv", SECOND)
        second = desk.run(1)
        counts = ["rows_read", "rows_opened", "rows_unchanged", "versions_closed"]
        assert first.files.select(counts).rows() == [(3, 3, 0, 0)]
        assert second.files.select(counts).rows() == [(3, 2, 1, 2)]
        dumps.append(desk.dump())
        before = desk.dump()
        rebuild(desk.company)
        assert desk.dump() == before
    assert dumps[0] == dumps[1]


def test_a_column_that_only_a_later_source_fills_is_filled(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first large file has no region; the table takes one once an export gives it."""
    dealer = ORDER.replace('"订单*.csv"', '"经销*.csv"') + 'region = "大区"\nquantity = "数量"\n'
    found = []
    for way, smallest in (("bulk", 0), ("thorough", 10**12)):
        monkeypatch.setattr(bulk_plan, "SMALLEST", smallest)
        desk = (
            make_desk(order=ORDER, dealer=dealer)
            if way == "bulk"
            else set_up(tmp_path / "another", order=ORDER, dealer=dealer)
        )
        desk.put("订单.csv", FIRST)
        desk.run()
        assert desk.known("order_line")["region"].to_list() == [None, None, None]
        desk.put(
            "经销.csv",
            HEADER.replace("\n", ",大区,数量\n")
            + "D1,1,2026-11-05,K9,7,华东,\nD2,1,2026-11-06,K9,8,华南,2\n",
        )
        desk.run(1)
        found.append(desk.known("order_line"))
        rebuild(desk.company)
        assert desk.known("order_line").equals(found[-1])
    assert found[0].equals(found[1])
    regions = found[0].sort("order_id").select("order_id", "region", "quantity").rows()
    assert regions == [
        ("D1", "华东", None),
        ("D2", "华南", 2),
        ("S1", None, None),
        ("S2", None, None),
        ("S3", None, None),
    ]
