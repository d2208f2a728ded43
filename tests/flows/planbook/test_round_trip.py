"""A Chinese plan workbook filled in by hand: what was typed is what core holds."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from flows.company import Company, open_company
from flows.ingest import ingest
from flows.init import write_company
from flows.readers import read_rows
from flows.warehouse import core_table, reader

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
Cell = str | int | float | date | None
Cells = Mapping[str, Cell]

TYPED: dict[str, list[Cells]] = {
    "目标设定": [
        {
            "目标编号": "G01",
            "目标维度": "客户",
            "具体指标": "新签 3 家，合同总额 1500 万",
            "目标类型": "绝对值",
            "指标": "合同额",
            "口径": "公司",
            "范围": "全公司",
            "目标值": "1500万",
            "开始日期": date(2026, 4, 1),
            "完成时限": date(2026, 6, 30),
            "责任人": "陈立群",
            "支撑KPI": "年度营收",
            "验证方式": "合同",
            "限定条件": "制造业，年采购额 ≥ 500 万",
            "可达成依据": "意向客户 5，其中方案谈判 2",
            "团队共识": "大客户部",
            "场景": "大客户攻坚",
        },
        {
            "目标编号": "G02",
            "具体指标": "成长期产品 +30%",
            "目标类型": "增长",
            "指标": "销售额",
            "口径": "产品线",
            "范围": "新能源",
            "目标值": 0.3,
            "基数": 12_000_000,
            "开始日期": date(2026, 1, 1),
            "完成时限": date(2026, 12, 31),
        },
        {"目标编号": "G03", "具体指标": "提升客户满意度"},
    ],
    "目标分解": [
        {"编号": "Y", "指标": "销售额", "口径": "公司", "范围": "全公司",
         "开始日期": date(2026, 1, 1), "结束日期": date(2026, 12, 31), "目标值": 100_000_000},
        {"编号": "Q1", "上级编号": "Y", "指标": "销售额", "口径": "公司", "范围": "全公司",
         "开始日期": date(2026, 1, 1), "结束日期": date(2026, 3, 31), "目标值": "2000万"},
        {"编号": "R1", "上级编号": "Q1", "指标": "销售额", "口径": "区域", "范围": "华东",
         "开始日期": date(2026, 1, 1), "结束日期": date(2026, 3, 31), "目标值": 8_000_000,
         "责任人": "陈立群"},
        {"指标": "新客户销售占比", "口径": "客户群", "范围": "新客户",
         "开始日期": date(2026, 1, 1), "结束日期": date(2026, 3, 31), "目标值": "25%"},
    ],
    "目标拆分": [
        {"目标编号": "Q1", "拆到": "团队", "下级": "全部", "拆分依据": "去年占比"},
        {"目标编号": "Y", "拆到": "渠道", "下级": "直销", "拆分依据": "权重", "权重": 6},
        {"目标编号": "Y", "拆到": "渠道", "下级": "经销", "拆分依据": "权重", "权重": 4},
    ],
    "驱动指标": [
        {"指标": "线索量", "口径": "公司", "范围": "公司", "开始日期": date(2026, 1, 1),
         "结束日期": date(2026, 3, 31), "每周目标": 120},
    ],
    "策略拆解与资源分配": [
        {"编号": "S01", "策略模块": "价格", "具体动作": "年框阶梯价", "负责人": "马振华",
         "时间节点": date(2026, 3, 1), "影响指标": "成交率", "预期变化": "1%"},
    ],
    "资源": [
        {"编号": "R01", "目标编号": "G01", "资源类型": "预算", "资源说明": "投放预算",
         "金额": "20万", "需要日期": date(2026, 2, 1), "是否到位": "否", "提出人": "沈嘉禾"},
    ],
    "预算": [
        {"编号": "B01", "模块": "推广", "开始日期": date(2026, 1, 1),
         "结束日期": date(2026, 12, 31), "金额": 850_000, "渠道": "展会", "应急储备": "否"},
        {"编号": "B02", "模块": "应急", "开始日期": date(2026, 1, 1),
         "结束日期": date(2026, 12, 31), "金额": 150_000, "应急储备": "是"},
    ],
    "执行进度跟踪": [
        {"编号": "T01", "任务名称": "标准机型方案", "里程碑": "是", "实际进度": "90%（设计中）",
         "计划开始时间": date(2026, 1, 5), "工期（天）": 40, "影响指标": "成交率",
         "预期变化": 0.01},
    ],
    "风险": [
        {"编号": "K01", "来源": "外部", "风险描述": "线索质量不稳", "等级": "高",
         "触发条件": "线索转化率 < 12 %", "备选资源": "备选客户 3 家"},
    ],
    "事件": [
        {"编号": "E01", "开始日期": date(2026, 7, 20), "口径": "区域", "范围": "华东",
         "事件": "华东暴雨，线下拜访量减少 30 %", "方向": "利空"},
    ],
    "商务政策": [
        {"编号": "P01", "类型": "阶梯价", "政策内容": "年采购量超 100 万享 9 折",
         "门槛": "100万", "数值": 0.9, "生效日期": date(2026, 1, 1)},
    ],
}  # fmt: skip

KNOWN: dict[str, list[dict[str, Any]]] = {
    "goal": [
        {
            "goal_id": "G01",
            "kind": "absolute",
            "metric": "contract_amount",
            "scope_kind": "company",
            "scope": "company",
            "target_value": Decimal(15_000_000),
            "due_on": date(2026, 6, 30),
            "condition": "制造业，年采购额 ≥ 500 万",
            "evidence": "意向客户 5，其中方案谈判 2",
            "agreed_by": "大客户部",
            "scenario": "大客户攻坚",
        },
        {
            "goal_id": "G02",
            "kind": "growth",
            "scope_kind": "product_line",
            "target_value": Decimal("0.3"),
            "base_value": Decimal(12_000_000),
        },
        {"goal_id": "G03", "statement": "提升客户满意度", "metric": None, "owner": None},
    ],
    "target": [
        {"scope_kind": "customer_group", "scope": "新客户", "target_value": Decimal("0.25")},
        {"scope_kind": "company", "target_id": "Q1", "target_value": Decimal(20_000_000)},
        {"scope_kind": "company", "target_id": "Y", "target_value": Decimal(100_000_000)},
        {"scope_kind": "region", "parent_id": "Q1", "scope": "华东", "owner": "陈立群"},
    ],
    "target_split": [
        {"target_id": "Q1", "part_kind": "team", "part": "all", "rule": "last_year"},
        {"target_id": "Y", "part_kind": "channel", "part": "直销", "weight": Decimal(6)},
        {"target_id": "Y", "part_kind": "channel", "part": "经销", "rule": "weights"},
    ],
    "driver_target": [{"metric": "leads", "scope": "company", "weekly_value": Decimal(120)}],
    "strategy_item": [{"effect_metric": "win_rate", "effect_delta": Decimal("0.01")}],
    "resource": [{"kind": "budget", "amount": Decimal(200_000), "is_met": False}],
    "budget": [
        {"budget_id": "B01", "amount": Decimal(850_000), "channel": "展会", "is_reserve": False},
        {"budget_id": "B02", "amount": Decimal(150_000), "channel": None, "is_reserve": True},
    ],
    "task": [
        {
            "progress_share": 0.9,
            "progress_note": "设计中",
            "is_milestone": True,
            "duration_days": 40,
            "effect_delta": Decimal("0.01"),
        }
    ],
    "risk": [{"origin": "external", "level": "high", "backups": "备选客户 3 家"}],
    "event": [{"direction": "down", "scope_kind": "region", "ends_on": None}],
    "commercial_term": [
        {"kind": "price_tier", "threshold": Decimal(1_000_000), "value": Decimal("0.9")}
    ],
}


def fill_in(path: Path, typed: Mapping[str, Sequence[Cells]]) -> None:
    """Type rows under what stands in a workbook, sheet by sheet, as a person would."""
    book = fastexcel.read_excel(path)
    sheets = {
        name: pl.DataFrame(
            pl.from_arrow(book.load_sheet(name, header_row=None, dtypes="string").to_arrow())
        ).rows()
        for name in book.sheet_names
    }
    with xlsxwriter.Workbook(path) as again:
        day = again.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            page = again.add_worksheet(name)
            for line, row in enumerate(rows[:3]):
                for place, cell in enumerate(row):
                    page.write(line, place, cell)
            heads = list(rows[1])
            for line, cells in enumerate(typed.get(name, ()), 3):
                for head, cell in cells.items():
                    if isinstance(cell, date):
                        page.write_datetime(line, heads.index(head), cell, day)
                    else:
                        page.write(line, heads.index(head), cell)


@pytest.fixture
def make_company(tmp_path: Path) -> Callable[[Mapping[str, Sequence[Cells]]], Company]:
    """A Chinese company as `fupan init` makes it, its plan filled in."""

    def made(typed: Mapping[str, Sequence[Cells]]) -> Company:
        folder = tmp_path / "acme"
        write_company(folder, "海川设备", "zh-CN")
        for name in ("opportunity", "order_line", "assignment"):
            (folder / "sources" / f"{name}.toml").unlink()
        fill_in(folder / "plan" / "plan.xlsx", typed)
        return open_company(folder)

    return made


def test_what_was_typed_is_what_is_known(make_company: Callable[..., Company]) -> None:
    company = make_company(TYPED)
    report = ingest(company, MONDAY)
    assert report.rejects.is_empty()
    typed = sum(len(rows) for rows in TYPED.values())
    assert report.files["rows_read"].sum() == typed, "the example rows are never read"
    with reader(company.committed) as connection:
        known = {entity: core_table(connection, entity, MONDAY) for entity in KNOWN}
    for entity, expected in KNOWN.items():
        rows = known[entity].to_dicts()
        shown = [
            {name: row[name] for name in want} for row, want in zip(rows, expected, strict=True)
        ]
        assert shown == expected, entity


def test_a_wrong_cell_is_rejected_with_row_column_and_rule(
    make_company: Callable[..., Company],
) -> None:
    rows = [
        {**TYPED["目标分解"][0], "口径": "大区域"},
        {**TYPED["目标分解"][1], "目标值": "很多"},
        TYPED["目标分解"][2],
        *(
            {**TYPED["目标分解"][2], "编号": f"R{number}", "范围": f"华{number}"}
            for number in range(2, 12)
        ),
    ]
    report = ingest(make_company({"目标分解": rows}), MONDAY)
    found = report.rejects.select("row_number", "column", "rule").rows()
    assert found == [
        (4, "口径", "scope_kind|unmapped_value"),
        (5, "目标值", "target_value|not_a_number"),
    ]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_csv_files_hold_the_same_tables(tmp_path: Path, locale: str) -> None:
    write_company(tmp_path / "book", "Acme", locale)
    write_company(tmp_path / "files", "Acme", locale, "csv")
    book, files = open_company(tmp_path / "book"), open_company(tmp_path / "files")
    described = {name for name in book.sources if not book.is_built_in(name)}
    for name in described - {"opportunity", "order_line", "assignment"}:
        sheet, table = book.sources[name], files.sources[name]
        assert sheet.columns == table.columns
        path = tmp_path / "files" / "plan" / table.files
        assert set(read_rows(path, table).columns) <= set(
            read_rows(tmp_path / "book" / "plan" / sheet.files, sheet).columns
        )
        text = path.read_text("utf-8-sig").replace(table.read.example_marker or "", "")
        path.write_text(text, "utf-8")
    report = ingest(files, MONDAY)
    assert report.rejects.is_empty()
    with reader(files.committed) as connection:
        task = core_table(connection, "task", MONDAY).row(0, named=True)
    assert task["progress_share"] == 0.9
    assert task["progress_note"] in {"设计中", "in design"}
