from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEvent


def run(*args: str) -> tuple[int, str, str]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("verify_record", *args, stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


def bend(sequence: int, stream: str) -> None:
    """Change an event as somebody with the database's owner rights could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE audit_auditevent SET actor_label = 'Nobody' WHERE stream = %s AND sequence = %s",
            [stream, sequence],
        )
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")


def test_an_untouched_record_holds(incident):
    code, out, _ = run()
    assert code == 0
    assert out.startswith(f"The record holds: {AuditEvent.objects.count()} events in ")


def test_one_incident_is_checked_alone(incident):
    code, out, _ = run("--incident", incident.reference.lower())
    assert code == 0
    assert (
        out
        == f"The record holds: {AuditEvent.objects.filter(stream=incident.stream).count()} events in 1 stream.\n"
    )


def test_the_first_broken_link_is_named(incident):
    bend(1, incident.stream)
    code, _, err = run()
    assert code == 1
    assert f"{incident.stream}: broken at event 1: was altered after it was written" in err


def test_a_break_elsewhere_does_not_fail_another_incident(incident, lead):
    bend(1, "organisation")
    assert run("--incident", incident.reference)[0] == 0
    assert run()[0] == 1


def test_an_unknown_incident_is_said_to_be_unknown(organisation):
    with pytest.raises(CommandError, match="no incident INC-0000-0000"):
        run("--incident", "INC-0000-0000")
