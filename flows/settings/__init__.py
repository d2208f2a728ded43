"""Typed, frozen settings: one model per concern, read once at the edge."""

from flows.settings.company import CompanySettings
from flows.settings.metric import MetricSettings
from flows.settings.source import SourceSettings

__all__ = ["CompanySettings", "MetricSettings", "SourceSettings"]
