"""What customers are worth (D-14): the wiring of the models, refusals, CAC."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from tests.transforms.builders import Row, facts
from tests.transforms.customers.builders import AS_OF, base, sale
from transforms.customers.rules import CustomerRules
from transforms.customers.worth import Worth, customer_worth

THIS_YEAR = date(2026, 6, 1)


def worth(
    sales: Sequence[Row], accounts: Sequence[Row], rules: CustomerRules, **given: Sequence[Row]
) -> Worth:
    made = base(sales, accounts, rules)
    known = facts(sale=sales, **given)
    return customer_worth(made, known, made.at(AS_OF), AS_OF)


def test_d14_a_model_refuses_where_n_is_small() -> None:
    found = worth([sale("A", THIS_YEAR), sale("A", AS_OF)], [], CustomerRules())
    model = found.model.row(0, named=True)
    assert (model["model"], model["state"]) == ("BG/NBD + Gamma-Gamma", "refused")
    assert model["reason"] == "too_few_customers"
    assert "0" in model["detail"]
    assert "100" in model["detail"]
    assert (model["total_value"], model["new_customer_value"], model["ltv_cac"]) == (None,) * 3
    assert found.values.is_empty()


def test_d14_a_budget_of_100_wan_for_500_new_customers_is_a_cac_of_2000() -> None:
    """Domain §8."""
    sales = [sale(f"K{n}", THIS_YEAR) for n in range(500)]
    old = [sale("old", date(2024, 1, 1)), sale("old", THIS_YEAR)]
    spend = [
        {"campaign": "a", "occurred_on": THIS_YEAR, "amount": Decimal(600_000)},
        {"campaign": "b", "occurred_on": AS_OF, "amount": Decimal(400_000)},
        {"campaign": "before", "occurred_on": date(2025, 1, 1), "amount": Decimal(7)},
    ]
    model = worth([*sales, *old], [], CustomerRules(), spend=spend).model.row(0, named=True)
    assert (model["acquisition_spend"], model["new_customers"]) == (Decimal(1_000_000), 500)
    assert model["cac"] == 2000


def test_d14_no_spend_on_record_is_no_data() -> None:
    model = worth([sale("A", THIS_YEAR)], [], CustomerRules()).model.row(0, named=True)
    assert (model["acquisition_spend"], model["cac"]) == (None, None)


def test_d14_the_model_may_be_switched_off() -> None:
    found = worth([sale("A", THIS_YEAR)], [], CustomerRules(lifetime_model="none"))
    assert found.model.is_empty()
    assert found.values.is_empty()


def contracts(seed: int) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
    """1500 customers under yearly contracts of 100; lapses are beta (0.668, 3.806)."""
    rng = np.random.default_rng(seed)
    sales: list[Row] = []
    accounts: list[Row] = []
    signed: list[Row] = []
    for number in range(1500):
        name, start = f"K{number:04}", AS_OF - timedelta(days=int(rng.integers(60, 2900)))
        years = min(int(rng.geometric(max(rng.beta(0.668, 3.806), 0.01))), 30)
        end = start + timedelta(days=365 * years - 10)
        accounts.append({"account_id": name, "lost_on": end if end <= AS_OF else None})
        signed.append({"account_id": name, "occurred_on": start})
        sales.append(sale(name, min(end, AS_OF) - timedelta(days=30), 100))
    return sales, accounts, signed


def test_d14_customers_under_contract_are_valued_by_sbg() -> None:
    sales, accounts, signed = contracts(1)
    rules = CustomerRules(lifetime_model="contracts", monthly_discount_rate=Decimal(0))
    found = worth(sales, accounts, rules, signed_contract=signed)
    model = found.model.row(0, named=True)
    assert (model["model"], model["state"], model["reason"]) == ("sBG", "ok", None)
    gone = {row["account_id"] for row in accounts if row["lost_on"]}
    assert gone.isdisjoint(found.values["account_id"])
    assert model["customers"] == 1500 - len(gone)
    # the first year and three renewals, by the survival of the published parameters
    mean = model["new_customer_value"] / (1 + 0.851 + 0.747 + 0.670)
    assert mean == pytest.approx(100, rel=0.08)
    assert model["total_value"] == pytest.approx(found.values["lifetime_value"].sum())
