"""The first reading of a notice's page: one date, nothing else of the visit."""

from __future__ import annotations

from datetime import date

from notifications.models import Delivery


def note_reading(delivery_id: int, *, on: date) -> None:
    """Keep the day of the first reading. No record entry: what affected people do is not ours to chain."""
    Delivery.objects.filter(pk=delivery_id, first_read_on=None).update(first_read_on=on)
