"""The pipeline over time: the bridge from opening to closing, win rates."""

from transforms.pipeline.bridge import Opening, pipeline_bridge
from transforms.pipeline.win_rate import win_rates

__all__ = ["Opening", "pipeline_bridge", "win_rates"]
