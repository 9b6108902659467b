"""What hangs on the incident of `tests.full_incident` beside the way of the breach, by the product's own commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from incidents import commands
from incidents.commands import joining, lessons, sightings, systems, teams
from incidents.commands.attachments import ATTACHMENTS
from incidents.models import Can, Incident, Playbook, Report
from incidents.playbooks import ready
from policies.commands import keep_system
from policies.models import System


def hang_on(incident: Incident, cast: Any, now: datetime, *, waiting: Report) -> None:
    """One of each, so that an address may name it."""
    seen = sightings.Seen("Board", account="@seller", links=["https://board.example/t/1"])
    sightings.record_sighting(incident, seen, by=cast.responder, now=now)
    lessons.add_improvement(
        incident, text="A limit", owner=cast.responder, due_on=(now + timedelta(days=30)).date(), by=cast.lead, now=now
    )  # fmt: skip
    held = {"elements": ["email", "phone"], "people": {"IE": 900}}
    system = System.objects.filter(name="Contact import").first() or keep_system(
        name="Contact import", owner=cast.lead, by=cast.lead, now=now, **held
    )
    systems.pick_system(incident, system=system, by=cast.responder, now=now)
    beside = commands.open_incident(by=cast.lead, title="Another list of the same import", now=now)
    joining.link_incidents(incident, other=beside, kind="same_cause", by=cast.lead, now=now)
    team = teams.make_team(name=f"Counsel on {incident}", members=[], by=cast.officer, now=now)
    commands.grant_access(incident, to=team, cans=[Can.VIEW], by=cast.lead, now=now)
    keep_files(incident, cast, now)
    file = commands.keep_file([b"A badge list."], root=ATTACHMENTS, name="badge.txt", limit=1000, now=now)
    commands.attach_file(waiting, file, by=cast.officer, now=now)
    give_work(incident, cast, now)


def keep_files(incident: Incident, cast: Any, now: datetime) -> None:
    """One for all, one for counsel alone, one that is half here, and a hold."""
    content = b"2026-11-20T12:00:00Z GET /contacts 200\n"
    commands.add_evidence(incident, [content], name="app.log", size=len(content), by=cast.responder, now=now)
    secret = b"Counsel's reading of the log."
    commands.add_evidence(
        incident, [secret], name="wombat.txt", size=len(secret), privileged=True, by=cast.legal, now=now
    )
    commands.start_upload(incident, name="disk.img", size=1_000_000, by=cast.responder, now=now)
    commands.place_hold(incident, reason="The authority asked.", by=cast.legal, now=now)


def give_work(incident: Incident, cast: Any, now: datetime) -> None:
    """A playbook that does not run here, and an item with a comment."""
    if not Playbook.objects.exists():
        draft = commands.create_playbook(content=ready()["doxxing"], key="doxxing", by=cast.officer, now=now)
        commands.put_playbook_in_force(draft.playbook, revision=1, by=cast.officer, now=now)
    item = commands.add_item(
        incident, title="Ask the board for its logs", owner=cast.responder, by=cast.lead, now=now
    )
    commands.comment_item(item, text="They answer by fax.", by=cast.responder, now=now)
