"""A house with a hundred thousand incidents: rows of the right kinds in truthful amounts, written by SQL.

Each kind is copied from one row that the product's own commands made, so a new column needs no word here. Triggers
and foreign keys rest while the rows are written; what triggers keep is written after.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bench import long
from bench.bulk import loading

LEADS, GUESTS, GUEST_GROUPS = 20, 22, 13
PLACES: Final = "ARRAY['IE','DE','FR','GB','US-CA','US-NY','US-TX','BR','JP','IS']"
# Weighted by how often each is named; `n` is the incident's number.
WORDS: Final = (
    "ARRAY['Contact','Profile','Message','Photo','Payment','Login','Advertiser','Support','Moderator','Supplier','Backup',"
    "'Location']",
    "ARRAY['export','import','list','archive','token','inbox','search','mirror','ticket','report','log']",
    "ARRAY['shared too widely','sent to the wrong person','read by a stranger','taken over','left on a train',"
    "'published by mistake','scraped','sold on a board','lost']",
)
TITLE: Final = (
    " || ' ' || ".join(
        f"({words})[1 + (n * {step} / {stride}) %% {size}]"
        for words, step, stride, size in zip(WORDS, (7, 5, 3), (1, 12, 131), (12, 11, 9), strict=True)
    )
    + " || CASE WHEN n %% 1000 = 7 THEN ' zebra' ELSE '' END"
)
OPEN: Final = "n %% 100 < 7"
STATUS: Final = (
    "CASE WHEN n %% 100 < 2 THEN 'open' WHEN n %% 100 < 4 THEN 'assessing' WHEN n %% 100 < 7 THEN 'confirmed' "
    "WHEN n %% 100 < 40 THEN 'dismissed' ELSE 'closed' END"
)
LEVEL: Final = "(ARRAY['low','low','medium','medium','medium','high','high','very_high'])[1 + n %% 8]"
LEAD: Final = "(SELECT min(id) FROM accounts_user) + n %% 20"
OPENED: Final = "now() - n * interval '17 minutes'"


def people() -> dict[str, Any]:
    """Fifty people in twenty groups; those who are measured by what they see."""
    from django.contrib.auth.models import Group

    from accounts import commands
    from accounts.models import Role
    from audit.events import SYSTEM

    commands.set_up_organisation(
        by=SYSTEM, name="Lantern", zone="Europe/Dublin", establishments=["IE", "US-CA"], main="IE", sectors=[],
        contact_name="Aoife Byrne", contact_email="privacy@lantern.example", contact_phone="+353 1 555 0100", address="Dublin",
    )  # fmt: skip

    def hire(name: str, *roles: Role) -> Any:
        return commands.add_user(by=SYSTEM, email=f"{name}@lantern.example", name=name.title(), roles=roles)

    leads = [hire(f"lead{number}", Role.LEAD) for number in range(LEADS)]
    others = [role for role in Role if role not in (Role.LEAD, Role.EMPLOYEE)]
    for number in range(8):
        hire(f"role{number}", others[number % len(others)])
    guests = [hire(f"guest{number}") for number in range(GUESTS)]
    for number in range(GUEST_GROUPS):
        group = Group.objects.create(name=f"guests {number}")
        group.user_set.add(*guests[number:-1:GUEST_GROUPS])  # the last is in none
    return {"lead": leads[0], "dense": guests[0], "sparse": guests[-1]}


def cookie(user: Any) -> str:
    """Of somebody who signed in with password and a second step."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.conf import settings
    from django.test import Client

    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time()} for method in ("password", "mfa")
    ]
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def incidents(first: int, last: int) -> None:
    """Write the incidents of these numbers and all that hangs on them; the first time the long one too."""
    from django.db import connection

    from incidents.models import Incident

    started = time.monotonic()
    model = _model()
    if not Incident.objects.filter(reference=long.REFERENCE).exists():
        long.write(model)  # before the others: they bring their numbers with them
    span = {"first": first, "last": last}
    with loading(one._meta.db_table for one in _hanging()) as cursor:
        _hang_on(cursor, model, span)
    with loading([Incident._meta.db_table]) as cursor:
        _incidents(cursor, model, span)
    with loading(["insights_searchentry"]) as cursor:
        cursor.execute("SELECT insights_search_fill()")
    with connection.cursor() as cursor:
        for table in (Incident._meta.db_table, *(one._meta.db_table for one in _hanging())):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
    print(f"{last - first + 1} incidents in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def _model() -> Any:
    """The incident that others are copied from, made by the product's own commands."""
    from django.utils import timezone

    from accounts.models import User
    from incidents import commands
    from incidents.models import Incident

    if found := Incident.objects.filter(title="The one that is copied").first():
        return found
    by, now = User.objects.get(email="lead0@lantern.example"), timezone.now()
    report = commands.file_report(
        door="staff",
        title="Told by staff",
        words="Somebody saw it.",
        reporter=by,
        now=now - timedelta(days=2),
    ).report
    incident = commands.promote_report(
        report, by=by, title="The one that is copied", reason="It is one.", now=now
    )
    commands.record_event_time(
        incident, kind="detected", at=now - timedelta(days=1), zone="UTC", source="log", by=by, now=now
    )
    facts = [
        commands.FactInput(key, "known", value, "log")
        for key, value in (
            ("encrypted", False),
            ("access", True),
            ("elements", ["email", "name"]),
            ("medium", "electronic"),
        )
    ]
    commands.set_facts(incident, facts=facts, by=by, now=now)
    commands.record_counts(
        incident,
        counts=[commands.CountInput("IE", ("email", "name"), 400)],
        basis="estimate",
        source="log",
        by=by,
        now=now,
    )
    commands.add_note(incident, text="Called the partner about the export.", privileged=False, by=by, now=now)
    give_work(incident, by, now)
    return incident


def give_work(incident: Any, by: Any, now: datetime) -> None:
    """Three items: of a person, of a role, of nobody."""
    from accounts.models import Role
    from incidents import commands

    lines = ["Find the log", "Read it", "Keep a copy"]
    for title, whose in (
        ("Close the way in", {"owner": by}),
        ("Ask the partner", {"role": Role.LEAD}),
        ("Look again", {}),
    ):
        commands.add_item(incident, title=title, what="As agreed.", due_at=now + timedelta(days=2), checklist=lines, by=by, now=now, **whose)  # fmt: skip


def _hanging() -> list[Any]:
    """The tables of what hangs on an incident."""
    from incidents import models as m

    return [
        m.Obligation, m.Fact, m.EventTime, m.AffectedCount, m.Note, m.Report, m.ActionItem, m.Assessment,
        m.IncidentGroupGrant, m.IncidentUserGrant,
    ]  # fmt: skip


def _incidents(cursor: Any, model: Any, span: Mapping[str, int]) -> None:
    """Last, for what triggers would have kept on them is counted from what hangs on them."""
    from incidents.models import Incident, standing

    kept = {
        name: how.replace("incidents_incident.id", "(1000 + n)")
        for name, how in (
            ("nearest_clock_at", standing.CLOCK),
            ("unclear_at", standing.UNCLEAR),
            ("severity", standing.SEVERITY),
        )
    }
    _copy(
        cursor, Incident, f"id = {model.pk}", span,
        {**kept, "id": "1000 + n", "reference": "'INC-' || to_char(n, 'FM0000000')", "title": TITLE, "status": STATUS,
         "summary": f"'What is known of number ' || n || ': ' || {TITLE} || '. It was seen by staff and taken up within the hour.'",
         "violation": "(ARRAY['leak','scraping','doxxing','misdirected','lost_device','insider','other'])[1 + n %% 7]",
         "priority": "(ARRAY['normal','normal','normal','raised','urgent'])[1 + n %% 5]", "lead_id": LEAD,
         "restricted": "n %% 100 = 50", "drill": "n %% 211 = 0", "opened_at": OPENED, "assessed_hash": "'kept'",
         "confirmed_at": f"CASE WHEN NOT {OPEN} THEN {OPENED} END", "closed_at": f"CASE WHEN n %% 100 >= 40 THEN {OPENED} END"},
    )  # fmt: skip


def _hang_on(cursor: Any, model: Any, span: Mapping[str, int]) -> None:
    from incidents import models as m

    each = {"incident_id": "1000 + n"}
    _copy(
        cursor, m.Obligation, f"incident_id = {model.pk}", span,
        {**each, "status": f"CASE WHEN NOT {OPEN} THEN 'met' WHEN model.id %% 3 = 0 THEN 'to_decide' ELSE 'undecided' END", "met_at": OPENED, "trace": "'[]'", "duty": "'{{}}'",
         "rule": "'{{}}'", "first_assessed_at": OPENED, "due_at": f"CASE WHEN {OPEN} THEN now() + (n %% 700 - 200) * interval '1 hour' ELSE {OPENED} END"},
        most=8,
    )  # fmt: skip
    _copy(cursor, m.Fact, f"incident_id = {model.pk}", span, each)
    _copy(cursor, m.EventTime, f"incident_id = {model.pk}", span, each)
    _copy(
        cursor,
        m.AffectedCount,
        f"incident_id = {model.pk}",
        span,
        {**each, "place": f"({PLACES})[1 + n %% 9 + (n %% 900 = 8)::int]"},
    )
    _copy(
        cursor,
        m.Note,
        f"incident_id = {model.pk}",
        span,
        {**each, "text": f"'Called the partner: ' || {TITLE}", "privileged": "n %% 10 = 0", "at": OPENED},
    )
    _copy(
        cursor, m.Report, f"incident_id = {model.pk}", span,
        {**each, "reference": "'REP-' || to_char(n, 'FM0000000')", "title": TITLE, "words": f"'I saw this today: ' || {TITLE}", "received_at": OPENED, "code_hash": "''", "reporter_id": LEAD},
    )  # fmt: skip
    _copy(
        cursor, m.ActionItem, f"incident_id = {model.pk}", span,
        {**each, "status": f"CASE WHEN {OPEN} THEN 'not_started' ELSE 'done' END", "settled_at": f"CASE WHEN NOT {OPEN} THEN {OPENED} END",
         "owner_id": f"CASE WHEN model.owner_id IS NOT NULL THEN {LEAD} END", "due_at": f"{OPENED} + interval '2 days'"},
    )  # fmt: skip
    _assessments(cursor, span)
    _grants(cursor, model, span)


def _grants(cursor: Any, model: Any, span: Mapping[str, int]) -> None:
    from django.contrib.auth.models import Permission

    from incidents import models as m

    columns = "permission_id, {}, content_object_id, granted_at"
    cursor.execute(
        f"INSERT INTO incidents_incidentgroupgrant ({columns.format('group_id')}) "
        "SELECT permission_id, group_id, 1000 + n, now() FROM generate_series(%(first)s, %(last)s) n CROSS JOIN "
        f"(SELECT permission_id, group_id FROM incidents_incidentgroupgrant WHERE content_object_id = {model.pk}) role "
        "WHERE n %% 100 <> 50",
        span,
    )
    view = Permission.objects.get(codename=m.Can.VIEW.value).pk
    cursor.execute(
        f"INSERT INTO incidents_incidentgroupgrant ({columns.format('group_id')}) SELECT {view}, "
        "(SELECT id FROM auth_group WHERE name = 'guests ' || n %% 13), 1000 + n, now() FROM generate_series(%(first)s, %(last)s) n WHERE n %% 13 > 0"
        " AND n %% 20 = 3 OR n %% 20 = 11 AND n %% 13 = 0",
        span,
    )
    # The first group of guests sees a twentieth, the last guest twenty incidents of the first thousands.
    cursor.execute(
        f"INSERT INTO incidents_incidentgroupgrant ({columns.format('group_id')}) SELECT {view}, "
        "(SELECT id FROM auth_group WHERE name = 'guests 0'), 1000 + n, now() FROM generate_series(%(first)s, %(last)s) n WHERE n %% 20 = 4",
        span,
    )
    if span["first"] == 1:
        cursor.execute(
            f"INSERT INTO incidents_incidentusergrant ({columns.format('user_id')}) SELECT {view}, "
            f"(SELECT id FROM accounts_user WHERE email = 'guest{GUESTS - 1}@lantern.example'), 1000 + n * 331, now() FROM generate_series(1, 20) n"
        )


def _assessments(cursor: Any, span: Mapping[str, int]) -> None:
    cursor.execute(
        "INSERT INTO incidents_assessment (incident_id, version, factors, dpc, ei, cb, score, computed, level, override_reason, "
        f"reasons, flags, by_id, at) SELECT 1000 + n, 1, '{{}}', 2, 0.5, 0.5, 1.5, {LEVEL}, {LEVEL}, '', '[]', '[]', {LEAD}, {OPENED} "
        "FROM generate_series(%(first)s, %(last)s) n WHERE n %% 4 > 0",
        span,
    )


def _copy(
    cursor: Any, model: Any, which: str, span: Mapping[str, int], told: Mapping[str, str], *, most: int = 1000
) -> None:
    """A copy of each row that fits `which` for every number of the span, with these columns told anew."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in told]
    columns = [column for column in columns if not _generated(model, column)]
    chosen = ", ".join(told.get(column, f'model."{column}"') for column in columns).replace("{{}}", "{}")
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM generate_series(%(first)s, %(last)s) n '
        f'CROSS JOIN (SELECT * FROM "{model._meta.db_table}" WHERE {which} ORDER BY id LIMIT {most}) model',
        span,
    )


def _generated(model: Any, column: str) -> bool:
    return any(
        field.column == column and getattr(field, "generated", False) for field in model._meta.concrete_fields
    )
