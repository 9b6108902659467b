"""The work on the breach: its playbook half-way, one item waits, one is late, and people talk on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from config.demo.cast import Cast
from incidents import commands as cases
from incidents.models import ActionItem, Incident

DONE: Final = (  # in this order, for some come after others
    ("preserve-evidence", 3.5),
    ("stop-scraping", 3.6),
    ("public-or-private", 6.0),
    ("who-and-what", 10.0),
    ("assess-risk", 12.0),
    ("takedown", 15.0),
    ("legal-hold", 18.0),
    ("press-line", 20.0),
    ("brief-support", 21.0),
)


def work_on(incident: Incident, cast: Cast, seen: datetime, now: datetime) -> None:
    """What is done since the breach was confirmed, and what is not."""

    def after(hours: float) -> datetime:
        return seen + timedelta(hours=hours)

    def step(key: str) -> ActionItem:
        return incident.items.get(step_key=key)

    evidence = step("preserve-evidence")
    for line in range(len(evidence.checklist)):
        cases.tick_item(evidence, line=line, done=True, by=cast.responder, now=after(3))
    for key, hours in DONE:
        item = step(key)
        cases.finish_item(item, by=item.owner or cast.responder, now=after(hours))
    watch = step("watch")
    cases.start_item(watch, by=cast.responder, now=after(16))
    letter = step("scraper-letter")
    cases.wait_item(
        letter, waits_for="The hosting company: who rented the twelve servers", by=cast.legal, now=after(22)
    )
    cases.comment_item(
        letter,
        text="The host answers lawyers only. I sent the order this morning. @Mara Lind, please keep the twelve addresses "
        "ready, they asked for times to the second.",
        by=cast.legal,
        now=after(22),
    )
    cases.comment_item(
        letter,
        text="They are in the evidence, file “addresses”. @Tom Keane",
        by=cast.responder,
        now=after(23),
    )
    for line in range(2):
        cases.tick_item(step("close-the-hole"), line=line, done=True, by=cast.responder, now=after(24))
    cases.add_item(
        incident, title="Ask the board's operator for the mails of the seller", owner=cast.responder,
        due_at=now - timedelta(hours=3), by=cast.lead, now=after(25),
    )  # fmt: skip
    cases.add_item(
        incident, title="Second look at the letter to people without an address", owner=cast.privacy,
        due_at=now + timedelta(hours=6), by=cast.lead, now=now - timedelta(hours=1),
    )  # fmt: skip


def name_views(cast: Cast, now: datetime) -> None:
    """What people of the team look at again and again."""
    shown = (
        ("incidents", "Nobody leads", {"view": "needs", "lead": "none"}, cast.lead, True),
        (
            "incidents",
            "Due this week",
            {"view": "needs", "due": "week", "order": "deadline"},
            cast.privacy,
            True,
        ),
        ("items", "Late", {"show": "open", "due": "overdue"}, cast.lead, True),
        ("intake", "From outside", {"door": "public"}, cast.responder, True),
    )
    for which, name, query, by, shared in shown:
        cases.save_view(which, query=query, name=name, shared=shared, by=by, now=now)
