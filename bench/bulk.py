"""Writing millions of rows at once: triggers, foreign keys, indexes and durability rest meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

RESTING: Final = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'8GB'"}


@contextmanager
def loading(tables: Iterable[str]) -> Iterator[Any]:
    """A cursor to write rows with. What triggers keep is the writer's to write; indexes are built once at the end."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        _server(cursor, {name: f"= {value}" for name, value in RESTING.items()})
        cursor.execute("SET maintenance_work_mem = '256MB'")
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            again = [_without_indexes(cursor, table) for table in tables]
            yield cursor
            for statement in (one for statements in again for one in statements):
                cursor.execute(statement)
        cursor.execute("VACUUM (ANALYZE)")
        _server(cursor, dict.fromkeys(RESTING, "TO DEFAULT"))
        cursor.execute("CHECKPOINT")


def _server(cursor: Any, told: dict[str, str]) -> None:
    for name, value in told.items():
        cursor.execute(f"ALTER SYSTEM {'RESET ' + name if value == 'TO DEFAULT' else f'SET {name} {value}'}")
    cursor.execute("SELECT pg_reload_conf()")


def _without_indexes(cursor: Any, table: str) -> list[str]:
    """Take a table's indexes away, but for its key; returns what brings them back."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    unique = dict(cursor.fetchall())
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)",
        [table],
    )
    indexes = dict(cursor.fetchall())
    for name in unique:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    return [
        *(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {how}' for name, how in unique.items()),
        *indexes.values(),
    ]
