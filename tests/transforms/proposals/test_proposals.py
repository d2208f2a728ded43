"""Proposals only where the data support them (D-20)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.proposals import ProposalRules, channel_verdict, lead_quality, next_target

RULES = ProposalRules()


def number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize(
    ("target", "trend", "team", "verdict", "value"),
    [
        pytest.param(540, 572, 550, "raise", 550, id="D-20: 540 → 550"),
        pytest.param(540, "545.4", 600, "keep", None, id="exactly the margin is near enough"),
        pytest.param(540, "545.5", 600, "raise", 545, id="beyond the margin, rounded down"),
        pytest.param(540, 400, 600, "keep", None, id="past and team do not agree"),
        pytest.param(540, 400, 500, "lower", 500, id="both below: the higher of the two"),
        pytest.param(540, None, 600, "no_data", None, id="no trend"),
        pytest.param(540, 600, None, "no_data", None, id="no capacity"),
        pytest.param(0, 600, 600, "no_data", None, id="no target to speak of"),
        pytest.param("0.15", "0.18567", "0.19", "raise", "0.185", id="a rate keeps three digits"),
    ],
)
def test_d20_next_target(
    target: object, trend: object, team: object, verdict: str, value: object
) -> None:
    planned = number(target)
    assert planned is not None
    found = next_target(planned, number(trend), number(team), RULES)
    assert (found.verdict, found.value) == (verdict, number(value))


def test_nobody_is_asked_for_a_tenth_of_a_customer() -> None:
    sides = (Decimal(36), Decimal("22.8"), Decimal("34.6"))
    assert next_target(*sides, RULES, is_whole=True) == ("lower", Decimal(35))
    assert next_target(*sides, RULES) == ("lower", Decimal("34.6"))
    near = (Decimal(5), Decimal("5.6"), Decimal("5.9"))
    assert next_target(*near, RULES, is_whole=True) == ("keep", None)


@pytest.mark.parametrize(
    ("returned", "quality", "verdict"),
    [
        pytest.param(500, "better", "explain", id="it pays, but something is wrong in it"),
        pytest.param(500, "worse", "explain", id="and its leads are poor"),
        pytest.param(50, "same", "keep", id="no more of it was to be proposed"),
        pytest.param(-1, "same", "pause", id="it does not pay"),
    ],
)
def test_d20_no_more_of_a_channel_with_an_open_question(
    returned: int, quality: str, verdict: str
) -> None:
    given = Decimal(returned), Decimal(100), Decimal(20), RULES, quality
    assert channel_verdict(*given, is_questioned=True) == verdict


@pytest.mark.parametrize(
    ("returned", "spend", "customers", "verdict"),
    [
        pytest.param(100, 100, 10, "grow", id="exactly the threshold counts"),
        pytest.param("99.99", 100, 10, "keep", id="just below"),
        pytest.param(0, 100, 10, "keep", id="spend came back exactly"),
        pytest.param("-0.01", 100, 10, "pause", id="not quite"),
        pytest.param(-100, 100, 9, "too_few_cases", id="too few customers for any verdict"),
        pytest.param(100, 0, 10, "no_spend", id="nothing spent"),
        pytest.param(None, 100, 10, "no_data", id="no margin known"),
        pytest.param(100, 100, None, "no_data", id="no customers known"),
    ],
)
def test_d20_a_verdict_per_channel(
    returned: object, spend: object, customers: object, verdict: str
) -> None:
    sides = (number(returned), number(spend), number(customers))
    assert channel_verdict(*sides, RULES) == verdict


def test_more_of_a_channel_with_poor_leads_is_not_proposed() -> None:
    sides = (Decimal(200), Decimal(100), Decimal(50))
    assert channel_verdict(*sides, RULES, "worse") == "improve"
    assert channel_verdict(*sides, RULES, "too_few_cases") == "grow"


@pytest.mark.parametrize(
    ("own", "whole", "verdict"),
    [
        pytest.param((20, 100), (220, 500), "worse", id="20 % against 50 %"),
        pytest.param((80, 100), (280, 500), "better", id="80 % against 50 %"),
        pytest.param((45, 100), (245, 500), "same", id="within chance"),
        pytest.param((4800, 10000), (29800, 60000), "same", id="beyond chance, under the margin"),
        pytest.param((0, 29), (200, 500), "too_few_cases", id="few leads"),
        pytest.param((200, 480), (208, 500), "too_few_cases", id="few others"),
        pytest.param((0, 100), (0, 500), "no_data", id="nobody marks leads"),
        pytest.param((None, 100), (200, 500), "no_data", id="no data"),
    ],
)
def test_d20_lead_quality_by_source(
    own: tuple[object, object], whole: tuple[object, object], verdict: str
) -> None:
    sides = [number(each) for each in (*own, *whole)]
    assert lead_quality(sides[0], sides[1], sides[2], sides[3], RULES) == verdict


MONEY = st.decimals(min_value=1, max_value=10**9, places=2)


@given(MONEY, MONEY, MONEY)
def test_a_proposed_target_lies_between_plan_and_evidence(
    target: Decimal, trend: Decimal, team: Decimal
) -> None:
    found = next_target(target, trend, team, RULES)
    if found.verdict == "raise":
        assert found.value is not None
        assert target < found.value <= min(trend, team)
    elif found.verdict == "lower":
        assert found.value is not None
        assert max(trend, team) <= found.value < target
    else:
        assert found.value is None
