"""Where a month and a quarter will end: from open deals and the run rate, tested on the past."""

from transforms.forecast.forecasts import forecasts

__all__ = ["forecasts"]
