"""What kind of company it is: teams, product lines, channels, segments and their sizes."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from generator.randomness import FloatArray

CHANNELS: Final = (
    "直销",
    "经销商",
    "线上商城",
    "行业联盟",
    "展会",
    "转介绍",
    "搜索推广",
    "短视频直播",
)
QUALIFICATION: Final = np.array([0.70, 0.60, 0.50, 0.60, 0.55, 0.72, 0.45, 0.40])
"""Share of a channel's leads that are qualified."""
SEGMENTS: Final = ("初创", "成长型", "集团", "政企")
WIN: Final = np.array([0.12, 0.22, 0.28, 0.26])
"""Probability that a deal of the segment is won."""
SEGMENT_SIZE: Final = np.array([0.5, 0.9, 1.3, 1.2])
"""Deal size of the segment against the team's mean."""
DEAL_SHARE: Final = 0.21
"""Share of sales that comes from deals; the rest are repeat orders."""


@dataclass(frozen=True)
class Line:
    """One product line."""

    name: str
    life_cycle_stage: str
    products: tuple[str, ...]
    prices: tuple[float, float]
    margin: float
    growth: float
    """Growth of its share a year, as a logarithm."""
    share: float
    """Share of sales at the end."""


LINES: Final = (
    Line(
        "新能源装备",
        "导入",
        ("电芯模组线", "储能集装单元", "极片输送臂", "电池包夹具", "换电对位台", "化成柜"),
        (2600, 9800),
        0.28,
        0.35,
        0.10,
    ),
    Line(
        "智能检测",
        "成长",
        ("视觉检测仪", "激光测距头", "在线称重", "X光异物机", "尺寸量规", "缺陷相机", "读码站"),
        (1800, 6800),
        0.38,
        0.18,
        0.18,
    ),
    Line(
        "输送系统",
        "成熟",
        ("皮带机", "滚筒线", "链板机", "提升机", "分拣模块", "转弯机", "积放辊", "伸缩机"),
        (900, 4200),
        0.30,
        0.0,
        0.24,
    ),
    Line(
        "包装机械",
        "成熟",
        ("封箱机", "裹包机", "贴标机", "装盒机", "捆扎机", "码垛机", "灌装头"),
        (800, 3800),
        0.31,
        0.0,
        0.22,
    ),
    Line(
        "备件耗材",
        "成熟",
        ("轴承组", "传感器", "同步带", "密封件", "伺服驱动", "气缸", "润滑包", "控制板"),
        (60, 480),
        0.45,
        0.0,
        0.20,
    ),
    Line(
        "老款机型",
        "衰退",
        ("L1 封口机", "L2 输送台", "L3 称重台", "L5 捆包机"),
        (700, 2600),
        0.18,
        -0.25,
        0.06,
    ),
)
LINE_NAMES: Final = tuple(line.name for line in LINES)
_LINE_MIX: Final = np.array([line.share for line in LINES])
_CHANNEL_MIX: Final = np.array([0.20, 0.16, 0.12, 0.08, 0.12, 0.10, 0.13, 0.09])
_SEGMENT_MIX: Final = np.array([0.15, 0.40, 0.27, 0.18])


@dataclass(frozen=True)
class Team:
    """One sales team; money in million RMB a year at the end."""

    name: str
    region: str
    manager: str
    sales: float
    seats: int = 5
    leads: float = 48.0
    """Leads a week."""
    deals: float = 11.0
    """Opportunities a week."""
    new_share: float = 0.15
    """Share of opportunities that come from leads, not from customers."""
    lines: dict[str, float] = field(default_factory=dict)
    """Shares of product lines that differ from the company's."""
    channels: dict[str, float] = field(default_factory=dict)
    """Shares of lead channels that differ from the company's."""
    segments: tuple[float, ...] = ()
    """Shares of segments, where they differ."""
    deal_share: float = DEAL_SHARE
    """Share of its sales that comes from deals."""
    orders_through: str = "直销"
    """Channel of most of its orders."""

    @property
    def line_mix(self) -> FloatArray:
        """Share of each product line."""
        return _with(LINE_NAMES, _LINE_MIX, self.lines)

    @property
    def channel_mix(self) -> FloatArray:
        """Share of each channel in the leads."""
        return _with(CHANNELS, _CHANNEL_MIX, self.channels)

    @property
    def segment_mix(self) -> FloatArray:
        """Share of each segment in the opportunities."""
        return np.array(self.segments) if self.segments else _SEGMENT_MIX

    @property
    def deal_size(self) -> float:
        """Mean net value of a won deal in RMB at the end, so that deals make up their share."""
        won = self.deals * 52 * float(self.segment_mix @ WIN)
        return self.sales * 1e6 * self.deal_share / won


TEAMS: Final = (
    Team("华东一部", "华东", "陈立群", 52, deals=13),
    Team("华东二部", "华东", "沈嘉禾", 44, channels={"行业联盟": 0.52}),
    Team("华东三部", "华东", "陆文韬", 40),
    Team("华南一部", "华南", "黄志远", 46, deals=12, lines={"输送系统": 0.55}),
    Team("华南二部", "华南", "梁思敏", 38),
    Team("华北部", "华北", "赵国栋", 44),
    Team("华中部", "华中", "胡建平", 36, deals=10, new_share=0.60),
    Team("西南部", "西部", "杨晓川", 32, seats=4, deals=9),
    Team("西北部", "西部", "马振华", 30, seats=4, deals=9, lines={"包装机械": 0.90}),
    Team("大客户部", "华北", "周启航", 62, seats=6, deals=10, segments=(0.02, 0.28, 0.45, 0.25)),
    Team("经销商部", "华中", "吴海涛", 48, deals=11, orders_through="经销商"),
    Team(
        "线上部",
        "华东",
        "林若曦",
        28,
        seats=8,
        leads=72,
        deals=160,
        new_share=0.08,
        segments=(0.58, 0.20, 0.12, 0.10),
        deal_share=0.35,
        orders_through="线上商城",
    ),
)
REGIONS: Final = ("华东", "华南", "华北", "华中", "西部")
DIRECTOR: Final = "许明哲"


def _with(names: tuple[str, ...], base: FloatArray, changed: dict[str, float]) -> FloatArray:
    """Replace some shares and scale the others so that all make 1."""
    fixed = np.array([changed.get(name, -1.0) for name in names])
    others = np.where(fixed < 0, base, 0.0)
    return np.where(fixed < 0, others * (1 - sum(changed.values())) / others.sum(), fixed)
