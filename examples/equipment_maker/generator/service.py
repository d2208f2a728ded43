"""After the sale: how much customers use their machines, what they complain of, what CRM notes say.

A few large customers are about to turn away: they use less, complain, and doubt the renewal.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.cells import code, slashed
from generator.randomness import BoolArray, FloatArray, IntArray
from generator.world import World

_WEEKS: Final = 70
_TURNING: Final = 6
"""Customers who turn away, and for how many weeks they have."""
_TURNING_WEEKS: Final = 4
_SUBJECTS: Final = ("设备故障", "交付延期", "安装调试", "备件缺货", "服务响应慢", "开票问题")
_SEVERITY: Final = ("一般", "较重", "严重")
_INTENTIONS: Final = ("高", "中", "低")
_DEVICES: Final = ("主线", "包装线", "检测线")


@dataclass(frozen=True)
class Service:
    """Notes on accounts, by number; and the rows of the two exports."""

    notes: pl.DataFrame
    complaints: pl.DataFrame
    usage: pl.DataFrame


def make_service(rng: Generator, world: World) -> Service:
    """Make all of it from one stream of its own; customers who have left use nothing."""
    buys = _buys(world)
    turning = _turning(rng, world, buys)
    return Service(
        _notes(rng, world, buys, turning),
        _complaints(rng, world, buys, turning),
        _usage(rng, world, buys, turning),
    )


def _buys(world: World) -> BoolArray:
    """Customers with a running business at the end: orders in the last 120 working days."""
    recent = world.lines.filter(pl.col("position") >= world.days.past - 120)
    found = np.zeros(world.customers.size, dtype=bool)
    found[recent["account"].unique().to_numpy()] = True
    return found


def _turning(rng: Generator, world: World, buys: BoolArray) -> IntArray:
    large = np.flatnonzero(buys & (world.customers.weights > 1) & ~world.customers.is_new)
    return np.sort(rng.choice(large, min(_TURNING, len(large)), replace=False))


def _notes(rng: Generator, world: World, buys: BoolArray, turning: IntArray) -> pl.DataFrame:
    size = world.customers.size
    weight = np.clip(world.customers.weights, 0.1, 4)
    complexity = np.clip(np.round(1 + weight + rng.normal(0, 0.9, size)), 1, 5).astype(int)
    chain = np.clip(np.round(1.5 + 0.8 * complexity + rng.normal(0, 1, size)), 1, 8).astype(int)
    intention = rng.choice(3, size, p=[0.55, 0.35, 0.10])
    intention[turning] = 2
    is_noted = buys & (rng.random(size) < 0.8)
    is_noted[turning] = True
    by_hand = np.full(size, -1)
    large = np.flatnonzero(buys & (world.customers.weights > 0.8))
    by_hand[rng.choice(large, min(4, len(large)), replace=False)] = 0
    has_need = rng.random(size) < 0.85
    return pl.DataFrame(
        {
            "account": np.arange(size, dtype=np.int64),
            "需求复杂度": [
                str(v) if has else None for v, has in zip(complexity, has_need, strict=True)
            ],
            "决策链长度": [str(v) if has else None for v, has in zip(chain, has_need, strict=True)],
            "指定客户类型": ["战略型" if v == 0 else None for v in by_hand],
            "续约意向": [
                _INTENTIONS[v] if has else None for v, has in zip(intention, is_noted, strict=True)
            ],
        },
        schema_overrides={"指定客户类型": pl.String},
    )


def _complaints(rng: Generator, world: World, buys: BoolArray, turning: IntArray) -> pl.DataFrame:
    """客户投诉.csv: about two in five customers a year, and three each from those who turn away."""
    days, customers = world.days, np.flatnonzero(buys)
    size = round(len(customers) * 0.8)
    account = np.concatenate([rng.choice(customers, size), np.repeat(turning, 3)])
    day = np.concatenate(
        [
            rng.integers(days.end - 730, days.end - 30, size),
            days.end - rng.integers(3, 7 * _TURNING_WEEKS - 1, 3 * len(turning)),
        ]
    )
    closed = day + rng.integers(1, 25, len(day))
    frame = pl.DataFrame(
        {
            "account": account,
            "day": day,
            "closed": closed,
            "投诉类型": rng.choice(np.array(_SUBJECTS), len(day)),
            "严重程度": rng.choice(np.array(_SEVERITY), len(day), p=[0.7, 0.22, 0.08]),
        }
    ).sort("day", "account", "closed")
    is_closed = pl.col("closed") <= days.end
    return frame.with_row_index("complaint").select(
        code("complaint", "TS").alias("投诉编号"),
        code("account", "K").alias("客户编号"),
        slashed(pl.col("day")).alias("投诉日期"),
        "投诉类型",
        "严重程度",
        pl.when(is_closed).then(slashed(pl.col("closed"))).alias("办结日期"),
    )


def _usage(rng: Generator, world: World, buys: BoolArray, turning: IntArray) -> pl.DataFrame:
    """设备运行记录.csv: running hours a week of the machines that report them."""
    reporting = buys & ~world.customers.is_new & (rng.random(world.customers.size) < 0.6)
    reporting[turning] = True
    account = np.flatnonzero(reporting)
    level: FloatArray = 20 + 60 * rng.random(len(account))
    hours = level[:, None] * np.exp(0.08 * rng.standard_normal((len(account), _WEEKS)))
    is_turning = np.isin(account, turning)
    hours[is_turning, -_TURNING_WEEKS:] *= 0.05
    device = rng.integers(len(_DEVICES), size=len(account))
    ends = world.days.end - 7 * np.arange(_WEEKS - 1, -1, -1)
    frame = pl.DataFrame(
        {
            "account": np.repeat(account, _WEEKS),
            "day": np.tile(ends, len(account)),
            "device": np.repeat(np.array(_DEVICES)[device], _WEEKS),
            "hours": np.round(hours.ravel(), 1),
        }
    )
    return frame.sort("day", "account").select(
        code("account", "K").alias("客户编号"),
        pl.col("device").alias("设备"),
        slashed(pl.col("day")).alias("周末日期"),
        pl.col("hours").cast(pl.String).alias("运行小时"),
    )
