"""Process against result (D-19): lagged correlations, and rules about effort without result."""

from transforms.relations.checks import RULES, process_checks
from transforms.relations.process_result import process_results

__all__ = ["RULES", "process_checks", "process_results"]
