"""After the work: what is open when closing, improvements, whether they held, and how the team saw it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands
from incidents.commands import lessons
from incidents.lifecycle import Status
from incidents.models import Incident
from incidents.permissions import incident_for
from incidents.queries.closing import open_lines
from incidents.queries.lessons import lessons as waiting
from incidents.queries.lessons import team_view
from tests.standing import standing

DAY = timedelta(days=1)
REVIEW = {"cause": "A setting.", "went_well": "", "went_badly": "", "improvements": "A test."}


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


@standing
def reviewed(incident: Incident, lead: object) -> Incident:
    """Confirmed, led, reviewed; to be looked at again tomorrow."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, lead=lead)
    aware = {"aware_at": now - timedelta(hours=1), "zone": "UTC", "reasoning": "Log."}
    commands.confirm_breach(incident, by=lead, now=now, **aware)
    commands.write_review(
        incident, by=lead, now=now, check_on=(now + DAY).date(), cause_kind="setting", **REVIEW
    )
    return Incident.objects.get(pk=incident.pk)


def test_each_thing_that_is_open_leads_to_where_it_is_mended(incident, lead, responder, client_of):
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    fact = commands.FactInput("breach_kinds", "known", ["confidentiality"])
    commands.set_facts(incident, facts=[fact], by=lead, now=now)
    for kind in ("notice", "filing", "inquiry", "something_new"):
        commands.open_matter(incident, kind=kind, reference="REF-1", label=kind, by=lead, now=now)
    lines = open_lines(incident_for(responder, incident.reference))
    assert [line.words for line in lines if not line.url] == ["something_new."]
    assert len(lines) > 6
    client = client_of(responder)
    page = client.get(url("closing", incident)).content.decode()
    for line in lines:
        assert line.words in page
        if line.url and "REF-1" not in line.url:
            assert client.get(line.url).status_code == 200


def test_an_improvement_has_an_owner_who_finds_it_on_their_day_until_it_is_settled(
    reviewed, lead, responder, employee, client_of
):
    now = timezone.now()
    with pytest.raises(ValidationError) as refusal:
        lessons.add_improvement(reviewed, text="t", owner=employee, due_on=now.date(), by=lead, now=now)
    assert refusal.value.code == "owner_without_access"
    given = {"text": "A test that tries it", "owner": responder.pk, "due_on": f"{now + DAY:%Y-%m-%d}"}
    assert client_of(lead).post(url("add_improvement", reviewed), given).status_code == 302
    made = reviewed.improvements.get()
    client = client_of(responder)
    assert "A test that tries it" in client.get("/").content.decode()
    done = url("finish_improvement", reviewed, made.pk)
    assert client.post(done, {"outcome": ""}).status_code == 422
    assert client.post(done, {"outcome": "In place since Monday."}).status_code == 302
    assert "A test that tries it" not in client.get("/").content.decode()
    assert client.post(done, {"outcome": "Again."}).status_code == 422


def test_whether_it_held_comes_back_until_it_did(reviewed, lead, responder, client_of):
    tomorrow = timezone.now() + DAY
    due = {"today": tomorrow.date(), "now": tomorrow}
    assert not waiting(lead, today=timezone.now().date(), now=timezone.now()).checks
    assert [one.incident for one in waiting(lead, **due).checks] == [reviewed]
    assert not waiting(responder, **due).checks, "it asks the lead"
    with pytest.raises(ValidationError) as refusal:
        lessons.answer_check(reviewed, held="no", words="Again.", by=lead, now=tomorrow)
    assert refusal.value.code == "next_missing"
    again = (tomorrow + 30 * DAY).date()
    lessons.answer_check(reviewed, held="no", words="Again.", next_on=again, by=lead, now=tomorrow)
    assert not waiting(lead, **due).checks
    later = tomorrow + 31 * DAY
    assert waiting(lead, today=later.date(), now=later).checks
    lessons.answer_check(reviewed, held="yes", words="Quiet since.", by=lead, now=later)
    assert not waiting(lead, today=later.date(), now=later).checks
    page = client_of(responder).get(url("closing", reviewed)).content.decode()
    assert "It did not hold" in page
    assert "It held" in page


def test_the_team_is_heard_without_names_and_only_among_several(reviewed, lead, responder, legal, client_of):
    now = timezone.now()
    page = client_of(responder).post(
        url("give_feedback", reviewed), {"knew": "yes", "helped": "The list of steps"}
    )
    assert page.status_code == 302
    lessons.give_feedback(reviewed, knew="no", helped="zz", by=legal, now=now)
    lessons.give_feedback(reviewed, knew="partly", by=legal, now=now)
    assert team_view(reviewed).given == 2
    assert team_view(reviewed).helped == []
    lessons.give_feedback(reviewed, knew="yes", change="Start earlier", by=lead, now=now)
    view = team_view(reviewed)
    assert view.knew == [("Yes", 2), ("In part", 1), ("No", 0)]
    assert (view.helped, view.change) == (["The list of steps"], ["Start earlier"])
    assert not AuditEvent.objects.filter(details__contains="list of steps").exists()


def test_who_took_part_is_asked_for_two_weeks_after_closing(reviewed, lead, responder, client_of):
    client_of(responder).get(f"/incidents/{reviewed.reference}/")
    now = timezone.now()
    Incident.objects.filter(pk=reviewed.pk).update(status=Status.CLOSED, closed_at=now)
    assert waiting(responder, today=now.date(), now=now).feedback == [reviewed]
    assert not waiting(lead, today=now.date(), now=now).feedback, "never looked"
    assert not waiting(responder, today=now.date(), now=now + 15 * DAY).feedback
    assert "three short questions" in client_of(responder).get("/").content.decode()
    lessons.give_feedback(reviewed, knew="yes", by=responder, now=now)
    assert not waiting(responder, today=now.date(), now=now).feedback
