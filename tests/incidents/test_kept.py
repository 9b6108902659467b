"""What lists are ordered by is kept by the database."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from incidents import commands, queries
from incidents.models import Incident, Obligation
from incidents.models.obligation import UNCLEAR
from incidents.models.standing import NEVER


def test_the_nearest_running_clock_is_kept_whatever_happens_to_obligations(
    incident: Incident, lead: User
) -> None:
    now = timezone.now()
    commands.set_facts(
        incident, facts=[commands.FactInput("breach_kinds", "known", ["confidentiality"])], by=lead, now=now
    )
    commands.record_event_time(
        incident, kind="aware", at=now - timedelta(hours=1), zone="UTC", by=lead, now=now
    )

    def kept() -> object:
        return Incident.objects.get(pk=incident.pk).nearest_clock_at

    def nearest() -> object:
        found = queries.next_obligations([incident]).get(incident.pk)
        return found.clock_at if found else NEVER

    def unclear() -> object:
        assert Incident.objects.get(pk=incident.pk).unclear_at is not None
        ends = [one.clock_at or NEVER for one in Obligation.objects.filter(UNCLEAR, incident=incident)]
        return min(ends) == Incident.objects.get(pk=incident.pk).unclear_at

    assert kept() == nearest() != NEVER
    assert unclear()
    first = queries.next_obligations([incident])[incident.pk]
    Obligation.objects.filter(pk=first.pk).update(due_at=now - timedelta(days=3))
    assert kept() == nearest() == now - timedelta(days=3)
    Obligation.objects.filter(pk=first.pk).delete()
    assert kept() == nearest()
    assert unclear()
    Obligation.objects.filter(UNCLEAR, incident=incident).update(started_at=now)
    assert Incident.objects.get(pk=incident.pk).unclear_at is None
    Obligation.objects.filter(incident=incident).update(status="gone")
    assert kept() == NEVER


def test_the_newest_level_is_kept(incident: Incident, lead: User) -> None:
    assert incident.level == ""
    now = timezone.now()
    plain = {"categories": {"simple": 1}, "identifiers": {"email": "0.25"}}
    commands.assess_severity(incident, factors=plain, by=lead, now=now)
    assert Incident.objects.get(pk=incident.pk).level == "low"
    commands.assess_severity(
        incident, factors=plain, level="very_high", override_reason="Children", by=lead, now=now
    )
    assert Incident.objects.get(pk=incident.pk).level == "very_high"
