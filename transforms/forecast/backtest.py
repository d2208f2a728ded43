"""What a rule is worth: its errors at the same point of past periods, and an interval from them.

The interval is that of split conformal prediction (Vovk et al. 2005; Lei et al. 2018): the
⌈(n + 1) · 80 %⌉-th smallest of n past relative errors, so that with errors that are exchangeable it
holds at least 80 % of the outcomes, whatever their distribution. Four errors are the fewest that
allow it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, nan
from typing import Final

import numpy as np

from transforms.forecast.calendar import FloatArray

LEVEL: Final = Decimal("0.80")
FEWEST: Final = 4
"""Past periods without which there is no forecast."""


@dataclass(frozen=True)
class Tested:
    """One rule at the same point of past periods, all measured on the same ones."""

    rule: str
    periods: int
    weighted_error: float | None
    """Σ |forecast − actual| ÷ Σ |actual|."""
    mean_error: float | None
    """Mean of |forecast − actual| ÷ |actual|."""
    covered: int
    intervals: int
    """Periods that had an interval from the errors before them, and of them those it held."""


def reach(errors: FloatArray) -> float | None:
    """Half the width of the interval as a share of the forecast; None below four errors.

    >>> import numpy as np
    >>> reach(np.array([0.02, 0.10, 0.05, 0.01]))
    0.1
    """
    known = np.sort(errors[np.isfinite(errors)])
    if len(known) < FEWEST:
        return None
    place = ceil((len(known) + 1) * LEVEL)
    return float(known[min(place, len(known)) - 1])


def relative_errors(forecast: FloatArray, actual: FloatArray) -> FloatArray:
    """|actual − forecast| ÷ |forecast|; nan where the forecast is 0 or unknown."""
    size = np.abs(forecast)
    return np.divide(np.abs(actual - forecast), size, out=np.full_like(size, nan), where=size > 0)


def comparable(forecasts: Mapping[str, FloatArray], actual: FloatArray) -> list[int]:
    """Places of the past origins at which every rule has a forecast."""
    known = np.isfinite(np.array(list(forecasts.values()))).all(axis=0) & np.isfinite(actual)
    known[0] = False
    return [int(place) for place in np.flatnonzero(known)]


def measured(rule: str, forecast: FloatArray, actual: FloatArray, places: Sequence[int]) -> Tested:
    """Measure a rule at the given origins; arrays run newest first, the first is the present."""
    errors = np.abs(forecast - actual)[list(places)]
    size = np.abs(actual)[list(places)]
    relative = relative_errors(forecast, actual)
    covered = intervals = 0
    for place in places:
        half = reach(relative[place + 1 :])
        if half is not None:
            intervals += 1
            covered += bool(relative[place] <= half)
    is_counted = size > 0
    return Tested(
        rule,
        len(places),
        float(errors.sum() / size.sum()) if size.sum() > 0 else None,
        float((errors[is_counted] / size[is_counted]).mean()) if is_counted.any() else None,
        covered,
        intervals,
    )
