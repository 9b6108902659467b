"""The first reading of a notice's page: one date, nothing else of the visit."""

from __future__ import annotations

from datetime import date

from django.db import connection

# Not waited for until it lies on the disk: thousands may read at once, and a crash loses a date or two.
NOTE = """UPDATE notifications_delivery SET first_read_on = %s
    WHERE id = %s AND first_read_on IS NULL AND set_config('synchronous_commit', 'off', true) = 'off'"""


def note_reading(delivery_id: int, *, on: date) -> None:
    """Keep the day of the first reading. No record entry: what affected people do is not ours to chain."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [on, delivery_id])
