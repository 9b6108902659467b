from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents import commands
from incidents.permissions import incident_for
from insights.queries import Asked, timeline, timeline_page
from law.vocabulary import EVENT_KINDS


def named(incident, user, **asked):
    return timeline(incident_for(user, incident.reference), Asked(**asked))


def note(incident, by, text, **more):
    return commands.add_note(incident, text=text, privileged=False, by=by, now=timezone.now(), **more)


def test_an_event_stands_where_it_happened_and_says_when_it_was_written(breach, lead, client_of):
    happened = timezone.now() - timedelta(days=3)
    told = note(breach, lead, "The platform rang.", happened_at=happened)
    first, second = named(breach, lead).entries[:2]
    assert (first.name, first.at, first.recorded_at) == (f"note-{told.pk}", happened, told.at)
    assert second.gap > timedelta(days=2)
    page = client_of(lead).get(f"/incidents/{breach.reference}/timeline/").content.decode()
    assert "written down" in page
    assert "without an entry" in page


def test_a_correction_points_at_what_it_corrects_which_stays_as_it_was(breach, lead, responder, client_of):
    wrong = note(breach, lead, "400 people")
    client, add = client_of(responder), f"/incidents/{breach.reference}/timeline/add/"
    assert "Set an entry right" in client.get(add, {"corrects": f"note-{wrong.pk}"}).content.decode()
    done = client.post(add, {"text": "500 people", "corrects": f"note-{wrong.pk}"})
    right = breach.notes.get(text="500 people")
    assert done.url.endswith(f"/timeline/?show=note-{right.pk}#note-{right.pk}")
    entries = {one.name: one for one in named(breach, lead).entries}
    assert entries[f"note-{wrong.pk}"].text == "400 people"
    assert [one.name for one in entries[f"note-{wrong.pk}"].corrected] == [f"note-{right.pk}"]
    assert entries[f"note-{right.pk}"].corrects == f"note-{wrong.pk}"
    act = next(one for one in entries.values() if one.name.startswith("act-"))
    note(breach, lead, "That was the day before.", corrects=act.name)
    told = client.get(f"/api/incidents/{breach.reference}/timeline/", {"person": str(lead.pk)}).json()
    assert [one["corrected"][0]["by"] for one in told["entries"] if one["corrected"]] == ["Lead", "Responder"]
    for unknown in ("note-999999", "act-999999", "nonsense", "note-", "time-²"):
        with pytest.raises(ValidationError, match="no such entry"):
            note(breach, lead, "x", corrects=unknown)
    with pytest.raises(ValidationError, match="future"):
        note(breach, lead, "x", happened_at=timezone.now() + timedelta(hours=1))


def test_what_is_privileged_stands_on_the_line_of_counsel_alone(breach, lead, legal, responder):
    secret = commands.add_note(breach, text="Advice", privileged=True, by=legal, now=timezone.now())
    name = f"note-{secret.pk}"
    assert name in {one.name for one in named(breach, legal).entries}
    for other in (lead, responder):
        found = named(breach, other, show=name)
        assert "Advice" not in {one.text for one in found.entries}
        assert str(legal) not in {label for _, label in found.people}
    with pytest.raises(ValidationError, match="no such entry"):
        note(breach, lead, "Guessed", corrects=name)


def test_a_time_stated_anew_leaves_the_old_one_on_the_line(breach, lead):
    now = timezone.now()
    commands.record_event_time(
        breach, kind="detected", at=now - timedelta(hours=30), zone="UTC", by=lead, now=now, reasoning="Log"
    )
    found = [
        (one.replaced, one.legal)
        for one in named(breach, lead, kind="times").entries
        if one.title == EVENT_KINDS["detected"]
    ]
    assert sorted(found) == [(False, True), (True, False)]


@pytest.mark.parametrize("newest", [False, True])
def test_pages_hold_every_entry_once_and_in_order(breach, lead, monkeypatch, newest):
    same = timezone.now() - timedelta(hours=5)
    for number in range(7):
        note(breach, lead, f"Note {number}", happened_at=same)
    whole = [one.name for one in named(breach, lead, newest=newest, kind="notes").entries]
    monkeypatch.setattr(timeline_page, "PAGE", 3)
    paged, after = [], ""
    while True:
        page = named(breach, lead, newest=newest, kind="notes", after=after)
        paged += [one.name for one in page.entries]
        after = page.next
        if not after:
            break
    assert paged == whole
    assert len(set(paged)) == 7
    everything, after, instants = 0, "", []
    while everything == 0 or after:
        page = named(breach, lead, newest=newest, after=after)
        instants += [one.at for one in page.entries]
        after, everything = page.next, everything + 1
    assert instants == sorted(instants, reverse=newest)
    assert named(breach, lead, after="nonsense").entries
