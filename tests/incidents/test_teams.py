"""Teams: let in together, and out again everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Team
from audit.models import AuditEvent
from incidents import commands
from incidents.commands import teams
from incidents.models import Can, IncidentGroupGrant
from incidents.permissions import held, visible_to
from insights.queries.access import access_overview, access_review


def verbs(stream: str) -> list[str]:
    return list(AuditEvent.objects.filter(stream=stream).order_by("sequence").values_list("verb", flat=True))


def test_a_team_sees_what_it_is_let_into_until_it_ends(incident, lead, legal, officer, stranger):
    now = timezone.now()
    team = teams.make_team(name="Forensics", members=[stranger], by=officer, now=now)
    assert incident not in visible_to(stranger)
    commands.restrict_incident(incident, by=lead, reason="A colleague.", now=now)
    commands.grant_access(
        incident, to=team, cans=[Can.WRITE], by=lead, ends_at=now + timedelta(days=2), now=now
    )
    assert held(stranger, incident) == {Can.VIEW, Can.WRITE}
    assert incident not in visible_to(legal)  # the role groups stay out
    found = {one.user: one.why for one in access_review(incident, now=now).readers}
    assert found[stranger] == ["Team Forensics"]
    assert [one.person for one in access_overview(lead, now=now).ending] == ["Team Forensics"]

    mark = access_review(incident, now=now).mark
    teams.change_team(team, name="Forensics", members=[legal], by=officer, now=now)
    assert held(stranger, incident) == frozenset()
    assert held(legal, incident) == {Can.VIEW, Can.WRITE}
    assert verbs(incident.stream)[-1] == "team_changed_here"
    with pytest.raises(ValidationError):  # whoever looked through the list did not see this one
        commands.review_access(incident, by=lead, seen=mark, now=now)

    IncidentGroupGrant.objects.filter(group=team).update(ends_at=now)
    assert held(legal, incident) == frozenset()
    commands.grant_access(incident, to=team, cans=[Can.VIEW], by=lead, now=now)
    teams.end_team(team, by=officer, now=now)
    assert incident not in visible_to(legal)
    assert verbs(incident.stream)[-1] == "access_ended"
    assert verbs("organisation")[-3:] == ["team_made", "team_changed", "team_ended"]


def test_a_team_is_refused_in_words(incident, lead, officer, stranger):
    now = timezone.now()
    team = teams.make_team(name="Counsel", members=[stranger], by=officer, now=now)
    commands.restrict_incident(incident, by=lead, reason="A colleague.", now=now)
    commands.grant_access(incident, to=team, cans=[Can.GRANT], by=lead, now=now)
    commands.end_access(incident, of=lead, by=stranger, now=now)
    every = [
        (lambda: teams.make_team(name=" counsel", by=officer, now=now), "name_taken"),
        (lambda: teams.make_team(name="Privacy  officer", by=officer, now=now), "name_of_role"),
        (lambda: teams.make_team(name=" ", by=officer, now=now), "name_missing"),
        (
            lambda: teams.change_team(team, name="C", members=[stranger, officer], by=officer, now=now),
            "yourself",
        ),
        (lambda: teams.change_team(team, name="C", members=[], by=officer, now=now), "last_grant"),
        (lambda: teams.end_team(team, by=officer, now=now), "last_grant"),
        (lambda: commands.end_access(incident, of=team, by=stranger, now=now), "last_grant"),
    ]
    for act, code in every:
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.code == code
    assert held(stranger, incident) == {Can.VIEW, Can.GRANT}


def test_pages_and_api_keep_teams_and_let_them_in(incident, lead, officer, stranger, client_of):
    ours, leads = client_of(officer), client_of(lead)
    wrong = ours.post("/settings/teams/new/", {"name": "Lead", "members": [stranger.pk]})
    assert wrong.status_code == 422
    assert "A role has this name" in wrong.content.decode()
    assert ours.post("/settings/teams/new/", {"name": "Counsel", "members": [stranger.pk]}).status_code == 302
    team = Team.objects.get()
    let_in = {"to": team.pk, "cans": [Can.VIEW.value], "zone": "UTC"}
    assert leads.post(f"/incidents/{incident.reference}/access/team/", let_in).status_code == 302
    page = leads.get(f"/incidents/{incident.reference}/access/").content.decode()
    assert "Team: Stranger" in page
    where = f"/api/incidents/{incident.reference}/access/team/{team.pk}/end/"
    assert client_of(stranger).post(where).status_code == 403
    assert leads.post(where).status_code == 200
    assert client_of(stranger).get(f"/incidents/{incident.reference}/").status_code == 404
    assert leads.post(where).status_code == 404
    body = {"name": "Counsel", "members": [lead.email]}
    told = ours.put(f"/api/teams/{team.pk}/", body, content_type="application/json")
    assert told.json()["members"] == [lead.email]
    assert ours.post(f"/settings/teams/{team.pk}/end/").status_code == 302
    assert ours.get("/api/teams/").json() == []
