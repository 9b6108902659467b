"""Access looked through, invitations from outside, and what ends by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands
from incidents.models import Can, DayRead, IncidentUserGrant
from insights.queries.access import access_overview, access_review
from tests.people import PASSWORD, hire

EXPERT = "nia@forensics.example"


def verbs(incident) -> list[str]:
    return list(
        AuditEvent.objects.filter(stream=incident.stream).order_by("sequence").values_list("verb", flat=True)
    )


def invitation(**changes):
    until = timezone.now() + timedelta(days=30)
    return {
        "name": "Nia Moss", "email": EXPERT, "cans": [Can.VIEW.value], "on": until.date().isoformat(),
        "time": "12:00", "zone": "UTC", **changes,
    }  # fmt: skip


def test_somebody_from_outside_sees_one_incident_and_nothing_else(incident, lead, responder, client_of):
    other = commands.open_incident(by=lead, title="Mailing list in clear", now=timezone.now())
    where = f"/incidents/{incident.reference}/access/invite/"
    assert client_of(lead).post(where, invitation()).status_code == 302
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert link is not None
    assert mail.outbox[-1].to == [EXPERT]
    theirs = Client()
    form = theirs.get(link[1], follow=True)
    theirs.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    theirs.post("/accounts/login/", {"login": EXPERT, "password": PASSWORD})
    assert theirs.get(f"/incidents/{incident.reference}/").status_code == 200
    assert theirs.get(f"/incidents/{other.reference}/").status_code == 404
    pages = ["/", "/incidents/", "/deadlines/", "/search/?q=mailing", "/api/incidents/"]
    for page in [*pages, f"/incidents/{incident.reference}/access/"]:
        told = theirs.get(page).content.decode()
        assert other.reference not in told, page
        assert "Mailing list" not in told, page
        assert responder.email not in told, page
        assert str(responder) not in told, page
    IncidentUserGrant.objects.filter(user__email=EXPERT).update(ends_at=timezone.now())
    assert theirs.get(f"/incidents/{incident.reference}/").status_code == 404
    for page in pages:
        assert incident.reference not in theirs.get(page).content.decode(), page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": ""}, "This field is required"),
        ({"on": "2020-01-01"}, "lies in the past"),
        ({"on": "2090-01-01"}, "within a year"),
        ({"email": "responder@lantern.example"}, "works here"),
        ({"cans": [Can.GRANT.value]}, "Select a valid choice"),
        ({"cans": [Can.PRIVILEGED.value]}, "Select a valid choice"),
    ],
)
def test_an_invitation_that_is_too_wide_is_refused(incident, lead, responder, client_of, changed, words):
    answer = client_of(lead).post(f"/incidents/{incident.reference}/access/invite/", invitation(**changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.filter(email=EXPERT).exists()


def test_who_read_and_who_took_something_out_stands_in_the_review(incident, lead, responder, client_of):
    reader = client_of(responder)
    for _ in range(2):
        assert reader.get(f"/incidents/{incident.reference}/facts/").status_code == 200
    client_of(hire("other@lantern.example")).get(f"/api/incidents/{incident.reference}/")  # 404: no reading
    assert DayRead.objects.filter(incident=incident).count() == 1
    ours = client_of(lead)
    for export in ("", "api/"):
        b"".join(ours.get(f"/{export}incidents/{incident.reference}/record/export/").streaming_content)
    assert verbs(incident).count("record_exported") == 2
    review = access_review(incident, now=timezone.now())
    told = {one.user: (one.why, one.days_read, one.taken_out) for one in review.readers}
    assert told[responder] == (["Responder"], 1, 0)
    assert told[lead] == (["Incident lead", "Opened the incident"], 1, 2)
    page = ours.get(f"/incidents/{incident.reference}/access/review/").content.decode()
    assert "Exported the record" in page
    assert "Nobody has looked through it yet" in page


def test_a_review_is_kept_and_refused_when_the_list_moved(incident, lead, stranger, client_of):
    ours = client_of(lead)
    where = f"/api/incidents/{incident.reference}/access/review/"
    mark = ours.get(where).json()["mark"]
    commands.grant_access(incident, to=stranger, cans=[Can.VIEW], by=lead, now=timezone.now())
    stale = ours.post(where, {"mark": mark}, content_type="application/json")
    assert stale.status_code == 409
    page = ours.get(f"/incidents/{incident.reference}/access/review/").content.decode()
    mark = re.search(r'name="mark" value="(\d+)"', page)[1]
    assert ours.post(f"/incidents/{incident.reference}/access/review/", {"mark": mark}).status_code == 302
    assert verbs(incident).count("access_reviewed") == 1
    told = ours.get(where).json()
    assert told["reviewed_by"] == str(lead)


def test_what_wants_looking_at_stands_in_one_list(incident, lead, auditor, stranger, client_of):
    now = timezone.now()
    hidden = commands.open_incident(by=lead, title="About a colleague", restricted=True, now=now)
    for one, days in ((incident, 3), (hidden, 3)):
        commands.grant_access(
            one, to=stranger, cans=[Can.VIEW], by=lead, ends_at=now + timedelta(days=days), now=now
        )
    found = access_overview(auditor, now=now)
    assert [(one.person, one.incident) for one in found.ending] == [(str(stranger), incident)]
    assert found.unused == []
    assert found.unreviewed == [incident]
    IncidentUserGrant.objects.filter(user=stranger).update(granted_at=now - timedelta(days=8))
    assert [one.incident for one in access_overview(auditor, now=now).unused] == [incident]
    later = access_overview(auditor, now=now + timedelta(days=4))
    assert [one.incident for one in later.ended] == [incident]
    browser = client_of(auditor)
    for page in ("/settings/access/", "/api/access/"):
        told = browser.get(page).content.decode()
        assert incident.reference in told
        assert hidden.reference not in told
    assert client_of(lead).get("/settings/access/").status_code == 403
