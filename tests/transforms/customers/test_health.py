"""Customer health (D-13): inputs, coverage, falls."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.builders import Row
from tests.transforms.customers.builders import AS_OF, base, record, sale
from transforms.customers.health import customer_health
from transforms.customers.health_inputs import (
    order_trend,
    payment_delay,
    satisfaction,
    survey_scores,
    usage_frequency,
)
from transforms.customers.rules import CustomerRules

RULES = CustomerRules()


def weeks(account: str, uses: dict[int, float]) -> Sequence[Row]:
    """Use by week, counted back from the as-of date."""
    return [
        {
            "account_id": account,
            "product": "-",
            "used_on": AS_OF - timedelta(weeks=back),
            "uses": Decimal(str(amount)),
        }
        for back, amount in uses.items()
    ]


@pytest.mark.parametrize(
    ("uses", "score"),
    [
        pytest.param(dict.fromkeys(range(65), 10), 1.0, id="as ever"),
        pytest.param(
            {n: 5 if n < 13 else 10 for n in range(65)}, 0.5, id="half of the year before"
        ),
        pytest.param({n: 20 if n < 13 else 10 for n in range(65)}, 1.0, id="more is no better"),
        pytest.param(dict.fromkeys(range(13, 65), 10), 0.0, id="stopped"),
        pytest.param(dict.fromkeys(range(20), 10), None, id="too short to compare"),
        pytest.param(dict.fromkeys(range(13), 10), None, id="nothing before"),
        pytest.param({}, None, id="never recorded"),
    ],
)
def test_d13_usage_is_held_against_the_customers_own_year(
    uses: dict[int, float], score: float | None
) -> None:
    found = usage_frequency(record("usage", weeks("K", uses)), AS_OF, RULES)["usage"].to_list()
    assert found == ([] if score is None else [pytest.approx(score, abs=0.02)])


SURVEY = pl.Schema({"account_id": pl.String(), "surveyed_on": pl.Date(), "share": pl.Float64()})


@pytest.mark.parametrize(
    ("surveys", "complaints", "score"),
    [
        pytest.param([0.8, 0.6], [], 0.7, id="mean of the answers"),
        pytest.param([0.8], [10], 0.55, id="a complaint takes 0.25 off"),
        pytest.param([], [10, 20], 0.5, id="complaints without a survey"),
        pytest.param([], [100], 1.0, id="an old complaint is heard, and over"),
        pytest.param([], [1, 2, 3, 4, 5], 0.0, id="not below 0"),
        pytest.param([], [], None, id="silence is not satisfaction"),
    ],
)
def test_d13_satisfaction_is_surveys_less_complaints(
    surveys: list[float], complaints: list[int], score: float | None
) -> None:
    answers = [("K", AS_OF - timedelta(days=30), share) for share in surveys]
    said = [
        {"complaint_id": f"{n}", "account_id": "K", "complained_on": AS_OF - timedelta(days=n)}
        for n in complaints
    ]
    asked = pl.DataFrame(answers, schema=SURVEY, orient="row")
    found = satisfaction(asked, record("complaint", said), AS_OF, RULES)["satisfaction"].to_list()
    assert found == ([] if score is None else [pytest.approx(score)])


def test_survey_scores_are_shares_of_their_scale() -> None:
    answers = pl.DataFrame(
        {
            "account_id": ["K", None],
            "answered_on": [AS_OF, AS_OF],
            "score": [Decimal(4), Decimal(5)],
        }
    )
    rules = CustomerRules(survey_worst=Decimal(1), survey_best=Decimal(5))
    assert survey_scores({"satisfaction": answers}, rules)["share"].to_list() == [0.75]
    assert survey_scores({}, rules).schema == SURVEY


@pytest.mark.parametrize(
    ("paid", "score"),
    [
        pytest.param([(-5, 100)], 1.0, id="early is on time"),
        pytest.param([(30, 100)], 0.5, id="30 of 60 days late"),
        pytest.param([(0, 50), (30, 50)], 0.75, id="weighted by amount"),
        pytest.param([], 0.0, id="unpaid since 60 days"),
        pytest.param([(0, 50)], 0.5, id="half unpaid since 60 days"),
    ],
)
def test_d13_payment_delay(paid: list[tuple[int, int]], score: float) -> None:
    due = AS_OF - timedelta(days=60)
    bill = {
        "invoice_id": "F",
        "account_id": "K",
        "invoiced_on": due,
        "due_on": due,
        "gross_amount": Decimal(100),
    }
    later = bill | {"invoice_id": "not due", "due_on": AS_OF + timedelta(days=1)}
    receipts = [
        {
            "payment_id": f"{n}",
            "invoice_id": "F",
            "paid_on": due + timedelta(days=late),
            "amount": Decimal(amount),
        }
        for n, (late, amount) in enumerate(paid)
    ]
    found = payment_delay(
        record("invoice", [bill, later]), record("payment", receipts), AS_OF, RULES
    )
    assert found["payment"].to_list() == [pytest.approx(score)]


@pytest.mark.parametrize(
    ("now", "before", "score"),
    [
        pytest.param(80, 100, 0.8, id="a fifth less than a year ago"),
        pytest.param(120, 100, 1.0, id="growth is no better than 1"),
        pytest.param(-5, 100, 0.0, id="returns alone"),
        pytest.param(80, 0, None, id="nothing a year ago"),
    ],
)
def test_d13_order_trend(now: int, before: int, score: float | None) -> None:
    known = base([sale("K", AS_OF, now), sale("K", date(2025, 11, 22), before)])
    found = order_trend(known.days, AS_OF)["trend"].to_list()
    assert found == ([] if score is None else [pytest.approx(score)])


def health(
    accounts: Sequence[Row], rules: CustomerRules = RULES, **tables: Sequence[Row]
) -> pl.DataFrame:
    """Every customer bought 100 now and a year ago."""
    names = [row["account_id"] for row in accounts]
    sales = [sale(n, day) for n in names for day in (AS_OF, date(2025, 11, 1))]
    made = base(sales, accounts, rules)
    records = {
        name: record(name, tables.get(name, ()))
        for name in ("usage", "complaint", "invoice", "payment")
    } | {"account": made.accounts}
    surveys = survey_scores({}, rules)
    return customer_health(made.at(AS_OF), records, surveys, made.days, AS_OF, rules)


def test_d13_missing_inputs_lower_the_coverage_and_never_count_as_zero() -> None:
    """Renewal 1.0 and trend 1.0 of five inputs: health 1, coverage 40 %, grey."""
    found = health([{"account_id": "K", "renewal_intention": "high"}]).row(0, named=True)
    assert (found["health"], found["coverage"], found["light"]) == (1.0, 0.4, "grey")
    assert (found["usage"], found["is_warning"]) == (None, False)


@pytest.mark.parametrize(
    ("intention", "light"),
    [
        pytest.param("high", "green", id="green"),
        pytest.param("low", "yellow", id="0 and 1 and 1: two thirds"),
    ],
)
def test_d13_half_of_the_weight_is_coverage_enough(intention: str, light: str) -> None:
    accounts = [{"account_id": "K", "renewal_intention": intention}]
    used = weeks("K", dict.fromkeys(range(69), 10))
    found = health(accounts, usage=used).row(0, named=True)
    assert (found["coverage"], found["light"]) == (0.6, light)


def test_d13_weights_are_a_setting() -> None:
    weights = dict.fromkeys(RULES.health_weights, Decimal(0)) | {
        "renewal": Decimal(3),
        "trend": Decimal(1),
    }
    accounts = [{"account_id": "K", "renewal_intention": "low"}]
    found = health(accounts, CustomerRules(health_weights=weights)).row(0, named=True)
    assert (found["health"], found["coverage"], found["light"]) == (0.25, 1.0, "red")


@pytest.mark.parametrize(
    ("quiet", "complaints", "cause", "proposal"),
    [
        pytest.param(0, 0, None, None, id="steady"),
        pytest.param(2, 0, None, None, id="a small fall is no warning"),
        pytest.param(0, 3, "satisfaction", "service_package", id="complaints"),
        pytest.param(4, 1, "usage", "service_package", id="use and a complaint"),
    ],
)
def test_d13_a_falling_health_warns_and_proposes(
    quiet: int, complaints: int, cause: str | None, proposal: str | None
) -> None:
    used = weeks("K", {n: 0 if n < quiet else 10 for n in range(69)})
    said = [
        {"complaint_id": f"{n}", "account_id": "K", "complained_on": AS_OF - timedelta(days=n)}
        for n in range(1, complaints + 1)
    ] + [{"complaint_id": "old", "account_id": "K", "complained_on": date(2026, 5, 1)}]
    accounts = [{"account_id": "K", "renewal_intention": "medium"}]
    found = health(accounts, usage=used, complaint=said).row(0, named=True)
    assert found["is_warning"] == (proposal is not None)
    assert found["proposal"] == proposal
    if proposal:
        assert found["cause"] == cause


def test_d13_late_payment_proposes_a_renewal_offer() -> None:
    due = AS_OF - timedelta(days=27)
    bill = {"account_id": "K", "invoiced_on": due, "gross_amount": Decimal(100)}
    bills = [
        bill | {"invoice_id": "new", "due_on": due, "gross_amount": Decimal(1000)},
        bill | {"invoice_id": "old", "due_on": date(2026, 6, 1)},
    ]
    paid = [
        {
            "payment_id": "1",
            "invoice_id": "old",
            "paid_on": date(2026, 6, 1),
            "amount": Decimal(100),
        }
    ]
    accounts = [{"account_id": "K", "renewal_intention": "high"}]
    found = health(accounts, invoice=bills, payment=paid).row(0, named=True)
    assert (found["is_warning"], found["cause"]) == (True, "payment")
    assert found["proposal"] == "renewal_offer"


def test_d13_a_new_input_is_no_fall() -> None:
    """A first complaint has no value four weeks before: the fall leaves it out."""
    said = [{"complaint_id": "1", "account_id": "K", "complained_on": AS_OF}]
    accounts = [{"account_id": "K", "renewal_intention": "high"}]
    found = health(accounts, complaint=said).row(0, named=True)
    assert found["satisfaction"] == 0.75
    assert (found["change"], found["is_warning"]) == (0.0, False)


def test_lost_customers_and_prospects_have_no_health() -> None:
    lost = {"account_id": "gone", "lost_on": AS_OF}
    assert health([lost, {"account_id": "K"}])["account_id"].to_list() == ["K"]
