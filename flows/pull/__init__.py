"""Fetching exports from where they lie into the inbox, each only once; docs/pulling-exports.md."""

from flows.pull.run import Pulled, PullReport, pull

__all__ = ["PullReport", "Pulled", "pull"]
