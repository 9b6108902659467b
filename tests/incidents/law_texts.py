"""Rows as an earlier text of the law wrote them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from incidents.models import Obligation


def put_otherwise(row: Obligation, change: Callable[[dict[str, Any]], None]) -> None:
    """As if the row had been written under an earlier text of its rule."""
    change(row.rule)
    Obligation.objects.filter(pk=row.pk).update(rule=row.rule, rule_version="start/earlier-text")
