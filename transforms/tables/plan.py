"""The plan: goals, targets, strategy, resources, tasks, risks, events (domain §2)."""

import dataframely as dy
import polars as pl

from transforms.tables import columns as c

SCOPE_KINDS = (
    *("company", "region", "team", "rep", "product_line", "channel"),
    *("customer_group", "customer", "industry", "customer_size", "life_cycle"),
)
"""Kinds a plan may be decomposed by (D-3). Those of the second line have no values of their own
yet: their targets are kept, added up and shown as `no_data`."""

GOAL_KINDS = ("absolute", "growth", "share", "rate", "keep_stable")
SPLIT_RULES = ("last_year", "weights", "heads")
EVERY_PART = "all"
"""Stands for the name of a part: every part that has a share."""
TERM_KINDS = ("price_tier", "rebate", "referral_fee", "special_discount")


class Target(dy.Schema):
    """One row per metric, scope and window of a target; the window is usually a month or quarter.

    A sum target is spread over the days of its window (D-2); a ratio target holds on each of them.
    """

    metric = c.key("Metric code of the catalogue")
    scope_kind = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(list(SCOPE_KINDS)),
        description="company, region, team, rep, product_line, channel or another kind (D-3)",
        metadata={"values": list(SCOPE_KINDS)},
    )
    scope = c.key("Which one; 'company' for the company")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target_value = c.number("Committed target (承诺目标, D-5), in the metric's unit", required=True)
    owner = c.text("Person who owns the branch (D-3)")
    note = c.text("Key action or remark")
    target_id = c.text("Number of the target in the plan workbook")
    parent_id = c.text("Number of the target that this one is a part of; none: told by the scopes")

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """A target's deadline lies after its start."""
        return pl.col("period_end") >= pl.col("period_start")


class TargetSplit(dy.Schema):
    """One row per target, kind of part and part that the target is split over by a rule (D-3)."""

    target_id = c.key("Number of the target that is split")
    part_kind = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(list(SCOPE_KINDS[1:])),
        description="What it is split over: region, team, rep, product_line, channel, …",
        metadata={"values": list(SCOPE_KINDS[1:])},
    )
    part = c.key("Which one; 'all' for every part that has a share")
    rule = c.one_of(
        *SPLIT_RULES,
        description="By last year's share in the same window, by weights, or by heads",
        required=True,
    )
    weight = c.number("Weight of the part; only with the rule weights")

    @dy.rule()
    def weights_name_their_parts(cls) -> pl.Expr:
        """按权重拆分的每行要写下级和大于 0 的权重 / weights are above 0, each of a named part."""
        is_weighed = (pl.col("weight") > 0).fill_null(value=False) & (pl.col("part") != EVERY_PART)
        return (pl.col("rule") != "weights") | is_weighed


class DriverTarget(dy.Schema):
    """One row per driver of a sales target, scope and window: what is wanted each week (D-2a)."""

    metric = c.key("Metric code of the driver: leads, lead_conversion, aov, …")
    scope_kind = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(list(SCOPE_KINDS)),
        description="As of a target",
        metadata={"values": list(SCOPE_KINDS)},
    )
    scope = c.key("Which one; 'company' for the company")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    weekly_value = c.number(
        "Wanted each full week; of a ratio the value that holds on every day", required=True
    )
    owner = c.text("Person in charge")
    note = c.text("Remark")

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """A target's deadline lies after its start."""
        return pl.col("period_end") >= pl.col("period_start")


class Goal(dy.Schema):
    """One row per SMART goal (D-1), in the words of the plan workbook."""

    goal_id = c.key("Number of the goal")
    dimension = c.text("Goal dimension (目标维度)")
    statement = c.text("What exactly (具体指标)", required=True)
    metric = c.text("Metric code")
    scope_kind = c.text("Scope kind the goal is measured in")
    scope = c.text("Scope it is measured in")
    target_value = c.number("Target value")
    unit = c.text("Unit as written in the workbook")
    starts_on = c.day("Start")
    due_on = c.day("Deadline (完成时限)")
    owner = c.text("Owner (责任人)")
    company_kpi = c.text("Company KPI that it supports")
    verification = c.text("How completion is verified (验证方式)")
    completion_mark = c.text("Completion mark (完成标志)")
    key_action = c.text("Remark, key action (备注/关键动作)")
    kind = c.one_of(
        *GOAL_KINDS,
        description="absolute (none says so, too), growth on base_value, share, rate, keep_stable",
    )
    base_value = c.number("Base that a growth goal grows on and a stable one keeps")
    base_note = c.text("What the base is, e.g. 2025 年同期")
    condition = c.text("Which part is meant, e.g. 制造业，年采购额 ≥ 500 万")
    evidence = c.text("Why it can be reached, e.g. 意向客户 5，其中方案谈判 2")
    agreed_by = c.text("Who agreed to it (团队共识)")
    scenario = c.text("Scenario (新产品上市, 存量深耕, 区域拓展, 策略调整, 大客户攻坚)")
    data_source = c.text("Data source that measures it")


class StrategyItem(dy.Schema):
    """One row per action of the strategy table (D-7)."""

    strategy_id = c.key("Number of the action")
    module = c.text("Module (策略模块): product, price, channel, promotion", required=True)
    action = c.text("Action (具体动作)", required=True)
    owner = c.text("Owner (负责人)")
    resource = c.text("Resource needed (所需资源)")
    due_on = c.day("Due (时间节点)")
    expected_effect = c.text("Expected effect (预期效果) as written")
    effect_metric = c.text("Metric it should move")
    effect_delta = c.number("By how much a week, in the metric's unit")


class Resource(dy.Schema):
    """One row per resource bound to a goal (D-6)."""

    resource_id = c.key("Number of the ask")
    goal_id = c.text("Goal it serves")
    kind = c.text("people, budget, tool or material (资源类型)")
    description = c.text("What is needed", required=True)
    amount = c.money("Amount, where it is money")
    obtained_by = c.text("How it is obtained")
    needed_on = c.day("By when")
    status = c.text("Status (状态) as written")
    is_met = c.flag("Whether it has been obtained", required=True)
    asked_by = c.text("Who asks")


class Task(dy.Schema):
    """One row per task or milestone (D-8)."""

    task_id = c.key("Number of the task")
    task_name = c.text("Name (任务名称)", required=True)
    owner = c.text("Owner (负责人)")
    team = c.text("Team it belongs to")
    account_id = c.text("Customer or project")
    planned_start_on = c.day("Planned start")
    planned_end_on = c.day("Planned end")
    actual_start_on = c.day("Actual start")
    actual_end_on = c.day("Actual end")
    progress_share = c.ratio("Progress as a fraction")
    progress_note = c.text("What stands beside the percentage, e.g. 设计中")
    risk = c.text("Risk (风险点)")
    countermeasure = c.text("Countermeasure (解决措施)")
    goal_id = c.text("Goal it serves")
    is_milestone = c.flag("Whether it is a milestone (里程碑)")
    duration_days = c.count("Calendar days from its start on, where no planned end is given")
    effect_metric = c.text("Metric a milestone should move")
    effect_delta = c.number("By how much a week, in the metric's unit")

    @dy.rule()
    def planned_end_after_start(cls) -> pl.Expr:
        """计划结束不能早于计划开始 / a task cannot be planned to end before it starts."""
        return (pl.col("planned_end_on") >= pl.col("planned_start_on")).fill_null(value=True)


class Risk(dy.Schema):
    """One row per entry of the risk register (D-9)."""

    risk_id = c.key("Number of the risk")
    origin = c.one_of("internal", "external", description="internal or external")
    description = c.text("What may happen", required=True)
    level = c.one_of("high", "medium", "low", description="high, medium or low")
    trigger = c.text("Trigger condition as written")
    contingency = c.text("Contingency plan (弹性预案)")
    owner = c.text("Owner")
    due_on = c.day("Deadline")
    status = c.text("Status")
    team = c.text("Team it concerns")
    backups = c.text("What stands ready (备选客户 3 家, 备用供应商, 人才储备)")


class Budget(dy.Schema):
    """One row per module and window of the budget (D-6); the emergency reserve is one of them."""

    budget_id = c.key("Number of the line")
    module = c.text("Module (promotion, channel, training, …)", required=True)
    period_start = c.day("First day of the window", required=True)
    period_end = c.day("Last day of the window", required=True)
    amount = c.money("Amount that may be spent in the window", required=True)
    is_reserve = c.flag("Whether it is the emergency reserve (应急, D-5)")
    channel = c.text("Channel whose spend counts against it")
    campaign = c.text("Campaign whose spend counts against it")
    scope_kind = c.text("Scope kind it is for")
    scope = c.text("Scope it is for")
    goal_id = c.text("Goal it serves")
    owner = c.text("Who may spend it")

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """预算期间的结束不能早于开始 / a budget's window cannot end before it starts."""
        return pl.col("period_end") >= pl.col("period_start")

    @dy.rule()
    def amount_not_negative(cls) -> pl.Expr:
        """预算不能为负 / a budget cannot be negative."""
        return pl.col("amount") >= 0


class CommercialTerm(dy.Schema):
    """One row per rule of the commercial terms (商务政策, D-27)."""

    term_id = c.key("Number of the rule")
    kind = c.one_of(
        *TERM_KINDS,
        description="price tier, dealer rebate, referral fee or limit of a special discount",
        required=True,
    )
    description = c.text("The rule in words")
    threshold = c.number("From where on it holds: yearly purchases, share of a target, …")
    value = c.number(
        "A fraction: price paid of the list price (9 折 = 0.9), rebate or fee of the amount",
        required=True,
    )
    product_line = c.text("Product line it holds for; none: all")
    channel = c.text("Channel it holds for; none: all")
    valid_from = c.day("First day it holds", required=True)
    valid_to = c.day("Last day it holds; null while it does")
    needs_approval_by = c.text("Who has to approve, where somebody has to")

    @dy.rule()
    def value_is_a_fraction(cls) -> pl.Expr:
        """折扣、返利是 0 到 1 之间的比例 / the value is a fraction between 0 and 1."""
        return pl.col("value").is_between(0, 1)

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """失效日不能早于生效日 / terms cannot end before they start."""
        return (pl.col("valid_to") >= pl.col("valid_from")).fill_null(value=True)


class Event(dy.Schema):
    """One row per entry of the event register (D-28)."""

    event_id = c.key("Number of the event")
    starts_on = c.day("First day", required=True)
    ends_on = c.day("Last day")
    scope_kind = c.text("Scope kind it touches")
    scope = c.text("Scope it touches")
    description = c.text("What happened", required=True)
    direction = c.one_of("up", "down", "unclear", description="Expected direction of its effect")


class Action(dy.Schema):
    """One row per action decided in a review (D-20)."""

    action_id = c.key("Number of the action")
    decided_in_week = c.text("Week whose review decided it, e.g. 2026-W45", required=True)
    action = c.text("What is done", required=True)
    team = c.text("Team it concerns")
    owner = c.text("Owner")
    due_on = c.day("Due")
    status = c.text("Status as written")
    effect_metric = c.text("Metric it should move")
    effect_delta = c.number("By how much, in the metric's unit")
    case_id = c.text("5-Why case it answers")
