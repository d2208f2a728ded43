"""From an export file to versioned core tables: archive, journal, load, findings."""

from flows.ingest.check import check
from flows.ingest.rebuild import rebuild
from flows.ingest.report import CheckReport, FileCheck, IngestReport
from flows.ingest.run import ingest

__all__ = ["CheckReport", "FileCheck", "IngestReport", "check", "ingest", "rebuild"]
