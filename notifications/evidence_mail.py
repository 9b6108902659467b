"""The alarm about a file of evidence that is no longer what came: told once, by mail, without its name."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from incidents import queries
from incidents.commands import files
from incidents.models import Can, Evidence, StoredFile
from notifications import record_mail

log = structlog.get_logger(__name__)
AT_ONCE = 20


def send_due() -> int:
    """Tell of each file that was found changed; how many mails the server took."""
    waiting = StoredFile.objects.to_tell().order_by("pk").values_list("pk", flat=True)
    return sum(_told(pk) for pk in waiting[:AT_ONCE])


@transaction.atomic
def _told(pk: int) -> int:
    file = (
        StoredFile.objects.to_tell().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    )
    if file is None:
        return 0
    evidence = Evidence.objects.select_related("incident__lead").filter(file=file).first()
    if evidence is None:  # of a report that nobody took up
        people = list(User.objects.filter(is_active=True, groups__name=Role.PRIVACY_OFFICER))
        where = reverse("incidents:intake")
    else:
        people = _concerned(evidence)
        where = reverse("incidents:evidence_item", args=[evidence.incident.reference, evidence.reference])
    sent = record_mail.send(
        {person.email for person in people}, "A file of evidence was changed", _text(where)
    )
    if sent:
        files.mark_told(file, now=timezone.now())
    return sent


def _concerned(evidence: Evidence) -> list[User]:
    """Privacy officers and the lead, as far as they may know of it."""
    incident = evidence.incident
    able = queries.people_who_can(
        incident, Can.PRIVILEGED if evidence.privileged else Can.VIEW, now=timezone.now()
    )
    return [one for one in able if one.pk == incident.lead_id or Role.PRIVACY_OFFICER in one.roles] or list(
        able[:5]
    )


def _text(where: str) -> str:
    return (
        "When its SHA-256 was computed again, a file of evidence was no longer what came, or could not be read.\n\n"
        "Restore it from a backup, and find out who could reach the storage.\n"
        f"{settings.PUBLIC_URL}{where}"
    )
