"""Who may write the texts that notices start from; notices themselves go through their incident's door."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Role, User
from incidents.models import Can
from incidents.permissions import incident_for
from notifications.models import LetterRun, Notice, PublicStatement

TEMPLATE_READERS: Final = frozenset(
    {Role.RESPONDER, Role.LEAD, Role.LEGAL, Role.SUPPORT, Role.PRIVACY_OFFICER, Role.AUDITOR}
)
TEMPLATE_WRITERS: Final = frozenset({Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER})
TEMPLATE_APPROVERS: Final = frozenset({Role.LEGAL, Role.PRIVACY_OFFICER})


def notice_for(user: User, reference: str, notice: str, can: Can = Can.VIEW) -> Notice:
    """The notice through its incident's door: 404 when either is not known to `user`, 403 when `can` is not held."""
    incident = incident_for(user, reference, can)
    found = (
        Notice.objects.select_related("author", "approved_by", "started_by", "source__template")
        .filter(incident=incident, reference=notice)
        .first()
    )
    if found is None:
        raise Http404("No such notice.")
    found.incident = incident
    return found


def letters_for(user: User, reference: str, run: str, can: Can = Can.VIEW) -> LetterRun:
    """Letters through their incident's door."""
    incident = incident_for(user, reference, can)
    runs = LetterRun.objects.select_related("notice", "made_by", "posted_by")
    found = runs.filter(notice__incident=incident, reference=run).first()
    if found is None:
        raise Http404("No such letters.")
    found.notice.incident = incident
    return found


def statement_for(user: User, reference: str, statement: str, can: Can = Can.VIEW) -> PublicStatement:
    """A public statement through its incident's door."""
    incident = incident_for(user, reference, can)
    statements = PublicStatement.objects.select_related("written_by", "published_by", "obligation")
    found = statements.filter(incident=incident, reference=statement).first()
    if found is None:
        raise Http404("No such statement.")
    found.incident = incident
    return found


def check_template_reader(user: User) -> None:
    if not user.roles & TEMPLATE_READERS:
        raise PermissionDenied("Notice templates are for people who work on incidents.")


def check_template_writer(user: User) -> None:
    if not user.roles & TEMPLATE_WRITERS:
        raise PermissionDenied("Templates are written by leads, legal and privacy officers.")


def check_template_approver(user: User) -> None:
    if not user.roles & TEMPLATE_APPROVERS:
        raise PermissionDenied("Templates are approved by legal and privacy officers.")
