"""The check of a notice's text: what law asks of it, what people can read, and what could harm them."""

from notifications.lint.finding import Checked, Finding, Place, Reading, Report, Served
from notifications.lint.report import lint

__all__ = ["Checked", "Finding", "Place", "Reading", "Report", "Served", "lint"]
