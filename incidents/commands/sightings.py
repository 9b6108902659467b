"""Where on a platform it can be seen: keep, change, strike out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Incident, Sighting
from incidents.rules import check_not_settled, check_reason

MOST_LINKS: Final = 20
INSTANTS: Final = ("first_seen_at", "takedown_asked_at", "taken_down_at")
# What the record may hold; account and links can name people.
NAMELESS: Final = (*INSTANTS, "reach")


@dataclass(frozen=True)
class Seen:
    """One place as somebody states it."""

    platform: str
    account: str = ""
    links: Sequence[str] = ()
    audience: str = ""
    reach: int | None = None
    first_seen_at: datetime | None = None
    takedown_asked_at: datetime | None = None
    takedown_reference: str = ""
    taken_down_at: datetime | None = None


@transaction.atomic
def record_sighting(incident: Incident, seen: Seen, *, by: User, now: datetime) -> Sighting:
    """Keep a place where it can be seen."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    made = Sighting.objects.create(incident=incident, by=by, at=now, **_checked(seen, now))
    _record(IncidentEvent.SIGHTING_KEPT, made, by=by, details={"still_up": made.still_up})
    return made


@transaction.atomic
def change_sighting(sighting: Sighting, seen: Seen, *, by: User, now: datetime) -> Sighting:
    """State a place anew, such as that it was taken down; what changed is recorded without accounts and links."""
    incident = Incident.objects.locked(sighting.incident)
    check_not_settled(incident)
    sighting = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    _check_stands(sighting)
    given = _checked(seen, now)
    changed = sorted(name for name, value in given.items() if getattr(sighting, name) != value)
    if not changed:
        return sighting
    told: dict[str, Any] = {
        name: {"old": getattr(sighting, name), "new": given[name]} for name in changed if name in NAMELESS
    }
    for name in changed:
        setattr(sighting, name, given[name])
    sighting.by, sighting.at = by, now
    sighting.save(update_fields=[*changed, "by", "at"])
    _record(IncidentEvent.SIGHTING_CHANGED, sighting, by=by, details={"changed": changed, **told})
    return sighting


@transaction.atomic
def strike_sighting(sighting: Sighting, *, reason: str, by: User, now: datetime) -> Sighting:
    """Take out a place that was entered by mistake; it stays to be seen."""
    incident = Incident.objects.locked(sighting.incident)
    check_not_settled(incident)
    sighting = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    _check_stands(sighting)
    reason = check_reason(reason)
    sighting.struck_at, sighting.struck_by = now, by
    sighting.save(update_fields=["struck_at", "struck_by"])
    _record(IncidentEvent.SIGHTING_STRUCK, sighting, by=by, details={}, reason=reason)
    return sighting


def _check_stands(sighting: Sighting) -> None:
    if sighting.struck_at is not None:
        raise ValidationError("This place was struck out. Add it anew.", code="struck")


def _checked(seen: Seen, now: datetime) -> dict[str, Any]:
    given = asdict(seen)
    for name in ("platform", "account", "audience", "takedown_reference"):
        given[name] = " ".join(given[name].replace("\x00", "").split())
    given["links"] = [link.strip() for link in seen.links if link.strip()]
    if not given["platform"]:
        raise ValidationError("Say on which platform or site.", code="platform_missing")
    if len(given["links"]) > MOST_LINKS:
        raise ValidationError(
            "At most %(most)s links; add another place for more.",
            code="too_many",
            params={"most": MOST_LINKS},
        )
    for link in given["links"]:
        _check_link(link)
    for name in INSTANTS:
        if given[name] is not None and given[name] > now:
            raise ValidationError("None of these times can lie in the future.", code="future_time")
    first, down = given["first_seen_at"], given["taken_down_at"]
    if first and down and down < first:
        raise ValidationError(
            "It cannot have been taken down before it was first seen.", code="ends_before_it_begins"
        )
    return given


def _check_link(link: str) -> None:
    try:
        parts = urlsplit(link)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and len(link) <= 500
    except ValueError:
        fits = False
    if not fits or any(mark.isspace() or mark == "\x00" for mark in link):
        raise ValidationError(
            "“%(link)s” is no link; it begins with https:// and holds no spaces.",
            code="bad_link",
            params={"link": link[:60]},
        )


def _record(
    verb: IncidentEvent, sighting: Sighting, *, by: User, details: Mapping[str, Any], reason: str = ""
) -> None:
    incident = sighting.incident
    told = {"sighting": sighting.pk, "platform": sighting.platform, **details}
    record(verb, sighting, by=by, stream=incident.stream, details=told, reason=reason)
    touch(incident)
