"""Public statements of an incident, and the one that an address shows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from incidents.models import Incident, Obligation
from notifications.merge_fields import STATEMENT
from notifications.models import Notice, PublicStatement, StatementStatus


def statements_of(incident: Incident) -> QuerySet[PublicStatement]:
    return PublicStatement.objects.filter(incident=incident).select_related(
        "written_by", "published_by", "obligation"
    )


def published(slug: str) -> PublicStatement | None:
    """What stands at a public address; a drill's stands nowhere."""
    found = PublicStatement.objects.filter(
        slug=slug[:20], status=StatementStatus.PUBLISHED, incident__drill=False
    )
    return found.first()


def publishing_blockers(statement: PublicStatement, user: User) -> list[str]:
    """Why this person cannot publish it now."""
    blockers = []
    if statement.status != StatementStatus.DRAFT:
        blockers.append("It is no draft any more.")
    if statement.written_by_id == user.pk:
        blockers.append("You wrote it; a second person publishes it.")
    if statement.incident.drill:
        blockers.append("This is a drill: nothing is made public.")
    return blockers


def duties(incident: Incident) -> QuerySet[Obligation]:
    """What a statement could meet: to tell the people, or the public by the media."""
    return incident.obligations.running().filter(recipient_kind__in=("individuals", "media"))


def first_words(incident: Incident) -> str:
    """What the newest notice says, to begin with."""
    notice = Notice.objects.filter(incident=incident).order_by("-pk").first()
    if notice is None:
        return ""
    parts = [(label, str(notice.statement.get(key, "")).strip()) for key, label in STATEMENT.items()]
    return "\n\n".join(f"## {label}\n\n{text}" for label, text in parts if text)
