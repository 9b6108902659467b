"""Two people write the same thing, one after the other had opened it."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from accounts.editing import Seen
from incidents import commands, queries
from incidents.models import Incident


def hidden(page, name="seen"):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def opened(client, incident):
    page = client.get(f"/incidents/{incident.reference}/describe/")
    return {
        "seen": hidden(page), "title": incident.title, "summary": "", "violation": incident.violation,
        "own_role": incident.own_role, "priority": incident.priority, "lead": "",
    }  # fmt: skip


def described(client, incident, data):
    return client.post(f"/incidents/{incident.reference}/describe/", data)


def test_who_saves_second_is_shown_both_versions_and_nothing_is_lost(incident, lead, responder, client_of):
    mine, hers = client_of(responder), client_of(lead)
    data = opened(mine, incident)
    assert described(hers, incident, opened(hers, incident) | {"title": "Import leaked"}).status_code == 302
    second = described(mine, incident, data | {"title": "Import showed too much", "summary": "A long story"})
    page = second.content.decode()
    assert second.status_code == 422
    assert "Lead saved this while you were writing" in page
    assert "Import leaked" in page
    assert 'value="Import showed too much"' in page
    assert "A long story" in page
    assert Incident.objects.get(pk=incident.pk).title == "Import leaked"

    again = data | {"title": "Import showed far too much", "summary": "A long story", "seen": hidden(second)}
    assert described(mine, incident, again | {"choose.title": "mine"}).status_code == 302
    found = Incident.objects.get(pk=incident.pk)
    assert (found.title, found.summary) == ("Import showed far too much", "A long story")


def test_the_other_version_can_be_taken(incident, lead, responder, client_of):
    client = client_of(responder)
    data = opened(client, incident)
    commands.describe_incident(incident, by=lead, now=timezone.now(), title="Hers", violation="scraping")
    second = described(client, incident, data | {"title": "Mine", "violation": "doxxing", "summary": "Kept"})
    page = " ".join(second.content.decode().split())
    assert '<p class="quote">Scraping</p>' in page
    assert '<p class="quote">Person doxxed</p>' in page
    chosen = data | {"title": "Mine", "violation": "doxxing", "summary": "Kept", "seen": hidden(second)}
    chosen |= {"choose.title": "theirs", "choose.violation": "mine"}
    assert described(client, incident, chosen).status_code == 302
    found = Incident.objects.get(pk=incident.pk)
    assert (found.title, found.violation, found.summary) == ("Hers", "doxxing", "Kept")


def test_what_only_the_other_changed_stays_as_they_left_it(incident, lead, responder, client_of):
    client = client_of(responder)
    data = opened(client, incident)
    commands.describe_incident(incident, by=lead, now=timezone.now(), priority="urgent", lead=lead)
    assert described(client, incident, data | {"summary": "Mine"}).status_code == 302
    found = Incident.objects.get(pk=incident.pk)
    assert (found.priority, found.lead, found.summary) == ("urgent", lead, "Mine")


def test_a_program_gets_both_versions(incident, lead, responder, client_of):
    client, address = client_of(responder), f"/api/incidents/{incident.reference}/"

    def patch(etag, **changes):
        return client.patch(address, changes, content_type="application/json", headers={"If-Match": etag})

    etag = client.get(address)["ETag"]
    commands.describe_incident(incident, by=lead, now=timezone.now(), title="Hers", priority="urgent")
    refused = patch(etag, title="Mine", summary="Also")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "stale"
    assert refused.json()["now"] == {"title": "Hers"}
    assert refused.json()["yours"] == {"title": "Mine"}
    assert patch(etag, summary="Also").status_code == 200
    assert patch(refused["ETag"], title="Mine").status_code == 200
    assert patch('"nonsense"', title="Mine").status_code == 400
    found = Incident.objects.get(pk=incident.pk)
    assert (found.title, found.priority, found.summary) == ("Mine", "urgent", "Also")


def test_facts_and_reviews_are_kept_from_being_overwritten_too(incident, lead, responder, client_of):
    client, facts = client_of(responder), f"/api/incidents/{incident.reference}/facts/"
    etag = client.get(facts)["ETag"]

    def told(value, etag):
        data = {"facts": [{"key": "encrypted", "state": "known", "value": value}]}
        return client.post(facts, data, content_type="application/json", headers={"If-Match": etag})

    hers = [commands.FactInput("encrypted", "known", True)]
    commands.set_facts(incident, facts=hers, by=lead, now=timezone.now())
    refused = told(False, etag)
    assert refused.status_code == 409
    assert refused.json()["now"] == {"encrypted": {"state": "known", "value": True}}
    assert told(True, etag).status_code == 200
    assert told(False, refused["ETag"]).status_code == 200

    review = f"/incidents/{incident.reference}/close/review/"
    words = {
        "cause_kind": "slip",
        "cause": "A default",
        "went_well": "",
        "went_badly": "",
        "improvements": "Ask first",
    }
    empty = hidden(client.get(review))
    assert client_of(lead).post(review, words | {"seen": empty}).status_code == 302
    second = client.post(review, words | {"cause": "A bug", "seen": empty})
    assert second.status_code == 422
    assert "A default" in second.content.decode()
    assert "A bug" in second.content.decode()


def test_the_mark_of_what_was_seen_does_not_mind_how_browsers_write():
    stood = Seen.of({"text": "One\nTwo", "lead": None, "places": ["IE", "DE"]})
    assert Seen.read(stood.etag) == stood
    assert stood == Seen.of({"text": "One\r\nTwo ", "lead": "", "places": ("DE", "IE")})
    assert stood != Seen.of({"text": "One\nTwo", "lead": None, "places": ["IE"]})


def test_a_fact_changed_in_place_shows_both_answers(incident, lead, responder, client_of):
    client, row = client_of(responder), f"/incidents/{incident.reference}/facts/row/encrypted/"

    seen = hidden(client.get(row))
    hers = [commands.FactInput("encrypted", "known", True, "Log")]
    commands.set_facts(incident, facts=hers, by=lead, now=timezone.now())
    second = client.post(row, {"encrypted": "no", "source": "Mine", "seen": seen})
    page = " ".join(second.content.decode().split())
    assert second.status_code == 422
    assert '<p class="quote">Yes</p>' in page
    assert '<p class="quote">No</p>' in page
    data = {"encrypted": "no", "source": "Mine", "seen": hidden(second)}
    assert client.post(row, data | {"choose.encrypted": "theirs"}).status_code == 302
    assert incident.facts.get(key="encrypted", superseded_at=None).value is True
    assert client.post(row, data | {"choose.encrypted": "mine"}).status_code == 302
    assert incident.facts.get(key="encrypted", superseded_at=None).value is False


def test_two_who_change_one_action_item_see_both_versions(incident, lead, responder, client_of):
    now = timezone.now()
    due = now + timedelta(hours=30)
    item = commands.add_item(
        incident, title="Ask the host", checklist=["Call", "Write"], due_at=due, by=lead, now=now
    )
    client, at = client_of(responder), f"/incidents/{incident.reference}/items/{item.pk}/change/"
    page = client.get(at).content.decode()
    value = re.search(r'name="due_at" value="([^"]*)"', page)[1]
    data = {
        "title": item.title,
        "what": "",
        "due_at": value,
        "checklist": "Call\r\nWrite",
        "seen": hidden(client.get(at)),
    }
    commands.change_item(item, by=lead, now=now, title="Ask the host twice", due_at=due + timedelta(hours=1))
    second = client.post(at, data | {"title": "Ask their lawyer", "what": "By phone first."})
    page = second.content.decode()
    assert second.status_code == 422
    assert "Ask the host twice" in page
    assert 'value="Ask their lawyer"' in page
    assert "By phone first." in page
    again = data | {"title": "Ask their lawyer", "what": "By phone first.", "seen": hidden(second)}
    again["due_at"] = re.search(r'name="due_at" value="([^"]*)"', page)[1]
    assert client.post(at, again | {"choose.title": "theirs"}).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.what) == ("Ask the host twice", "By phone first.")

    api = f"/api/incidents/{incident.reference}/items/{item.pk}/"
    read = client.get(api)
    commands.change_item(item, by=lead, now=now, checklist=["Call", "Write", "Visit"])
    refused = client.patch(
        api, {"checklist": ["Write"]}, "application/json", headers={"If-Match": read["ETag"]}
    )
    assert refused.status_code == 409
    assert refused.json()["now"]["checklist"] == "Call\nWrite\nVisit"
    assert (
        client.patch(
            api, {"what": "Mail too."}, "application/json", headers={"If-Match": read["ETag"]}
        ).json()["what"]
        == "Mail too."
    )


def test_a_due_time_left_alone_by_who_saves_second_stays_as_the_other_set_it(
    incident, lead, responder, client_of
):
    now = timezone.now()
    item = commands.add_item(incident, title="Ask", due_at=now + timedelta(hours=9), by=lead, now=now)
    client, at = client_of(responder), f"/incidents/{incident.reference}/items/{item.pk}/change/"
    page = client.get(at)
    value = re.search(r'name="due_at" value="([^"]*)"', page.content.decode())[1]
    later = now + timedelta(hours=20)
    commands.change_item(item, by=lead, now=now, due_at=later)
    data = {"title": "Ask twice", "what": "", "due_at": value, "checklist": "", "seen": hidden(page)}
    assert client.post(at, data).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.due_at) == ("Ask twice", later)


def test_two_who_write_one_playbook_lose_nothing(organisation, lead, officer, client_of):
    first, second = client_of(lead), client_of(officer)
    root = "/settings/playbooks/"
    first.post(f"{root}new/", {"name": "Deepfake", "violations": ["impersonation"]})
    at = f"{root}deepfake/steps/"
    step = {"title": "Keep it", "unit": "hours", "checklist": "One\r\nTwo"}
    first.post(at, step)
    opened_first, opened_second = first.get(f"{at}keep-it/"), second.get(f"{at}keep-it/")
    new = {"title": "Show it", "unit": "hours"}
    assert second.post(at, new).status_code == 302, "another step is in nobody's way"
    mine = step | {"title": "Keep everything", "seen": hidden(opened_first)}
    assert first.post(f"{at}keep-it/", mine).status_code == 302
    theirs = step | {"title": "Keep the picture", "checklist": "Two\r\nOne", "seen": hidden(opened_second)}
    refused = second.post(f"{at}keep-it/", theirs)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Keep everything" in page
    assert 'value="Keep the picture"' in page
    chosen = theirs | {"seen": hidden(refused), "choose.title": "theirs"}
    assert second.post(f"{at}keep-it/", chosen).status_code == 302
    content = queries.playbook_for("deepfake").versions.all()[0].content
    assert [(one.title, one.checklist) for one in content.steps] == [
        ("Keep everything", ("Two", "One")), ("Show it", ()),
    ]  # fmt: skip
    described = second.get(f"{root}deepfake/describe/")
    first.post(f"{root}deepfake/describe/", {"name": "Deepfakes", "seen": hidden(described)})
    late = second.post(f"{root}deepfake/describe/", {"name": "Faked pictures", "seen": hidden(described)})
    assert late.status_code == 422
    assert "Deepfakes" in late.content.decode()
