"""Order lines: repeat orders that replenish what a customer uses up, and deliveries of won deals.

A line has order (a number that stays the same whatever else is planted), line_number, stream,
team, account, deal (-1 for repeat orders), position, channel, line, product, quantity,
price_cents and net_cents.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.customers import Customers
from generator.days import Days, to_date
from generator.organisation import Organisation
from generator.products import PRICE_RISE, Products
from generator.profile import LINES, TEAMS
from generator.randomness import FloatArray, IntArray, mixed, normal, whole

REPEAT, DEAL = 0, 1
WORKDAYS_A_YEAR: Final = 250
_DEAL_ORDERS: Final = 10**9
_PARTS: Final = {
    "known": (0.3, 0.2, 0.2, 0.15, 0.15),
    "new": (0.7, 0.3, 0.0, 0.0, 0.0),
    "small": (1.0, 0.0, 0.0, 0.0, 0.0),
}
"""Deliveries of a deal, eight working days apart: known or new customer, or a small deal."""
_SMALL: Final = 25_000
_STEADY: Final = 0.6
"""Customers larger than this call off their orders every week, on the same day."""


def prices(
    products: Products, days: Days, product: IntArray, account: IntArray, position: IntArray
) -> IntArray:
    """Price of one in cents: list price of the calendar year less the customer's discount."""
    years = np.array([to_date(int(day)).year for day in days.calendar])
    age = years[min(days.past, len(years) - 1)] - years[position]
    discount = 0.86 + 0.14 * mixed(account, 401)
    cents = np.round(100 * products.list_prices[product] * discount / PRICE_RISE**age)
    return np.asarray(cents, dtype=np.int64)


def _product(line: IntArray, account: IntArray, turn: IntArray) -> IntArray:
    """A customer's product of a line: mostly its first choice, now and then its second."""
    sizes = np.array([len(spec.products) for spec in LINES])
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    choice = (mixed(account, line, turn, 402) > 0.7).astype(np.int64)
    return np.asarray(
        offsets[line] + np.floor(mixed(account, line, choice, 403) * sizes[line]), dtype=np.int64
    )


def _repeat_orders(
    rng: Generator, days: Days, customers: Customers, scale: float
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Give account, turn, position and net amount in RMB of every repeat order."""
    past = days.past
    gap = np.clip(13 / customers.weights**0.6, 12, 34)
    is_steady = customers.weights > _STEADY
    gap[is_steady] = 5
    loose = np.where(is_steady, 0.0, 0.25)[:, None]
    turns = past // 5 + 2
    steps = gap[:, None] * (1 - loose + 2 * loose * rng.random((customers.size, turns)))
    steps[:, 0] *= rng.random(customers.size)
    at = np.floor(customers.starts[:, None] + np.cumsum(steps, axis=1)).astype(np.int64)
    there = (at < past) & (at < customers.ends[:, None])
    before = np.concatenate([np.minimum(customers.starts, past)[:, None] - 1, at[:, :-1]], axis=1)
    amount = np.zeros(at.shape)
    for number, team in enumerate(TEAMS):
        mine = customers.teams == number
        change = np.zeros(past + 1)
        np.add.at(change, np.minimum(customers.starts[mine], past), customers.weights[mine])
        np.add.at(change, np.minimum(customers.ends[mine], past), -customers.weights[mine])
        weight = np.cumsum(change)[:past]
        daily = team.sales * 1e6 * scale * (1 - team.deal_share) / WORKDAYS_A_YEAR
        used = np.concatenate([[0.0], np.cumsum(daily * days.sales_index[:past] / weight)])
        now, last = np.minimum(at[mine] + 1, past), np.minimum(before[mine] + 1, past)
        amount[mine] = customers.weights[mine][:, None] * (used[now] - used[last])
    account, turn = np.nonzero(there)
    return account, turn, at[there], amount[there]


def repeat_lines(
    rng: Generator, days: Days, customers: Customers, products: Products, scale: float
) -> pl.DataFrame:
    """Lines of the repeat orders: an order brings some of each line that the customer buys."""
    account, turn, position, amount = _repeat_orders(rng, days, customers, scale)
    growth = np.array([spec.growth for spec in LINES])
    share = customers.lines[account] * np.exp(growth * days.growth[position][:, None])
    share /= share.sum(axis=1, keepdims=True)
    row, line = np.nonzero(share)
    spread = np.exp(0.12 * normal(rng.random(len(row))))
    account, turn, position = account[row], turn[row], position[row]
    product = _product(line, account, turn)
    price = prices(products, days, product, account, position)
    quantity = whole(amount[row] * share[row, line] * spread * 100 / price, rng.random(len(row)))
    frame = pl.DataFrame(
        {
            "order": account * 1000 + turn,
            "stream": np.full(len(row), REPEAT),
            "team": customers.teams[account],
            "account": account,
            "deal": np.full(len(row), -1),
            "position": position,
            "channel": customers.channels[account],
            "line": line,
            "product": product,
            "quantity": quantity,
            "price_cents": price,
        }
    )
    return _numbered(frame)


def deal_lines(days: Days, deals: pl.DataFrame, products: Products) -> pl.DataFrame:
    """Lines of the deliveries of won deals; depends on the deals alone."""
    is_small = pl.col("amount") < _SMALL
    known = pl.when("is_new").then(pl.lit("new")).otherwise(pl.lit("known"))
    kind = pl.when(is_small).then(pl.lit("small")).otherwise(known)
    won = deals.filter("is_won").with_columns(kind.alias("kind"))
    parts = []
    for turn in range(5):
        for kind_name, shares in _PARTS.items():
            some = won.filter((pl.col("kind") == kind_name) & (shares[turn] > 0))
            number = some["deal"].to_numpy()
            wait = 1 + 8 * turn + (mixed(number, turn, 501) * 3).astype(np.int64)
            for place, weight in enumerate((0.6, 0.4)):
                account, line = some["account"].to_numpy(), some["line"].to_numpy()
                position = np.minimum(some["closed"].to_numpy() + wait, len(days.calendar) - 1)
                product = _product(line, account, number * 2 + place)
                price = prices(products, days, product, account, position)
                amount = some["amount"].to_numpy() * shares[turn] * weight * 100
                quantity = whole(amount / price, mixed(number, turn, place, 502))
                quantity = np.maximum(quantity, int(turn == place == 0))
                parts.append(
                    some.select("team", "account", "deal", "channel", "line").with_columns(
                        pl.Series("order", _DEAL_ORDERS + number * 10 + turn),
                        pl.lit(DEAL, pl.Int64).alias("stream"),
                        pl.Series("position", position),
                        pl.Series("product", product),
                        pl.Series("quantity", quantity),
                        pl.Series("price_cents", price),
                    )
                )
    return _numbered(pl.concat(parts).filter(pl.col("position") < days.past))


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """Drop empty lines, add line_number and net_cents, put the columns in their order."""
    return (
        lines.filter(pl.col("quantity") > 0)
        .sort("order", "line", "product")
        .with_columns(
            pl.int_range(pl.len()).over("order").add(1).alias("line_number"),
            (pl.col("quantity") * pl.col("price_cents")).alias("net_cents"),
        )
        .select(
            "order",
            "line_number",
            "stream",
            "team",
            "account",
            "deal",
            "position",
            "channel",
            "line",
            "product",
            "quantity",
            "price_cents",
            "net_cents",
        )
    )


def documents(lines: pl.DataFrame, days: Days, organisation: Organisation) -> pl.DataFrame:
    """Sales with their returns and cancellations as documents of their own, up to the end (D-30).

    Adds kind, document (its printed number), day, rep and tax_cents; amounts of documents that
    take sales back are negative.
    """
    order, place = lines["order"].to_numpy(), lines["line_number"].to_numpy()
    fate = mixed(order, place, 601)
    wait = mixed(order, 602)
    sales = lines.with_columns(pl.lit("销售").alias("kind"))
    backs = []
    for kind, low, high, delays in (("退货", 0.0, 0.012, (5, 20)), ("取消", 0.012, 0.017, (1, 3))):
        hit = (fate >= low) & (fate < high)
        later = delays[0] + (wait[hit] * (delays[1] - delays[0])).astype(np.int64)
        backs.append(
            lines.filter(pl.Series(hit)).with_columns(
                pl.lit(kind).alias("kind"),
                pl.col("position") + pl.Series(later),
                -pl.col("quantity"),
                -pl.col("net_cents"),
            )
        )
    every = pl.concat([sales, *backs]).filter(pl.col("position") < days.past)
    day = days.on(every["position"].to_numpy())
    reps = organisation.reps_of(every["team"].to_numpy(), every["account"].to_numpy(), day)
    prefix = pl.col("kind").replace_strict({"销售": "SO", "退货": "TH", "取消": "QX"})
    is_deal = pl.col("order") >= _DEAL_ORDERS
    inside = pl.when(is_deal).then(pl.col("order") - _DEAL_ORDERS).otherwise(pl.col("order"))
    letter = pl.when(is_deal).then(pl.lit("D")).otherwise(pl.lit("R"))
    number = inside.cast(pl.String).str.zfill(8)
    tax = (pl.col("net_cents").abs() * 13 + 50) // 100 * pl.col("net_cents").sign()
    return (
        every.with_columns(
            pl.Series("day", day),
            pl.Series("rep", reps),
            pl.concat_str(prefix, letter, number).alias("document"),
            tax.alias("tax_cents"),
        )
        .filter(pl.col("day") >= days.start)
        .sort("day", "document", "line_number")
    )
