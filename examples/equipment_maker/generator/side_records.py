"""What is kept beside CRM and ERP: surveys, daily reports, shared deals, payment plans, the market.

All of it hangs on `mixed` numbers of what already happened, so that no random stream is disturbed.
"""

from typing import Final

import numpy as np
import polars as pl

from generator.cells import code, minutes, slashed, ten_thousands
from generator.days import to_date, to_day
from generator.profile import CHANNELS, REGIONS, TEAMS
from generator.randomness import IntArray, mixed
from generator.world import World
from generator.writing import Sheet, sheet

_REPORT_WEEKS: Final = 30
_FEED_WEEKS: Final = 110
_LARGE_CENTS: Final = 6_000_000
"""Gross amount from which an order is paid in instalments."""
_INSTALMENTS: Final = (
    ("预付款", 30, 0),
    ("发货款", 50, 30),
    ("验收款", 15, 75),
    ("质保金", 5, 365),
)
"""Name, percent of the order, days after it."""
_MARKET_SHARE: Final = {"华东": 0.085, "华南": 0.072, "华北": 0.094, "华中": 0.066, "西部": 0.058}
_MARKET_GROWTH: Final = 1.07
_FIRST_MARKET_YEAR: Final = 2023


def surveys(world: World) -> pl.DataFrame:
    """满意度调查.csv: some of the customers are asked every month, 0 to 10."""
    days = world.days
    accounts = np.unique(world.lines["account"].to_numpy())
    months = np.arange(days.start, days.end, 30)
    account, month = (grid.ravel() for grid in np.meshgrid(accounts, months))
    asked = mixed(account, month, 901) < 0.05
    account, month = account[asked], month[asked]
    day = month + (mixed(account, month, 902) * 28).astype(np.int64)
    is_unhappy = mixed(account, 903) < 0.15
    score = np.round(7 + 3 * mixed(account, month, 904) - 3 * is_unhappy).astype(np.int64)
    frame = pl.DataFrame({"day": day, "account": account, "score": score})
    frame = frame.filter(pl.col("day") <= days.end).sort("day", "account").with_row_index("number")
    return frame.select(
        code("number", "WJ").alias("答卷编号"),
        slashed(pl.col("day")).alias("答卷日期"),
        code("account", "K").alias("客户编号"),
        pl.col("score").alias("评分"),
    )


def daily_reports(world: World) -> pl.DataFrame:
    """日报.csv: most reps report on most working days, some of them after 17:00."""
    days, organisation = world.days, world.organisation
    first = days.end - 7 * _REPORT_WEEKS + 1
    parts = []
    for posting in organisation.postings:
        there = slice(
            days.position(max(posting.first, first)),
            days.position(min(posting.last, days.end) + 1),
        )
        day = days.calendar[there]
        rep = np.full(len(day), posting.rep, dtype=np.int64)
        parts.append(pl.DataFrame({"rep": rep, "day": day}))
    rows = pl.concat(parts).sort("day", "rep")
    rep, day = rows["rep"].to_numpy(), rows["day"].to_numpy()
    habit = 0.84 + 0.15 * mixed(rep, 911)
    # between 15:30 and 17:00, and for one in eight up to two hours later
    minute = 930 + 90 * mixed(rep, day, 912) + 120 * (mixed(rep, day, 913) < 0.12)
    rows = rows.with_columns(pl.Series("minute", minute.astype(np.int64)))
    rows = rows.filter(pl.Series(mixed(rep, day, 914) < habit))
    names = pl.Series("code", [organisation.code(each) for each in rows["rep"].to_list()])
    return rows.with_columns(names).select(
        pl.col("code").alias("工号"),
        slashed(pl.col("day")).alias("日报日期"),
        minutes(pl.col("day"), pl.col("minute")).alias("提交时间"),
    )


def shared_deals(world: World, contracts: pl.DataFrame) -> pl.DataFrame:
    """业绩分摊.csv: a colleague of the team gets 30 % of one contract in twenty-five."""
    organisation, days = world.organisation, world.days
    signed = contracts.filter(pl.col("签订日期").is_not_null())
    deals = signed["合同编号"].str.slice(2).cast(pl.Int64).to_numpy() - 1
    signed = signed.with_columns(pl.Series("deal", deals)).filter(
        pl.Series(mixed(deals, 921) < 0.04)
    )
    teams = dict(world.deals.select("deal", "team").iter_rows())
    when = signed["签订日期"].str.to_date("%Y/%m/%d").to_list()
    helpers = []
    for number, day, owner in zip(
        signed["deal"].to_list(), when, signed["负责人工号"].to_list(), strict=True
    ):
        there = organisation.working(teams[number], min(to_day(day), days.end))
        others = [organisation.code(rep) for rep in there if organisation.code(rep) != owner]
        helpers.append(others[number % len(others)] if others else None)
    return (
        signed.with_columns(pl.Series("helper", helpers))
        .filter(pl.col("helper").is_not_null())
        .select(
            pl.lit("合同").alias("单据类型"),
            pl.col("合同编号").alias("单据编号"),
            pl.col("helper").alias("分摊人工号"),
            pl.lit("30%").alias("分摊比例"),
        )
    )


def payment_plans(bills: pl.DataFrame) -> pl.DataFrame:
    """付款计划.csv: large orders are paid in instalments; the last takes what is left."""
    large = bills.filter((pl.col("kind") == "销售") & (pl.col("gross_cents") >= _LARGE_CENTS))
    spent = pl.lit(0, pl.Int64)
    parts = []
    for number, (name, percent, after) in enumerate(_INSTALMENTS):
        is_last = number == len(_INSTALMENTS) - 1
        cents = pl.col("gross_cents") - spent if is_last else pl.col("gross_cents") * percent // 100
        spent += pl.col("gross_cents") * percent // 100
        parts.append(
            large.select(
                pl.concat_str("document", pl.lit(f"-{number + 1}")).alias("计划编号"),
                pl.col("document").alias("订单编号"),
                code("account", "K").alias("客户编号"),
                pl.lit(name).alias("款项"),
                slashed(pl.col("day") + after).alias("应收日期"),
                ten_thousands(cents).alias("应收金额（万元）"),
            )
        )
    return pl.concat(parts).sort("计划编号")


def with_terms(contracts: pl.DataFrame) -> pl.DataFrame:
    """Add to 合同.csv when the service contracts among them run, and which one each renews."""
    signed = pl.col("签订日期").str.to_date("%Y/%m/%d", strict=False)
    numbers = contracts["合同编号"].str.slice(2).cast(pl.Int64).to_numpy()
    is_service = pl.Series("is_service", mixed(numbers, 931) < 0.3)
    rows = contracts.with_columns(is_service, signed.alias("from")).with_columns(
        pl.when("is_service").then(pl.col("from")).alias("from"),
        pl.when("is_service").then(pl.col("from").dt.offset_by("1y")).alias("to"),
    )
    later = rows.select("客户编号", "合同编号", pl.col("签订日期"), signed.alias("on"))
    renewed = (
        rows.filter(pl.col("to").is_not_null())
        .select("客户编号", "to", pl.col("合同编号").alias("renewed"))
        .join(later, on="客户编号")
        .filter(
            pl.col("on").is_between(
                pl.col("to").dt.offset_by("-60d"), pl.col("to").dt.offset_by("60d")
            )
            & (pl.col("合同编号") != pl.col("renewed"))
        )
        .sort("on", "合同编号", "renewed")
        .unique("renewed", keep="first", maintain_order=True)
        .unique("合同编号", keep="first", maintain_order=True)
        .select("合同编号", "renewed")
    )
    return rows.join(renewed, on="合同编号", how="left", maintain_order="left").select(
        *contracts.columns,
        pl.col("from").dt.strftime("%Y/%-m/%-d").alias("服务开始日期"),
        pl.col("to").dt.strftime("%Y/%-m/%-d").alias("服务到期日"),
        pl.col("renewed").alias("续签原合同"),
    )


def market_size(world: World) -> Sheet:
    """市场规模.csv: what all suppliers sell in a region, by year."""
    last = to_date(world.days.end).year
    rows = []
    for year in range(_FIRST_MARKET_YEAR, last + 1):
        for region in REGIONS:
            sales = sum(team.sales for team in TEAMS if team.region == region) * world.scale
            size = sales / _MARKET_SHARE[region] * _MARKET_GROWTH ** (year - last)
            rows.append((region, f"{year}/1/1", f"{year}/12/31", round(size * 100)))
    names = ("大区", "开始日期", "结束日期", "市场规模（万元）")
    return sheet(pl.DataFrame(rows, schema=names, orient="row"))


def web_numbers(world: World) -> Sheet:
    """网站数据.csv: visits and enquiries a day of the two channels that live online."""
    days = world.days
    day: IntArray = np.arange(days.end - 7 * _FEED_WEEKS + 1, days.end + 1)
    # another seed has other people, and so other numbers
    seed = sum(map(ord, "".join(world.organisation.names)))
    parts = []
    for channel, base in (("线上商城", 1250), ("短视频直播", 2100)):
        number = CHANNELS.index(channel)
        week = np.where((day + 3) % 7 >= 5, 0.7, 1.0)
        growth = 1.15 ** ((day - days.end) / 365.25)
        visits = base * week * growth * (0.85 + 0.3 * mixed(day, number, seed, 941))
        enquiries = visits * (0.021 + 0.006 * mixed(day, number, seed, 942)) / (1 + number / 10)
        parts.append(
            pl.DataFrame(
                {
                    "day": day,
                    "渠道": [channel] * len(day),
                    "访问量": visits.astype(np.int64),
                    "咨询量": enquiries.astype(np.int64),
                }
            )
        )
    rows = pl.concat(parts).sort("day", "渠道")
    return sheet(rows.select(slashed(pl.col("day")).alias("日期"), "渠道", "访问量", "咨询量"))
