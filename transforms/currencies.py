"""What currencies are called in Chinese and English, and what an amount in one of them is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

NAMES: Final = {
    "RMB": "CNY",
    "人民币": "CNY",
    "人民币元": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "港币": "HKD",
    "港元": "HKD",
    "新台币": "TWD",
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "HK$": "HKD",
}
"""How exports write a currency instead of its ISO 4217 code."""

DOLLARS: Final = frozenset(["USD", "CAD", "AUD", "HKD", "SGD", "NZD", "TWD"])
"""Currencies whose sign is $ at home."""

_ALSO: Final = {
    **NAMES,
    "YUAN": "CNY",
    "RENMINBI": "CNY",
    "US DOLLARS": "USD",
    "US DOLLAR": "USD",
    "EUROS": "EUR",
    "EURO": "EUR",
    "POUNDS": "GBP",
    "POUND": "GBP",
    "YEN": "JPY",
    "HK DOLLARS": "HKD",
    "HONG KONG DOLLARS": "HKD",
    "澳元": "AUD",
    "加元": "CAD",
    "新加坡元": "SGD",
    "新元": "SGD",
    "韩元": "KRW",
    "瑞士法郎": "CHF",
}
"""What people write in a sentence."""

_AT_HOME: Final = {
    "元": (("CNY", "TWD", "HKD", "MOP"), "CNY"),
    "$": (tuple(sorted(DOLLARS)), "USD"),
    "DOLLARS": (tuple(sorted(DOLLARS)), "USD"),
    "DOLLAR": (tuple(sorted(DOLLARS)), "USD"),
    "¥": (("CNY", "JPY"), None),
    "￥": (("CNY", "JPY"), None),
}
"""A word of several currencies to these, and to the one it is for a company that has none of them.

¥ alone may be 元 or 円 for anybody else; it is not guessed.
"""


@dataclass(frozen=True)
class Money:
    """The company's currency, and what others are worth in it."""

    own: str
    """ISO 4217."""
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of the own currency for one of another."""

    def currency(self, word: str) -> str | None:
        """The ISO 4217 code of a word or sign in any case; None where it is no currency.

        A code is one if it is the company's, or has a name or a rate.

        >>> money = Money("CNY", {"VND": Decimal("0.0003")})
        >>> [money.currency(word) for word in ("元", "美元", "us$", "vnd", "$", "条")]
        ['CNY', 'USD', 'USD', 'VND', 'USD', None]
        >>> Money("AUD").currency("$")
        'AUD'
        """
        plain = word.upper()
        if plain in _AT_HOME:
            several, else_ = _AT_HOME[plain]
            return self.own if self.own in several else else_
        named = _ALSO.get(plain, plain)
        return named if named in {self.own, *_ALSO.values(), *self.rates} else None

    def worth(self, currency: str) -> Decimal | None:
        """What one of a currency is worth in the company's; None without a rate.

        >>> Money("CNY", {"USD": Decimal("7.1")}).worth("USD"), Money("CNY").worth("USD")
        (Decimal('7.1'), None)
        """
        return Decimal(1) if currency == self.own else self.rates.get(currency)


def money_on(day: date, own: str, rates: pl.DataFrame) -> Money:
    """The company's currency with the rates that hold on a day, the newest of each currency.

    `rates` are `ExchangeRate` rows.
    """
    holding = rates.filter(pl.col("to_currency") == own, pl.col("valid_from") <= day)
    newest = holding.sort("valid_from").unique("currency", keep="last")
    return Money(own, dict(newest.sort("currency").select("currency", "rate").iter_rows()))
