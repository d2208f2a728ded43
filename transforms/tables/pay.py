"""Pay (D-24): core tables that only those who may see pay ever read."""

import dataframely as dy

from transforms.tables import columns as c


class Wage(dy.Schema):
    """One row per person and the day from which a monthly wage holds."""

    rep_id = c.key("Rep number or name")
    valid_from = c.day("First day the wage holds", primary_key=True)
    monthly_wage = c.money("Wage of a month", required=True)
    currency = c.text("Currency; empty: the reporting currency")
