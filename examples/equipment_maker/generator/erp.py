"""The ERP's exports, marketing spend and the roster: sheets with the headers that users see."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.cells import code, names, slashed
from generator.crm import CAMPAIGNS
from generator.days import to_date
from generator.organisation import Organisation
from generator.products import Products
from generator.profile import CHANNELS, DIRECTOR, LINE_NAMES, LINES, TEAMS
from generator.randomness import mixed
from generator.story import Planted
from generator.world import World
from generator.writing import Sheet, sheet

_STOCK: Final = ("直销", "经销商", "线上商城")
"""Channels that hold stock."""
DAILY_SPEND: Final = {"展会": 9000, "搜索推广": 6200, "短视频直播": 4800, "行业联盟": 3600}
_OWNERSHIP: Final = ("自有", "合作", "自有", "合作", "自有", "自有", "新兴", "新兴")


def _codes(world: World, reps: pl.Series) -> pl.Series:
    return pl.Series("rep", [world.organisation.code(rep) for rep in reps.to_list()])


def order_lines(world: World, documents: pl.DataFrame) -> pl.DataFrame:
    """销售订单: one row per line, with `year` for the file and `team` for the truth."""
    products = pl.Series("code", world.products.codes).gather(documents["product"].to_numpy())
    years = [to_date(day).year for day in documents["day"].to_list()]
    return documents.with_columns(
        _codes(world, documents["rep"]), products, pl.Series("year", years)
    ).select(
        pl.col("document").alias("单据编号"),
        pl.col("line_number").alias("行号"),
        pl.col("kind").alias("单据类型"),
        pl.col("day").alias("单据日期"),
        code("account", "K").alias("客户编号"),
        pl.col("rep").alias("销售员工号"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        pl.col("code").alias("产品编码"),
        names(pl.col("line"), LINE_NAMES).alias("产品线"),
        pl.col("quantity").alias("数量"),
        (pl.col("price_cents") / 100).alias("不含税单价"),
        (pl.col("net_cents") / 100).alias("不含税金额"),
        (pl.col("tax_cents") / 100).alias("税额"),
        "year",
        "team",
    )


def invoices(world: World, rows: pl.DataFrame) -> Sheet:
    """发票.xlsx."""
    keys = rows["account"].to_numpy()
    reps = world.organisation.reps_of(rows["team"].to_numpy(), keys, rows["day"].to_numpy())
    frame = rows.with_columns(_codes(world, pl.Series(reps))).select(
        pl.col("invoice").alias("发票号"),
        pl.col("document").alias("订单编号"),
        code("account", "K").alias("客户编号"),
        pl.col("rep").alias("销售员工号"),
        pl.col("day").alias("开票日期"),
        pl.col("due").alias("到期日"),
        (pl.col("net_cents") / 100).alias("不含税金额"),
        (pl.col("gross_cents") / 100).alias("价税合计"),
    )
    return sheet(frame, dates=("开票日期", "到期日"), name="发票")


def payments(world: World, rows: pl.DataFrame) -> Sheet:
    """收款单.xlsx."""
    frame = rows.with_columns(_codes(world, rows["rep"])).select(
        pl.col("payment").alias("收款单号"),
        code("account", "K").alias("客户编号"),
        pl.col("invoice").alias("核销发票号"),
        pl.col("rep").alias("销售员工号"),
        names(pl.col("channel"), CHANNELS).alias("渠道"),
        pl.col("day").alias("收款日期"),
        (pl.col("cents") / 100).alias("收款金额"),
    )
    return sheet(frame, dates=("收款日期",), name="收款单")


def product_sheets(products: Products) -> list[Sheet]:
    """产品档案.xlsx: products, and their cost with its history."""
    lines = [LINES[int(line)] for line in products.lines]
    master = pl.DataFrame(
        {
            "产品编码": list(products.codes),
            "产品名称": list(products.names),
            "产品线": [line.name for line in lines],
            "生命周期阶段": [line.life_cycle_stage for line in lines],
            "标准售价": products.list_prices,
        }
    )
    starts = products.cost_days
    ends = [int(day) - 1 for day in starts[1:]] + [None]
    costs = pl.concat(
        [
            pl.DataFrame(
                {
                    "产品编码": list(products.codes),
                    "生效日期": [int(start)] * len(products.codes),
                    "失效日期": pl.Series([end] * len(products.codes), dtype=pl.Int64),
                    "单位成本": products.costs[row],
                }
            )
            for row, (start, end) in enumerate(zip(starts, ends, strict=True))
        ]
    )
    return [
        sheet(master, name="产品"),
        sheet(costs, dates=("生效日期", "失效日期"), name="成本"),
    ]


def inventory(planted: Planted) -> Sheet:
    """渠道库存.xlsx: stock per product and channel at month ends and at the last eight Sundays."""
    world = planted.world
    days, products = world.days, world.products
    months = np.arange("2000-02", "2100-01", dtype="datetime64[M]").astype("datetime64[D]")
    ends = months.astype(np.int64) - 1
    counted = sorted(
        {int(day) for day in ends if days.start <= day <= days.end}
        | {days.end - 7 * back for back in range(8)}
    )
    number = np.arange(len(products.codes))
    rows = []
    for day in counted:
        for place, channel in enumerate(_STOCK):
            base = 90_000 * world.scale / products.list_prices * (1.0, 0.6, 0.3)[place]
            stock = np.maximum(1, base * (0.7 + 0.6 * mixed(number, day, place, 911)))
            stock = np.round(stock).astype(np.int64)
            if planted.stock_out is not None and place == 0:
                line, since = planted.stock_out
                is_out = (products.lines == line) & (day >= since)
                stock = np.where(is_out, number % 3, stock)
            year = int(np.searchsorted(products.cost_days, day, side="right")) - 1
            rows.append(
                pl.DataFrame(
                    {
                        "产品编码": list(products.codes),
                        "渠道": [channel] * len(products.codes),
                        "盘点日期": [day] * len(products.codes),
                        "库存数量": stock,
                        "库存金额": np.round(stock * products.costs[year], 2),
                    }
                )
            )
    return sheet(pl.concat(rows), dates=("盘点日期",), name="渠道库存")


def totals(rows: pl.DataFrame) -> Sheet:
    """ERP对账汇总.xlsx: what the ERP itself reports, of the company and each team."""
    frame = rows.select(
        pl.col("metric")
        .replace_strict({"sales_amount": "销售净额", "cash_collected": "回款"})
        .alias("指标"),
        pl.when(pl.col("scope") == "company")
        .then(pl.lit("公司"))
        .otherwise(pl.lit("团队"))
        .alias("口径"),
        pl.col("scope").replace({"company": "全公司"}).alias("范围"),
        pl.col("first").alias("开始日期"),
        pl.col("last").alias("结束日期"),
        (pl.col("cents") / 100).alias("金额"),
    )
    return sheet(frame, dates=("开始日期", "结束日期"), name="对账")


def spend(rng: Generator, world: World) -> Sheet:
    """市场投放.csv: spend per working day and channel, negative as the finance system shows it."""
    days = world.days
    worked = days.calendar[days.between(days.start, days.end)]
    rows = []
    for channel, amount in DAILY_SPEND.items():
        cents = np.round(amount * 100 * (0.8 + 0.4 * rng.random(len(worked))) * world.scale)
        rows.append(
            pl.DataFrame({"day": worked, "cents": cents.astype(np.int64)}).select(
                "day",
                slashed(pl.col("day")).alias("日期"),
                pl.lit(channel).alias("渠道"),
                pl.lit(CAMPAIGNS[channel]).alias("活动"),
                (-pl.col("cents") / 100).cast(pl.String).alias("支出"),
            )
        )
    frame = pl.concat(rows).sort("day", "渠道").drop("day")
    return sheet(frame)


def roster(organisation: Organisation) -> Sheet:
    """员工花名册.xlsx: a title line, one row per posting, a total line at the end."""
    postings = sorted(organisation.postings, key=lambda p: (p.team, p.first, p.rep))
    forever = [None if posting.is_open else posting.last for posting in postings]
    frame = pl.DataFrame(
        {
            "工号": [organisation.code(posting.rep) for posting in postings],
            "姓名": [organisation.names[posting.rep] for posting in postings],
            "团队": [TEAMS[posting.team].name for posting in postings],
            "大区": [TEAMS[posting.team].region for posting in postings],
            "团队经理": [TEAMS[posting.team].manager for posting in postings],
            "岗位": [posting.role for posting in postings],
            "到岗日期": [posting.first for posting in postings],
            "离岗日期": pl.Series(forever, dtype=pl.Int64),
            "入职日期": [posting.joined for posting in postings],
            "离职日期": pl.Series([posting.left for posting in postings], dtype=pl.Int64),
        }
    )
    return sheet(
        frame,
        dates=("到岗日期", "离岗日期", "入职日期", "离职日期"),
        name="花名册",
        title="示例装备销售体系花名册",
        footer=("合计", f"{len(postings)} 条"),
    )


def channels() -> Sheet:
    """渠道.csv."""
    owners = [DIRECTOR, "吴海涛", "林若曦", "沈嘉禾", "陈立群", "周启航", "林若曦", "林若曦"]
    return Sheet(
        {
            "渠道": list(CHANNELS),
            "类型": list(_OWNERSHIP),
            "负责人": list(owners),
            "是否在用": ["是"] * len(CHANNELS),
            "是否转介绍": ["是" if name == "转介绍" else "否" for name in CHANNELS],
        }
    )
