"""Why a model gives no number: a state of its own, never a value that looks like one."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What stands against a model on this data."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_REPEAT_PURCHASES = "no_repeat_purchases"
    NO_LOSSES = "no_losses"
    NOBODY_LEAVES = "nobody_leaves"
    NOT_CONVERGED = "not_converged"
    NOT_IDENTIFIED = "not_identified"
    FREQUENCY_AND_VALUE_CORRELATED = "correlation_of_frequency_and_value"
    MEAN_VALUE_UNDEFINED = "mean_value_undefined"
    DOES_NOT_FORECAST = "does_not_forecast"


@dataclass(frozen=True)
class Refusal:
    """A model that was not fitted, or whose fit may not be used, and the figures that say so."""

    model: str
    reason: Reason
    detail: str
    """中文 / English, with the figure found and the limit it broke."""
    log_likelihood: float = -math.inf
    """Highest reached, where a fit was begun."""


@dataclass(frozen=True)
class FitLimits:
    """What a fit must reach before its numbers are shown."""

    customers: int = 100
    """Fewer customers than this are too few."""
    repeat_customers: int = 30
    """Fewer customers with a second purchase (or a lost contract) than this are too few."""
    fitted_customers: int = 20_000
    """Models are fitted to at most so many customers, an even sample of all of them.

    The standard errors of that many are far below what the choice of the model leaves open.
    """
    log_error: float = 1.5
    """Largest standard error of a parameter's logarithm.

    Beyond it the 95 % interval spans a factor of 19 to either side: the data do not tell which
    parameters hold.
    """
    correlation: float = 0.3
    """Largest correlation of frequency and mean value: Gamma-Gamma takes them as independent."""
    forecast_error: float = 0.25
    """Largest error of the purchases forecast for a period held out, as a share of the actual."""


def too_few(model: str, kind: tuple[str, str], found: int, needed: int) -> Refusal:
    """Refuse for a count: `kind` names in Chinese and in English what was counted."""
    chinese, english = kind
    return Refusal(
        model,
        Reason.TOO_FEW_CUSTOMERS,
        f"{chinese}只有 {found} 个，至少需要 {needed} 个 / "
        f"only {found} {english}, at least {needed} are needed",
    )
