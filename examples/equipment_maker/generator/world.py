"""The whole invented company before it is written down."""

from dataclasses import dataclass

import polars as pl

from generator.customers import Customers, make_customers, with_prospects
from generator.days import Days
from generator.leads import make_leads
from generator.orders import deal_lines, repeat_lines
from generator.organisation import Organisation, organise
from generator.pipeline import make_deals, with_leads
from generator.products import Products, make_products
from generator.randomness import streams
from generator.stages import make_proposals
from generator.visits import make_visits


@dataclass(frozen=True)
class World:
    """What happened; stories turn one world into another."""

    days: Days
    scale: float
    organisation: Organisation
    products: Products
    customers: Customers
    leads: pl.DataFrame
    deals: pl.DataFrame
    proposals: pl.DataFrame
    visits: pl.DataFrame
    lines: pl.DataFrame


def make_world(seed: int, days: Days, scale: float) -> World:
    """Simulate the company without any story; the same arguments give the same world."""
    rng = streams(seed, days.end)
    organisation = organise(rng["organisation"], days)
    products = make_products(rng["products"], days)
    customers = make_customers(rng["customers"], days, scale)
    leads = make_leads(rng["leads"], days, organisation, scale)
    deals = with_leads(make_deals(rng["deals"], days, customers, scale), leads, customers)
    customers = with_prospects(rng["customers"], customers, deals)
    lines = pl.concat(
        [
            repeat_lines(rng["orders"], days, customers, products, scale),
            deal_lines(days, deals, products),
        ]
    )
    return World(
        days=days,
        scale=scale,
        organisation=organisation,
        products=products,
        customers=customers,
        leads=leads,
        deals=deals,
        proposals=make_proposals(rng["deals"], deals, days.past),
        visits=make_visits(rng["visits"], days, customers, organisation, scale),
        lines=lines,
    )
