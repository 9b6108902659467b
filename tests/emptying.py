"""After a test that committed: empty the tables it filled, instead of all of them.

Django truncates every table and makes its own rows (content types, permissions, groups) anew, which costs more than
many a test. What a test leaves is the same here; where that cannot be shown cheaply, Django's own way is taken.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction
from django.test import TransactionTestCase

MANY: Final = 1_000  # dead rows that a later test should not have to wade through
_truncate: Final = TransactionTestCase._fixture_teardown
GUARDED: Final = "audit_auditevent", "audit_reason", "audit_streamhead", "audit_anchor", "audit_anchoredhead"
_own: dict[str, tuple[int, str]] = {}


def install() -> None:
    """Begin, with the database as a migration leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:  # a server of the caller's own: we only own our tables there
            TransactionTestCase._fixture_teardown = _flush  # type: ignore[method-assign]
            return
        _own.update({table: stamp(cursor, table) for table in filled(cursor)})
    TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign]


def _flush(case: Any) -> None:
    """Django's own way; the record lets itself be truncated by nobody, so its guards step aside."""
    for word in ("DISABLE", "ENABLE"):
        with connection.cursor() as cursor:
            for table in GUARDED:
                cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")
        if word == "DISABLE":
            _truncate(case)


def empty(case: Any) -> None:
    """As Django's own: only what a migration leaves is there afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        # As TRUNCATE would: whoever still writes comes to an end first.
        cursor.execute(f"LOCK TABLE {', '.join(tables())} IN SHARE ROW EXCLUSIVE MODE")
        found = filled(cursor)
        same = all(table in found and stamp(cursor, table) == before for table, before in _own.items())
        many = delete(cursor, found - _own.keys()) if same else []
    if not same:
        _flush(case)
        with connection.cursor() as cursor:
            _own.update({table: stamp(cursor, table) for table in filled(cursor)})
    with connection.cursor() as cursor:
        for table in many:
            cursor.execute(f"VACUUM {table}")


def tables() -> list[str]:
    """Every table that Django would truncate."""
    names = connection.introspection.django_table_names(only_existing=False, include_views=False)
    return [connection.ops.quote_name(name) for name in names]


def filled(cursor: Any) -> set[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (TABLE {name})" for name in tables()))
    return {name for (name,) in cursor}


def stamp(cursor: Any, table: str) -> tuple[int, str]:
    """Differs once a row came, went or was written again."""
    cursor.execute(
        f"SELECT count(*), md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)) FROM {table}"
    )
    return cursor.fetchone()


def delete(cursor: Any, chosen: set[str]) -> list[str]:
    """Empty these; returns those with many dead rows. As all go that refer to each other, no key is left dangling."""
    cursor.execute(
        "SET LOCAL session_replication_role = replica"
    )  # neither foreign keys nor append-only triggers
    many = []
    for table in sorted(chosen):
        cursor.execute(f"DELETE FROM {table}")
        if cursor.rowcount > MANY:
            many.append(table)
    return many
