"""The CRM's exports: frames with the headers that its users see."""

import numpy as np
import polars as pl

from generator.cells import code, minutes, names, slashed, ten_thousands, with_rep, yes
from generator.customers import LOST_REASONS
from generator.days import Days, to_date, to_day
from generator.orders import documents
from generator.pipeline import REASONS
from generator.profile import CHANNELS, LINE_NAMES, SEGMENTS
from generator.randomness import IntArray, mixed
from generator.stages import as_believed, present_stage, stage_events
from generator.story import Planted
from generator.world import World

CAMPAIGNS = {
    "展会": "工博会",
    "搜索推广": "品牌词投放",
    "短视频直播": "周四工厂直播",
    "行业联盟": "联盟名录合作",
}
_NEXT_STEPS = ("安排技术交流", "提交方案", "确认预算", "商务谈判", "等待客户内部评审", "现场勘测")


def accounts(world: World, notes: pl.DataFrame) -> pl.DataFrame:
    """客户.csv: customers, and prospects known by the end."""
    customers, days = world.customers, world.days
    papers = documents(world.lines, days, world.organisation)
    sums = papers.group_by("account").agg(pl.col("net_cents").sum())
    large = sums.filter(pl.col("net_cents") > 160_000_000 * world.scale)
    number = np.arange(customers.size)
    left = np.where(customers.ends < days.past, customers.ends, -1)
    frame = customers.faces.with_columns(
        pl.Series("account", number),
        pl.Series("team", customers.teams),
        pl.Series("channel", customers.channels),
        pl.Series("at", customers.created),
        pl.Series("created", days.on(customers.created)),
        pl.Series("left", left),
        pl.Series("gone", days.on(np.maximum(left, 0))),
        pl.lit(days.end, pl.Int64).alias("today"),
        pl.Series("reason", (mixed(number, 901) * 5).astype(np.int64)),
    ).filter(pl.col("at") < days.past)
    frame = frame.join(notes, on="account", how="left", maintain_order="left")
    is_gone = pl.col("left") >= 0
    return with_rep(frame, world.organisation, "today").select(
        code("account", "K").alias("客户编号"),
        pl.col("name").alias("客户名称"),
        pl.col("industry").alias("行业"),
        pl.col("city").alias("城市"),
        pl.col("region").alias("大区"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        pl.col("rep").alias("负责人工号"),
        yes(pl.col("account").is_in(large["account"].implode())).alias("是否大客户"),
        slashed(pl.col("created")).alias("创建日期"),
        pl.when(is_gone).then(slashed(pl.col("gone"))).alias("流失日期"),
        pl.when(is_gone).then(names(pl.col("reason"), LOST_REASONS)).alias("流失原因"),
        *notes.columns[1:],
    )


def leads(world: World, until: int | None = None) -> pl.DataFrame:
    """线索.csv: leads from the first exported day, as they are on a day; none: the last one."""
    days = world.days
    as_of = days.end if until is None else until
    linked = world.deals.filter(pl.col("lead") >= 0).select(
        "lead",
        "account",
        "is_won",
        pl.Series("won_on", days.on(world.deals["closed"].to_numpy())).filter(
            pl.Series(world.deals["lead"] >= 0)
        ),
    )
    frame = (
        world.leads.filter(pl.col("day") >= days.start)
        .join(linked, on="lead", how="left", maintain_order="left")
        .sort("day", "minute", "lead")
    )
    is_customer = pl.col("is_won") & (pl.col("won_on") <= days.end)
    touched = pl.col("minute") + (pl.col("touch_hours") * 60).cast(pl.Int64)
    is_touched = pl.col("day") * 1440 + touched < (as_of + 1) * 1440
    channel = names(pl.col("channel"), CHANNELS)
    reps = [world.organisation.code(rep) for rep in frame["rep"].to_list()]
    return frame.with_columns(pl.Series("code", reps)).select(
        code("lead", "L").alias("线索编号"),
        _contact(frame["lead"].to_numpy()).alias("线索名称"),
        minutes(pl.col("day"), pl.col("minute")).alias("创建时间"),
        pl.when(is_touched).then(minutes(pl.col("day"), touched)).alias("首次联系时间"),
        channel.alias("来源渠道"),
        channel.replace_strict(CAMPAIGNS, default=None, return_dtype=pl.String).alias("市场活动"),
        pl.col("code").alias("负责人工号"),
        names(pl.col("line"), LINE_NAMES).alias("意向产品线"),
        yes(pl.col("is_qualified")).alias("是否有效"),
        pl.when(is_customer).then(slashed(pl.col("won_on"))).alias("转化日期"),
        pl.when(is_customer).then(code("account", "K")).alias("客户编号"),
        minutes(pl.col("day"), pl.col("minute") + 12).alias("录入时间"),
    )


def _contact(numbers: IntArray) -> pl.Series:
    surnames = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
    places = (mixed(numbers, 902) * len(surnames)).astype(np.int64).tolist()
    titles = (mixed(numbers, 903) * 3).astype(np.int64).tolist()
    words = ("经理", "总监", "工程师")
    pairs = zip(places, titles, strict=True)
    return pl.Series([surnames[place] + words[title] for place, title in pairs])


def export_days(days: Days) -> list[int]:
    """The days of which the exported opportunities are kept: before quarter, month, week; the end.

    So the review can say what became of what was open when each of them began.
    """
    last = to_date(days.end)
    month = last.replace(day=1)
    quarter = month.replace(month=last.month - (last.month - 1) % 3)
    return sorted({to_day(quarter) - 1, to_day(month) - 1, days.end - 7, days.end})


def opportunities(planted: Planted, until: int | None = None) -> pl.DataFrame:
    """商机_YYYYMMDD.csv: opportunities closed since the first exported day, or open, on a day.

    None: on the last one.
    """
    world = planted.world
    days = world.days
    as_of = days.end if until is None else until
    past = days.position(as_of + 1)
    deals = as_believed(_known(world, past), past, days.past)
    frame = present_stage(deals, past)
    closed = frame["closed"].to_numpy()
    slip = frame["slip"].to_numpy()
    expected = days.on(np.maximum(closed + slip, np.minimum(past + 1, closed)))
    account = frame["account"].to_numpy()
    face = world.customers.faces["name"]
    first = pl.Series("first_lead", world.leads.filter(pl.col("day") >= days.start)["lead"])
    reason = (mixed(frame["deal"].to_numpy(), 905) * len(REASONS)).astype(np.int64)
    step = (mixed(frame["deal"].to_numpy(), 906) * len(_NEXT_STEPS)).astype(np.int64)
    frame = frame.with_columns(
        pl.Series("created_on", days.on(frame["created"].to_numpy())),
        pl.Series("expected", expected),
        pl.Series("closed_on", days.on(closed)),
        pl.Series("face", face.gather(account)),
        pl.Series("reason", reason),
        pl.Series("step", step),
        pl.when(pl.col("lead").is_in(first.implode())).then("lead").otherwise(-1).alias("lead"),
        pl.lit(as_of, pl.Int64).alias("today"),
    ).with_columns(pl.when("is_closed").then("closed_on").otherwise("today").alias("worked_on"))
    is_lost = pl.col("is_closed") & ~pl.col("is_won")
    amount = (pl.col("amount") * 100).round().cast(pl.Int64)
    return with_rep(frame, world.organisation, "worked_on").select(
        code("deal", "O").alias("商机编号"),
        pl.concat_str("face", names(pl.col("line"), LINE_NAMES), pl.lit("项目")).alias("商机名称"),
        code("account", "K").alias("客户编号"),
        code("lead", "L").alias("线索编号"),
        pl.col("rep").alias("负责人工号"),
        names(pl.col("line"), LINE_NAMES).alias("产品线"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        names(pl.col("segment"), SEGMENTS).alias("客户群"),
        pl.col("stage").alias("当前阶段"),
        slashed(pl.col("created_on")).alias("创建日期"),
        slashed(pl.col("expected")).alias("预计成交日期"),
        pl.when("is_closed").then(slashed(pl.col("closed_on"))).alias("实际关闭日期"),
        ten_thousands(amount).alias("预计金额（万元）"),
        pl.when(is_lost).then(names(pl.col("reason"), REASONS)).alias("输单原因"),
        pl.when(~pl.col("is_closed")).then(names(pl.col("step"), _NEXT_STEPS)).alias("下一步"),
    )


def _known(world: World, past: int | None = None) -> pl.DataFrame:
    days = world.days
    created_before = days.past if past is None else past
    return world.deals.filter(
        (pl.col("created") < created_before) & (pl.col("closed") >= days.position(days.start))
    )


def stage_history(world: World) -> pl.DataFrame:
    """商机阶段记录.csv: every move of the opportunities exported."""
    events = stage_events(_known(world), world.days.past)
    day = pl.Series("day", world.days.on(events["position"].to_numpy()))
    return events.with_columns(day).select(
        pl.concat_str(code("deal", "J"), pl.lit("-"), (pl.col("step") + 1).cast(pl.String)).alias(
            "记录编号"
        ),
        code("deal", "O").alias("商机编号"),
        pl.col("from_stage").alias("原阶段"),
        pl.col("to_stage").alias("新阶段"),
        slashed(pl.col("day")).alias("变更日期"),
    )


def visits(world: World) -> pl.DataFrame:
    """拜访记录.csv."""
    frame = world.visits.sort("day", "visit")
    reps = [world.organisation.code(rep) for rep in frame["rep"].to_list()]
    channel = pl.Series("channel", world.customers.channels[frame["account"].to_numpy()])
    return frame.with_columns(pl.Series("code", reps), channel).select(
        code("visit", "V").alias("拜访编号"),
        pl.col("kind").alias("拜访方式"),
        pl.col("code").alias("拜访人工号"),
        code("account", "K").alias("客户编号"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        slashed(pl.col("day")).alias("拜访日期"),
        minutes(pl.col("day"), pl.col("minute")).alias("录入时间"),
        yes(pl.col("is_effective")).alias("是否有效拜访"),
        yes(pl.col("is_discovery")).alias("是否需求挖掘"),
        pl.when(pl.col("answered") >= 0)
        .then(pl.col("answered").cast(pl.String))
        .alias("已回答核心问题数"),
    )


def proposals(world: World) -> pl.DataFrame:
    """方案报价.csv: proposals since the first exported day."""
    days = world.days
    offers = world.proposals.drop("team", "segment").join(
        world.deals, on="deal", how="left", maintain_order="left"
    )
    offers = offers.with_columns(pl.Series("day", days.on(offers["position"].to_numpy())))
    offers = offers.filter(pl.col("day") >= days.start).sort("day", "deal", "version")
    cents = (pl.col("amount") * (100 + 2 * (pl.col("version") == 1))).round().cast(pl.Int64)
    return with_rep(offers, world.organisation, "day").select(
        pl.concat_str(code("deal", "F"), pl.lit("-"), pl.col("version").cast(pl.String)).alias(
            "方案编号"
        ),
        code("deal", "O").alias("商机编号"),
        code("account", "K").alias("客户编号"),
        pl.col("rep").alias("负责人工号"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        names(pl.col("line"), LINE_NAMES).alias("产品线"),
        names(pl.col("segment"), SEGMENTS).alias("客户群"),
        slashed(pl.col("day")).alias("提交日期"),
        (cents // 100).cast(pl.String).alias("报价金额（元）"),
        yes(pl.col("has_case")).alias("是否含客户案例"),
        yes(pl.col("has_roi")).alias("是否含ROI测算"),
    )


def contracts(planted: Planted) -> pl.DataFrame:
    """合同.csv: contracts of won deals, and the few that wait for approval."""
    world = planted.world
    days = world.days
    stage = present_stage(_known(world), days.past)
    signed = stage.filter("is_closed", "is_won").with_columns(
        pl.lit("已签订").alias("status"), pl.lit(None, pl.String).alias("step")
    )
    soon = (pl.col("stage") == "谈判") & (pl.col("closed") < days.past + 8)
    waiting = stage.filter(~pl.col("is_closed") & soon & pl.col("is_won")).with_columns(
        pl.lit("审批中").alias("status"), pl.lit("商务审批").alias("step")
    )
    stuck = pl.col("deal") == (-1 if planted.stuck_contract is None else planted.stuck_contract)
    rows = pl.concat([signed, waiting]).sort("closed", "deal")
    rows = rows.with_columns(
        pl.Series("day", days.on(rows["closed"].to_numpy())),
        pl.Series("face", world.customers.faces["name"].gather(rows["account"].to_numpy())),
        pl.when(stuck).then(pl.lit("法务审批")).otherwise("step").alias("step"),
    )
    is_open = pl.col("status") == "审批中"
    worked = pl.when(is_open).then(pl.lit(days.end, pl.Int64)).otherwise("day").alias("worked_on")
    due = pl.when(stuck).then(pl.lit(days.end - 3, pl.Int64)).otherwise(pl.col("day") + 5)
    gross = (pl.col("amount") * 113).round().cast(pl.Int64)
    rows = rows.with_columns(worked)
    return with_rep(rows, world.organisation, "worked_on").select(
        code("deal", "HT").alias("合同编号"),
        pl.concat_str("face", names(pl.col("line"), LINE_NAMES), pl.lit("采购合同")).alias(
            "合同名称"
        ),
        code("deal", "O").alias("商机编号"),
        code("account", "K").alias("客户编号"),
        pl.col("rep").alias("负责人工号"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        names(pl.col("line"), LINE_NAMES).alias("产品线"),
        pl.when(~is_open).then(slashed(pl.col("day"))).alias("签订日期"),
        ten_thousands(gross).alias("合同金额（万元）"),
        pl.col("status").alias("状态"),
        pl.col("step").alias("审批环节"),
        pl.when(is_open).then(slashed(due)).alias("审批期限"),
    )
