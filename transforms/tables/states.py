"""Why a figure has a value, or has none: the words every table uses."""

from typing import Final

STATES: Final = ("ok", "zero", "no_data", "too_few_cases", "not_due", "no_target")
