"""The printed report: notation of what was played under the melody, and plots."""

from handmidi.report.page import Progress, ReportDetails
from handmidi.report.write import write_report

__all__ = ["Progress", "ReportDetails", "write_report"]
