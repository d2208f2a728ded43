"""Names of invented people and companies."""

# ruff: noqa: SIM905 -- a list of words reads best as a line of words

from typing import Final

import numpy as np
from numpy.random import Generator

_SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
_GIVEN: Final = (
    "建国 志强 晓峰 丽华 海燕 文博 子涵 宇航 雪梅 俊杰 思远 嘉怡 明辉 国栋 晓燕 永强 佳琪 浩然 "
    "雨桐 志伟 春梅 一鸣 慧敏 少华 家豪 静怡 泽宇 秀英 鹏飞 梦洁 振宇 晓东 立新 玉兰 天佑 若溪 "
    "凯文 红梅 启明 书涵 向阳 诗琪 德胜 莉莉 博文 倩倩 光耀 晨曦 世杰 亚楠 学军 欣怡 汉文 彩霞"
).split()
_CITIES: Final = {
    "华东": "上海 苏州 无锡 杭州 宁波 南京 常州 合肥 嘉兴 南通".split(),
    "华南": "广州 深圳 东莞 佛山 中山 珠海 惠州 厦门 泉州 南宁".split(),
    "华北": "北京 天津 石家庄 济南 青岛 太原 唐山 烟台 潍坊 保定".split(),
    "华中": "武汉 长沙 郑州 南昌 襄阳 洛阳 株洲 宜昌 新乡 岳阳".split(),
    "西部": "成都 重庆 西安 昆明 贵阳 兰州 乌鲁木齐 绵阳 宝鸡 银川".split(),
}
_FIRST: Final = (
    "恒 瑞 华 鑫 泰 宏 金 德 天 博 远 创 盛 联 中 新 海 科 正 力 东 嘉 凯 精 信 和 润 星".split()
)
_SECOND: Final = (
    "泰 达 创 源 通 业 邦 成 辉 腾 顺 隆 捷 阳 丰 讯 方 锐 晟 科 诚 驰 昌 宇 祥 能".split()
)
INDUSTRIES: Final = ("食品饮料", "医药", "新能源", "电子", "物流", "日化", "汽车零部件", "化工")
_KINDS: Final = {
    "食品饮料": ("食品", "饮料", "乳业"),
    "医药": ("制药", "生物科技", "医疗器械"),
    "新能源": ("新能源", "储能科技", "光伏"),
    "电子": ("电子", "光电", "半导体"),
    "物流": ("物流", "供应链", "快运"),
    "日化": ("日化", "化妆品", "洗护"),
    "汽车零部件": ("汽车零部件", "精密机械", "模具"),
    "化工": ("化工", "涂料", "新材料"),
}


def person_names(rng: Generator, size: int, taken: tuple[str, ...]) -> list[str]:
    """Give distinct names of persons."""
    every = [surname + given for surname in _SURNAMES for given in _GIVEN]
    free = [name for name in every if name not in taken]
    return [free[int(i)] for i in rng.permutation(len(free))[:size]]


def company_names(rng: Generator, regions: list[str]) -> list[tuple[str, str, str]]:
    """Give distinct (name, city, industry) of companies, one per region given."""
    taken: set[str] = set()
    found = []
    draws = rng.integers(0, np.iinfo(np.int32).max, size=(len(regions), 5))
    for region, draw in zip(regions, draws.tolist(), strict=True):
        cities = _CITIES[region]
        city, industry = cities[draw[0] % len(cities)], INDUSTRIES[draw[1] % len(INDUSTRIES)]
        kinds = _KINDS[industry]
        number = draw[3]
        while True:
            word = _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST) % len(_SECOND)]
            name = f"{city}{word}{kinds[draw[2] % len(kinds)]}有限公司"
            if name not in taken:
                break
            number += 1
        taken.add(name)
        found.append((name, city, industry))
    return found
