"""Incidents that belong together: who is told of what, merge with its undo, and split."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands
from incidents.commands import joining
from incidents.lifecycle import Status
from incidents.models import Can, Door, Incident, Note
from incidents.permissions import held, visible_to
from incidents.queries.joining import related
from tests.standing import standing

HOUR = timedelta(hours=1)


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


@standing
def other(incident: Incident, lead: object) -> Incident:
    return commands.open_incident(by=lead, title="The same list, seen again", now=timezone.now())


@standing
def hidden(incident: Incident, lead: object) -> Incident:
    """Restricted; of the people here the lead alone sees it."""
    return commands.open_incident(by=lead, title="Quokka affair", restricted=True, now=timezone.now())


def test_a_link_is_told_to_those_alone_who_see_both(incident, hidden, lead, responder, client_of):
    given = {"other": hidden.reference.lower(), "kind": "follows", "reason": "The same key"}
    assert client_of(lead).post(url("link_incidents", incident), given).status_code == 302
    assert [one.words for one in related(hidden, lead)] == ["Led to"]
    assert related(incident, responder) == []
    for where in (
        url("related", incident),
        f"/incidents/{incident.reference}/",
        f"/incidents/{incident.reference}/timeline/",
    ):
        assert "Quokka" in client_of(lead).get(where).content.decode() or "timeline" in where
        seen = client_of(responder).get(where).content.decode()
        assert "Quokka" not in seen
        assert hidden.reference not in seen
        assert "linked it" not in seen
    assert not AuditEvent.objects.filter(stream=incident.stream, verb="incident_linked").exists()
    link = incident.links.get()
    assert client_of(responder).post(url("end_link", incident, link.pk)).status_code == 404
    answers = {
        client_of(responder)
        .post(url("link_incidents", incident), {**given, "other": one})
        .content.count(b"You see no incident")
        for one in (hidden.reference, "INC-0000-0000")
    }
    assert answers == {2}, "hidden and unknown ones get the same answer, at the field and in the summary"
    assert client_of(lead).post(url("end_link", incident, link.pk)).status_code == 302
    assert related(incident, lead) == []


def test_two_are_linked_once_whichever_way(incident, other, lead):
    now = timezone.now()
    link = joining.link_incidents(incident, other=other, kind="related", by=lead, now=now)
    for one, two, code in ((other, incident, "already_linked"), (incident, incident, "itself")):
        with pytest.raises(ValidationError) as refusal:
            joining.link_incidents(one, other=two, kind="related", by=lead, now=now)
        assert refusal.value.code == code
    joining.end_link(link, by=lead, now=now)
    joining.link_incidents(other, other=incident, kind="related", by=lead, now=now)


def test_a_merge_closes_one_into_the_other_and_carries_what_it_knows_earlier(
    incident, other, lead, responder, client_of
):
    now = timezone.now()
    commands.describe_incident(other, by=lead, now=now, own_role="controller")
    commands.record_event_time(incident, kind="detected", at=now - 5 * HOUR, zone="UTC", by=lead, now=now)
    commands.record_event_time(other, kind="detected", at=now - 2 * HOUR, zone="UTC", by=lead, now=now)
    assert client_of(responder).post(url("merge_incident", incident), {}).status_code == 403
    given = {"other": other.reference, "carry_times": "on", "reason": "One and the same list."}
    assert client_of(lead).post(url("merge_incident", incident), given).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.merged_into) == (Status.CLOSED, other)
    assert other.event_times.get(kind="detected", superseded_at=None).at == now - 5 * HOUR
    page = client_of(responder).get(f"/incidents/{incident.reference}/").content.decode()
    assert "Merged into" in page
    assert other.reference in page
    assert (
        "merged into this one" in client_of(responder).get(f"/incidents/{other.reference}/").content.decode()
    )
    with pytest.raises(ValidationError) as refusal:
        commands.reopen_incident(incident, by=lead, reason="r", now=now)
    assert refusal.value.code == "merged"
    undo = url("undo_merge", incident)
    assert client_of(lead).post(undo, {"reason": "Two lists after all."}).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.merged_into, incident.closed_at) == (Status.OPEN, None, None)
    assert client_of(lead).post(undo, {"reason": "Again."}).status_code == 422


def test_what_cannot_be_merged_is_said_in_full(incident, other, hidden, lead):
    now = timezone.now()
    commands.open_matter(incident, kind="inquiry", reference="INQ-1", label="Inquiry INQ-1", by=lead, now=now)
    with pytest.raises(ValidationError) as refusal:
        joining.merge_incident(incident, into=hidden, reason="r", by=lead, now=now)
    assert [one[:19] for one in refusal.value.messages] == ["One of the two is r", "Still open here: In"]
    commands.settle_matter(incident, kind="inquiry", reference="INQ-1", by=lead, now=now)
    joining.merge_incident(incident, into=other, reason="r", by=lead, now=now)
    for one, into in ((other, incident), (incident, other), (other, other)):
        with pytest.raises(ValidationError):
            joining.merge_incident(one, into=into, reason="r", by=lead, now=now)
    with pytest.raises(ValidationError) as refusal:
        joining.undo_merge(incident, reason="r", by=lead, now=now + timedelta(days=31))
    assert refusal.value.code == "too_late"


def test_where_one_was_merged_into_is_told_to_those_alone_who_see_that(
    incident, other, lead, responder, client_of
):
    joining.merge_incident(incident, into=other, reason="r", by=lead, now=timezone.now())
    commands.restrict_incident(other, by=lead, reason="r", now=timezone.now())
    for where in (
        f"/incidents/{incident.reference}/",
        f"/api/incidents/{incident.reference}/",
        f"/api/incidents/{incident.reference}/related/",
    ):
        assert other.reference not in client_of(responder).get(where).content.decode()
    assert other.reference in client_of(lead).get(f"/api/incidents/{incident.reference}/").content.decode()


def test_a_split_moves_what_was_chosen_to_a_new_incident_that_the_same_people_see(
    hidden, lead, legal, responder, client_of
):
    now = timezone.now()
    commands.grant_access(hidden, to=responder, cans=[Can.VIEW, Can.TRIAGE], by=lead, ends_at=None, now=now)
    report = commands.file_report(door=Door.PUBLIC, title="Second matter", words="w", now=now).report
    type(report).objects.filter(pk=report.pk).update(incident=hidden, status="promoted")
    stays = commands.add_note(hidden, text="Stays", privileged=False, by=lead, now=now)
    counsel = commands.add_note(hidden, text="For counsel", privileged=True, by=lead, now=now)
    client, where = client_of(responder), url("split_incident", hidden)
    assert "For counsel" not in client.get(where).content.decode()
    assert client.post(where, {"title": "t", "reason": "r"}).status_code == 422
    assert client.post(where, {"title": "t", "reason": "r", "notes": [counsel.pk]}).status_code == 422
    api = f"/api/incidents/{hidden.reference}/split/"
    body = {"title": "t", "reason": "r", "notes": [counsel.pk]}
    assert client.post(api, body, content_type="application/json").status_code == 400
    given = {"title": "A matter of its own", "reason": "Another list.", "reports": [report.pk]}
    assert client.post(where, given).status_code == 302
    new = Incident.objects.get(title="A matter of its own")
    report.refresh_from_db()
    assert (report.incident, new.restricted) == (new, True)
    assert Note.objects.get(pk=stays.pk).incident == hidden
    assert held(lead, new) == held(lead, hidden)
    assert held(legal, new) == frozenset()
    assert [one.words for one in related(new, lead)] == ["Split off from"]
    assert not visible_to(legal).filter(pk=new.pk).exists()
