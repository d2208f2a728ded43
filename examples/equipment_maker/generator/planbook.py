"""The plan workbook: goals, targets, strategy, resources, budget, tasks, risks, terms, actions."""

# ruff: noqa: E501 -- one line is one row of a sheet

from datetime import date, timedelta
from typing import Final

from generator.days import to_date, to_day
from generator.erp import DAILY_SPEND
from generator.plan import Target, quarter_start
from generator.profile import DIRECTOR
from generator.story import Planted
from generator.writing import EXCEL_ZERO, Cell, Sheet

_KINDS: Final = {"company": "公司", "region": "大区", "team": "团队"}


def _table(
    name: str, headers: str, rows: list[tuple[Cell | date, ...]], dates: tuple[str, ...] = ()
) -> Sheet:
    """Make a sheet of rows; headers stand in one text, separated by blanks."""
    columns: dict[str, list[Cell]] = {header: [] for header in headers.split()}
    for row in rows:
        for cells, cell in zip(columns.values(), row, strict=True):
            is_day = isinstance(cell, date)
            cells.append(to_day(cell) + EXCEL_ZERO if is_day else cell)  # type: ignore[arg-type]
    return Sheet(columns, frozenset(dates), name=name)


def plan_sheets(planted: Planted, targets: list[Target]) -> list[Sheet]:
    """Every sheet of plan/年度计划.xlsx."""
    end = to_date(planted.world.days.end)
    return [
        _goals(planted, targets, end),
        _targets(targets),
        _strategy(end),
        _resources(end),
        _budget(planted, end),
        _tasks(planted, end),
        _risks(end),
        _events(planted, end),
        _terms(end),
        _actions(planted, end),
    ]


def _targets(targets: list[Target]) -> Sheet:
    rows: list[tuple[Cell | date, ...]] = [
        (
            target.metric,
            _KINDS[target.scope_kind],
            "全公司" if target.scope == "company" else target.scope,
            to_date(target.first),
            to_date(target.last),
            round(target.value, 4),
            None if _lacks_owner(target) else target.owner,
            None,
        )
        for target in targets
    ]
    headers = "指标 口径 范围 开始日期 结束日期 目标值 责任人 备注"
    return _table("目标分解", headers, rows, ("开始日期", "结束日期"))


def _lacks_owner(target: Target) -> bool:
    """Whether the planner forgot the owner: the lead targets of one team in December."""
    is_last = to_date(target.first).month == 12
    return is_last and target.metric == "leads" and target.scope == "西南部"


def _sum(targets: list[Target], metric: str, scope: str, first: int) -> float:
    hits = [t for t in targets if t.metric == metric and t.scope == scope and t.first >= first]
    return sum(target.value for target in hits)


def _goals(planted: Planted, targets: list[Target], end: date) -> Sheet:
    days = planted.world.days
    quarter = quarter_start(days)
    first, last = to_date(quarter), date(end.year, 12, 31)
    last = max(to_date(t.last) for t in targets if t.first <= days.end and t.last - t.first > 80)
    months = [t for t in targets if t.last <= to_day(last)]
    sales = _sum(months, "sales_amount", "company", quarter)
    cash = _sum(months, "cash_collected", "company", quarter)
    east = _sum(months, "qualified_leads", "华东二部", quarter)
    new = _sum(months, "new_customers", "company", quarter)
    rows: list[tuple[Cell | date, ...]] = [
        ("G01", "总体", f"本季不含税销售额 {sales / 1e4:,.0f} 万元", "sales_amount", "公司", "全公司", sales, "元", first, last, DIRECTOR, "年度营收", "ERP 订单净额", "季末对账一致", "大客户攻坚、稳住存量"),
        ("G02", "总体", f"本季回款 {cash / 1e4:,.0f} 万元", "cash_collected", "公司", "全公司", cash, "元", first, last, "孙立新", "现金流", "银行回单", "到账", "逾期账款周清"),
        ("G03", "渠道", f"华东二部有效线索 {east:,.0f} 条", "qualified_leads", "团队", "华东二部", east, "条", first, last, "沈嘉禾", "获客", "CRM 有效标记", "达到数量", "行业联盟名录合作"),
        ("G04", "客户", f"新客户 {new:,.0f} 家", "new_customers", "公司", "全公司", new, "家", first, last, DIRECTOR, "客户结构", "首单记录", "首单发货", "展会与转介绍"),
        ("G05", "推广", "线上部成交率达到 14%", "win_rate", "团队", "线上部", 0.14, "比率", first, last, "林若曦", "转化效率", "CRM 商机状态", "季末统计", "方案模板按客户群拆分"),
        ("G06", "区域", "华南一部输送系统保供不断货", "sales_amount", "团队", "华南一部", None, "元", first, last, "黄志远", "年度营收", "ERP 订单净额", None, "华南仓备货"),
        ("G07", "客户", "提升客户满意度", None, None, None, None, None, None, None, None, None, None, None, "多走访"),
    ]  # fmt: skip
    headers = "目标编号 目标维度 具体指标 指标代码 口径 范围 目标值 单位 开始日期 完成时限 责任人 支撑KPI 验证方式 完成标志 备注（关键动作）"
    return _table("目标设定", headers, rows, ("开始日期", "完成时限"))


def _strategy(end: date) -> Sheet:
    rows: list[tuple[Cell | date, ...]] = [
        ("S01", "产品", "新能源装备标准机型上线，缩短方案周期", "郑一鸣", "研发 2 人月", end + timedelta(40), "成交率 +1pp", "win_rate", 0.01),
        ("S02", "价格", "包装机械年框客户阶梯价", "马振华", "财务测算", end + timedelta(20), "销售额 +5 万/周", "sales_amount", 50000),
        ("S03", "渠道", "行业联盟名录渠道扩容", "沈嘉禾", "投放预算 20 万", end - timedelta(30), "有效线索 +15 条/周", "qualified_leads", 15),
        ("S04", "推广", "初创客户批量方案推送", "林若曦", "内容团队 1 人", end - timedelta(55), "方案数 +30%", "proposals", 60),
        ("S05", "渠道", "转介绍激励", "周启航", "激励费 15 万", end + timedelta(45), "转介绍线索 +5 条/周", "leads", 5),
    ]  # fmt: skip
    headers = "编号 策略模块 具体动作 负责人 所需资源 时间节点 预期效果 影响指标 预期变化"
    return _table("策略拆解", headers, rows, ("时间节点",))


def _resources(end: date) -> Sheet:
    rows: list[tuple[Cell | date, ...]] = [
        ("R01", "G01", "人力", "华中部大客户技术支持 1 人", None, "内部调配", end + timedelta(14), "未到位", "否", "胡建平"),
        ("R02", "G03", "预算", "华东二部替换渠道的投放预算", 20.0, "市场费", end + timedelta(7), "申请中", "否", "沈嘉禾"),
        ("R03", "G06", "物料", "核心滚筒加急采购", 36.5, "供应链", end + timedelta(5), "未到位", "否", "黄志远"),
        ("R04", "G05", "工具", "方案模板库", 3.0, "采购", end - timedelta(20), "已到位", "是", "林若曦"),
        ("R05", "G02", "人力", "应收账款专员 1 人", None, "招聘", end - timedelta(35), "已到位", "是", "孙立新"),
    ]  # fmt: skip
    headers = "编号 目标编号 资源类型 资源说明 金额（万元） 获取方式 需要日期 状态 是否到位 提出人"
    return _table("资源", headers, rows, ("需要日期",))


def _budget(planted: Planted, end: date) -> Sheet:
    """The year's budget by module: what the channels cost a year, training, and a reserve."""
    first, last = date(end.year, 1, 1), date(end.year, 12, 31)
    spent = {channel: amount * 250 * planted.world.scale for channel, amount in DAILY_SPEND.items()}
    modules: list[tuple[str, float, str | None]] = [
        (f"推广 · {channel}", amount, channel) for channel, amount in spent.items()
    ]
    modules += [("培训", sum(spent.values()) * 0.1, None)]
    used = sum(amount for _, amount, _ in modules)
    modules += [("应急", used * 0.15, None)]
    rows: list[tuple[Cell | date, ...]] = [
        (f"B{number:02d}", module, first, last, round(amount / 1e4, 2), channel, "是" if module == "应急" else "否", "市场部")
        for number, (module, amount, channel) in enumerate(modules, 1)
    ]  # fmt: skip
    headers = "编号 模块 开始日期 结束日期 金额（万元） 渠道 应急储备 负责人"
    return _table("预算", headers, rows, ("开始日期", "结束日期"))


def _terms(end: date) -> Sheet:
    first = date(end.year, 1, 1)
    rows: list[tuple[Cell | date, ...]] = [
        ("P01", "阶梯价", "直接客户最低 88 折", None, 0.88, None, first, None, None),
        ("P02", "阶梯价", "年采购量超 100 万享 87 折", 1_000_000, 0.87, None, first, None, None),
        ("P03", "特价", "87 折以下需销售总监审批，不低于 86.5 折", None, 0.865, None, first, None, DIRECTOR),
        ("P04", "返利", "经销商季度达标返利 5%", 1, 0.05, "经销商", first, None, None),
        ("P05", "转介绍费", "转介绍成交按合同额 2%", None, 0.02, None, first, None, None),
    ]  # fmt: skip
    headers = "编号 类型 政策内容 门槛 数值 渠道 生效日期 失效日期 审批人"
    return _table("商务政策", headers, rows, ("生效日期", "失效日期"))


def _tasks(planted: Planted, end: date) -> Sheet:
    has_contract = planted.stuck_contract is not None
    rows: list[tuple[Cell | date, ...]] = [
        ("T01", "G06", "否", "华南仓滚筒补货", "黄志远", "华南一部", None, end - timedelta(20), end + timedelta(10), end - timedelta(18), None, "60%（采购中）", "供应商交期", "启用备用供应商", None, None),
        ("T02", "G01", "是", "新能源标准机型方案", "郑一鸣", "大客户部", None, end - timedelta(45), end + timedelta(20), end - timedelta(44), None, "90%（设计中）", "样机测试排期", "协调实验室", None, None),
        ("T03", "G03", "否", "行业联盟渠道资质审核", "沈嘉禾", "华东二部", None, end - timedelta(60), end - timedelta(30), None, None, "0%（未启动）", "合作前未审核", "补做资质审核", None, None),
        ("T04", "G02", "否", "逾期账款清收", "孙立新", None, None, end - timedelta(30), end + timedelta(15), end - timedelta(30), None, "70%（进行中）", "客户资金紧张", "分期回款", None, None),
        ("T05", "G04", "是", "工博会线索跟进", "陈立群", "华东一部", None, end - timedelta(40), end - timedelta(12), end - timedelta(39), end - timedelta(14), "100%（完成）", None, None, "leads", 10),
    ]  # fmt: skip
    if has_contract:
        rows.append(("T06", "G01", "是", "启明能源合同审批", "赵国栋", "华北部", "启明能源", end - timedelta(12), end - timedelta(3), end - timedelta(12), None, "80%（法务审批）", "合同审批中，超时 3 天", "需法务部加急", None, None))  # fmt: skip
    headers = "编号 目标编号 里程碑 任务名称 负责人 团队 客户或项目 计划开始时间 计划结束时间 实际开始时间 实际结束时间 实际进度 风险点 解决措施 影响指标 预期变化"
    dates = ("计划开始时间", "计划结束时间", "实际开始时间", "实际结束时间")
    return _table("执行进度", headers, rows, dates)


def _risks(end: date) -> Sheet:
    rows: list[tuple[Cell | date, ...]] = [
        ("K01", "外部", "竞品降价抢占包装机械份额", "高", "竞品降价", "年框客户价格保护、增值服务包", None, "马振华", end + timedelta(30), "跟踪中", "西北部"),
        ("K02", "内部", "核心滚筒单一供应商", "高", "库存低于 7 天用量", "启用备用供应商", "备用供应商 2 家", "黄志远", end + timedelta(21), "跟踪中", "华南一部"),
        ("K03", "外部", "合作渠道线索质量不稳", "中", "有效线索量 < 15 条", "换用备选渠道", "备选渠道 3 家", "沈嘉禾", end + timedelta(14), "跟踪中", "华东二部"),
        ("K04", "内部", "骨干销售流失", "中", "单队离职 2 人", "后备人员接手客户", "人才储备 3 人", DIRECTOR, end + timedelta(60), "跟踪中", None),
        ("K05", "外部", "整体转化走低", "中", "线索转化率低于 5%", "收紧线索标准", "备选客户 3 家", DIRECTOR, end + timedelta(45), "跟踪中", None),
    ]  # fmt: skip
    headers = "编号 来源 风险描述 等级 触发条件 弹性预案 备选资源 负责人 期限 状态 团队"
    return _table("风险", headers, rows, ("期限",))


def _events(planted: Planted, end: date) -> Sheet:
    rows: list[tuple[Cell | date, ...]] = [
        ("E01", end - timedelta(210), end - timedelta(206), "公司", "全公司", "参加春季工业装备展", "up"),
        ("E02", end - timedelta(118), end - timedelta(114), "大区", "华东", "华东暴雨，线下拜访受影响", "down"),
        ("E03", end - timedelta(52), end - timedelta(48), "公司", "全公司", "参加工博会", "up"),
    ]  # fmt: skip
    for number, event in enumerate(planted.events, 4):
        first, last, kind, scope, text, direction = event
        row = (
            f"E{number:02d}",
            to_date(first),
            to_date(last),
            _KINDS[kind],
            scope,
            text,
            direction,
        )
        rows.append(row)
    headers = "编号 开始日期 结束日期 口径 范围 事件 方向"
    return _table("事件", headers, rows, ("开始日期", "结束日期"))


def _actions(planted: Planted, end: date) -> Sheet:
    year, week, _ = (end - timedelta(7)).isocalendar()
    label = f"{year}-W{week:02d}"
    rows: list[tuple[Cell | date, ...]] = [
        ("A01", label, "核心滚筒改由备用供应商供货", "华南一部", "黄志远", end + timedelta(4), "进行中", "sales_amount", 400000),
        ("A02", label, "法务加急审批启明能源合同", "华北部", "赵国栋", end + timedelta(1), "进行中", "contract_amount", 4200000),
        ("A03", label, "方案评审加入客户案例与 ROI 检查", "线上部", "林若曦", end + timedelta(11), "未开始", "proposal_quality", 0.2),
        ("A04", label, "展厅讲解话术复制到各团队", "华东一部", "陈立群", end - timedelta(2), "已完成", "win_rate", 0.005),
    ]  # fmt: skip
    if planted.stuck_contract is None:
        rows = [row for row in rows if row[0] != "A02"]
    headers = "编号 决定周 行动 团队 负责人 完成日期 状态 影响指标 预期变化"
    return _table("行动", headers, rows, ("完成日期",))
