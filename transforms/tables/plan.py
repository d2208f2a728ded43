"""The plan: goals, targets, strategy, resources, tasks, risks, events (domain §2)."""

import dataframely as dy
import polars as pl

from transforms.tables import columns as c

SCOPE_KINDS = ("company", "region", "team", "rep", "product_line", "channel")


class Target(dy.Schema):
    """One row per metric, scope and window of a target; the window is usually a month or quarter.

    A sum target is spread over the days of its window (D-2); a ratio target holds on each of them.
    """

    metric = c.key("Metric code of the catalogue")
    scope_kind = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(list(SCOPE_KINDS)),
        description="company, region, team, rep, product_line or channel",
        metadata={"values": list(SCOPE_KINDS)},
    )
    scope = c.key("Which one; 'company' for the company")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target_value = c.number("Committed target (承诺目标, D-5), in the metric's unit", required=True)
    owner = c.text("Person who owns the branch (D-3)")
    note = c.text("Key action or remark")

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
    effect_delta = c.number("By how much, in the metric's unit")


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
