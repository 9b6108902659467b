"""The long incident: two thousand acts, five hundred action items, five hundred files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

REFERENCE: Final = "INC-B1GB-1GB1"
ACTS: Final = 2_000
ITEMS: Final = 500
FILES: Final = 500


def write(model: Any) -> None:
    """Made by the product's commands where one is enough, its many rows copied from those; all triggers fire."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from incidents import commands

    by, now = User.objects.get(email="lead0@lantern.example"), timezone.now()
    incident = commands.open_incident(by=by, title="The long one", now=now - timedelta(days=9))
    type(incident).objects.filter(pk=incident.pk).update(reference=REFERENCE)
    incident.refresh_from_db()
    facts = [
        commands.FactInput(key, "known", value, "log")
        for key, value in (("encrypted", False), ("access", True), ("elements", ["email", "name"]))
    ]
    commands.set_facts(incident, facts=facts, by=by, now=now)
    counts = [commands.CountInput(place, ("email", "name"), 400) for place in ("IE", "US-CA", "BR")]
    commands.record_counts(incident, counts=counts, basis="estimate", source="log", by=by, now=now)
    commands.confirm_breach(
        incident, aware_at=now - timedelta(days=2), zone="UTC", reasoning="We saw it.", by=by, now=now
    )
    content = b"2026-11-20T12:00:00Z GET /contacts 200\n"
    commands.add_evidence(incident, [content], name="app.log", size=len(content), by=by, now=now)
    with connection.cursor() as cursor:
        _acts(cursor, incident, model)
        _items(cursor, incident, model)
        _files(cursor, incident)


def _acts(cursor: Any, incident: Any, model: Any) -> None:
    cursor.execute(
        "INSERT INTO audit_auditevent (stream, sequence, at, verb, actor_id, actor_label, subject_type, subject_id, "
        "subject_label, details, reason_hash, previous_hash, hash) SELECT %s, 0, now() - n * interval '6 minutes', verb, actor_id + n %% 5, "
        "'Person ' || n %% 5, subject_type, subject_id, subject_label, details, ''::bytea, ''::bytea, ''::bytea FROM "
        "generate_series(1, %s) n JOIN (SELECT *, row_number() OVER () - 1 AS place, count(*) OVER () AS number FROM audit_auditevent "
        "WHERE stream = %s) act ON act.place = n %% act.number",
        [incident.stream, ACTS, model.stream],
    )


def _items(cursor: Any, incident: Any, model: Any) -> None:
    from incidents.models import ActionItem

    told = {
        "incident_id": "%(incident)s",
        "title": "model.title || ' ' || n",
        "due_at": "now() + (n - 100) * interval '1 hour'",
        "status": "CASE WHEN n %% 3 = 0 THEN 'done' WHEN n %% 3 = 1 THEN 'in_progress' ELSE 'not_started' END",
        "settled_at": "CASE WHEN n %% 3 = 0 THEN now() END",
    }
    names, chosen = _columns(ActionItem, told)
    cursor.execute(
        f"INSERT INTO incidents_actionitem ({names}) SELECT {chosen} FROM generate_series(1, %(number)s) n JOIN "
        "(SELECT *, row_number() OVER () - 1 AS place FROM incidents_actionitem WHERE incident_id = %(model)s) model "
        "ON model.place = n %% 3",
        {"incident": incident.pk, "number": ITEMS, "model": model.pk},
    )


def _files(cursor: Any, incident: Any) -> None:
    """Rows of files that all lie where the first one does; nothing here opens one."""
    from incidents.models import Evidence, StoredFile

    stored, chosen = _columns(
        StoredFile, {"folder": "model.folder || n", "name": "n || model.name", "sha256": "encode(sha256(n::text::bytea), 'hex')"}
    )  # fmt: skip
    evidence, told = _columns(
        Evidence, {"reference": "'EVD-' || to_char(n, 'FM0000000')", "title": "model.title || ' ' || n", "file_id": "stored.id"}
    )  # fmt: skip
    cursor.execute(
        f"WITH model AS (SELECT * FROM incidents_evidence WHERE incident_id = %(incident)s), stored AS ("
        f"INSERT INTO incidents_storedfile ({stored}) SELECT {chosen} FROM generate_series(2, %(number)s) n CROSS JOIN "
        "(SELECT * FROM incidents_storedfile WHERE id = (SELECT file_id FROM model)) model RETURNING id) "
        f"INSERT INTO incidents_evidence ({evidence}) SELECT {told} FROM "
        "(SELECT id, row_number() OVER () AS n FROM stored) stored CROSS JOIN model",
        {"incident": incident.pk, "number": FILES},
    )


def _columns(model: Any, told: dict[str, str]) -> tuple[str, str]:
    """Names of a table's columns, and what is chosen for each: told anew, or as in the row called `model`."""
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    return ", ".join(f'"{one}"' for one in names), ", ".join(told.get(one, f'model."{one}"') for one in names)
