"""A person's deadlines as a calendar (RFC 5545), for programs that ask again and again.

What leaves here lies in calendars that are not ours: no titles that people wrote, no facts, no names of people. Of a
restricted incident only that something is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event

from incidents.models import Obligation
from law.vocabulary import STAGES

AGAIN: Final = timedelta(minutes=15)
FIRST_ALARM: Final = (4, timedelta(days=1))  # a quarter of the time before the end, at most a day
LAST_ALARM: Final = (10, timedelta(hours=2))
SHORTEST_ALARM: Final = timedelta(minutes=5)
# A number that grows with each change, as SEQUENCE must; seconds fit its 31 bits until 2087.
SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)


def calendar_of(obligations: Iterable[Obligation]) -> bytes:
    """The whole calendar; the same obligations give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Forthright//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Forthright deadlines")
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for obligation in obligations:
        calendar.add_component(_event(obligation))
    return bytes(calendar.to_ical())


def _event(obligation: Obligation) -> Event:
    due = obligation.clock_at
    assert due is not None, "without a time it is no event"
    reference = obligation.incident.reference
    url = settings.PUBLIC_URL + reverse("incidents:obligation", args=[reference, obligation.pk])
    event = Event()
    event.add("uid", f"obligation-{obligation.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", obligation.assessed_at)
    event.add("last-modified", obligation.assessed_at)
    event.add("sequence", int((obligation.assessed_at - SINCE).total_seconds()))
    event.add("dtstart", due.astimezone(UTC))
    event.add("summary", _summary(obligation))
    event.add("description", "\n".join([*_lines(obligation), url]))
    event.add("url", url)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for before in _alarms(due - (obligation.started_at or obligation.first_assessed_at)):
        event.add_component(_alarm(before))
    return event


def _summary(obligation: Obligation) -> str:
    reference = obligation.incident.reference
    if obligation.incident.restricted:
        return f"{reference}: deadline"
    stage = STAGES.get(obligation.stage, obligation.stage.replace("_", " "))
    return f"{reference}: {stage}, {obligation.recipient_name}"


def _lines(obligation: Obligation) -> list[str]:
    due = obligation.clock_at
    assert due is not None
    local = due.astimezone(ZoneInfo(obligation.due_zone or "UTC"))
    lines = [f"Due {local:%A} {local.day} {local:%B %Y, %H:%M} {obligation.due_zone}"]
    if obligation.own_target_words and not obligation.incident.restricted:
        lines.append(obligation.own_target_words)
    if not obligation.incident.restricted:
        lines.insert(0, obligation.citation)
    return lines


def _alarms(whole: timedelta) -> list[timedelta]:
    """How long before the end a calendar rings: twice, or once where both fall together."""
    spans = {max(SHORTEST_ALARM, min(whole / part, most)) for part, most in (FIRST_ALARM, LAST_ALARM)}
    return sorted((timedelta(minutes=span // timedelta(minutes=1)) for span in spans), reverse=True)


def _alarm(before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", "A deadline comes near")
    return alarm
