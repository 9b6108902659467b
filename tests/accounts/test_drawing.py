"""A quiet mass draw is stopped, told of, and let go on by somebody else."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from audit.models import AuditEvent
from config.drawing import KIND_OF, READ
from tests.routes import resolved


@pytest.fixture
def limits(settings):
    settings.DRAWING_LIMITS = {"exports": 2, "lookups": 1, "searches": 3}
    cache.clear()
    yield
    cache.clear()


def test_who_exports_and_searches_without_end_is_held_up_until_somebody_lets_them_go_on(
    limits, incident, lead, officer, client_of
):
    ours, theirs = client_of(officer), client_of(lead)
    record = f"/incidents/{incident.reference}/record/export/"
    taken = [theirs.get(path) for path in (record, f"/api{record}", record, f"/api{record}", record)]
    assert [one.status_code for one in taken] == [200, 200, 429, 429, 429]  # pages and API count together
    told = taken[2].content.decode()
    assert "exported or downloaded 2 times in one hour" in told
    assert int(taken[2]["Retry-After"]) <= 3600
    assert taken[3].json()["errors"][0]["code"] == "throttled"
    assert ours.get(record).status_code == 200  # others are not held up
    assert [theirs.get("/search/?q=import").status_code for _ in range(4)] == [200, 200, 200, 429]

    reached = AuditEvent.objects.filter(verb="limit_reached")
    assert reached.count() == 2  # once a limit, not once a try
    for page in (f"/settings/people/{lead.pk}/", "/settings/access/", "/api/access/"):
        assert "2 exports and downloads in one hour" in ours.get(page).content.decode(), page
    own = ours.post(f"/settings/people/{officer.pk}/limits/")
    assert "Somebody else has to lift your own" in own.content.decode()
    assert ours.post(f"/settings/people/{lead.pk}/limits/").status_code == 302
    assert AuditEvent.objects.filter(verb="limits_lifted", subject_id=str(lead.pk)).count() == 1
    assert theirs.get(record).status_code == 200
    assert ours.post(f"/api/people/{lead.pk}/limits/").status_code == 200


def test_what_is_limited_is_a_route():
    assert KIND_OF.keys() | READ <= {route.name for route in resolved()}
