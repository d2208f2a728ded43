"""The two lights (D-15): exact at their edges, and never a false red."""

from decimal import Decimal
from fractions import Fraction

import pytest

from transforms.catalogue import Better
from transforms.exact import Quotient, fraction
from transforms.lights import Light, baseline_light, deviation, plan_light, worse
from transforms.parameters import Lights

STANDARD = Lights()


def share(actual: str, reference: str, better: Better = "up") -> Quotient | None:
    return deviation(fraction(Decimal(actual), 1), fraction(Decimal(reference), 1), better)


@pytest.mark.parametrize(
    ("actual", "due", "better", "light"),
    [
        pytest.param("540", "500", "up", "green", id="108 %"),
        pytest.param("500", "500", "up", "green", id="exactly on plan"),
        pytest.param("499.99", "500", "up", "yellow", id="a cent below"),
        pytest.param("0.9", "1", "up", "yellow", id="exactly -10 %"),
        pytest.param("0.899999", "1", "up", "red", id="just below -10 %"),
        pytest.param("28", "30", "up", "yellow", id="93 %"),
        pytest.param("18", "30", "up", "red", id="60 %"),
        pytest.param("11", "10", "down", "yellow", id="down is better: +10 % is -10 %"),
        pytest.param("9", "10", "down", "green", id="down is better"),
        pytest.param("-9", "-10", "up", "green", id="a smaller loss"),
        pytest.param("5", "0", "up", "grey", id="nothing due"),
        pytest.param("10.1", "10", "set", "yellow", id="to be met: above"),
    ],
)
def test_light_against_plan(actual: str, due: str, better: Better, light: Light) -> None:
    assert plan_light(share(actual, due, better), STANDARD) == light


@pytest.mark.parametrize(
    ("actual", "usual", "light"),
    [
        pytest.param("0.12", "0.15", "red", id="12 % against 15 %: exactly -20 %"),
        pytest.param("0.120001", "0.15", "yellow", id="just above -20 %"),
        pytest.param("0.9", "1", "yellow", id="exactly -10 %"),
        pytest.param("0.900001", "1", "green", id="just above -10 %"),
        pytest.param("1.1", "1", "green", id="better"),
    ],
)
def test_light_against_baseline(actual: str, usual: str, light: Light) -> None:
    assert baseline_light(share(actual, usual), STANDARD) == light


def test_thirds_are_exact_too() -> None:
    third, reference = Fraction(1, 3), Fraction(5, 12)
    found = deviation(third, reference, "up")
    assert found is not None
    assert Fraction(*found) == Fraction(-1, 5)
    assert baseline_light(found, STANDARD) == "red"


def test_missing_sides_are_grey() -> None:
    assert deviation(None, Fraction(1), "up") is None
    assert deviation(Fraction(1), None, "up") is None
    assert baseline_light(None, STANDARD) == "grey"


@pytest.mark.parametrize(
    ("lights", "expected"),
    [
        pytest.param(["red", "green"], "red", id="red"),
        pytest.param(["green", "yellow"], "yellow", id="yellow"),
        pytest.param(["grey", "green"], "green", id="grey gives way"),
        pytest.param(["grey", "grey"], "grey", id="both grey"),
    ],
)
def test_the_worse_light_is_shown(lights: list[Light], expected: Light) -> None:
    assert worse(lights) == expected
