"""What is new to a person since they last looked, who does what, and what is still up."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from incidents import commands
from incidents.commands import looking
from incidents.models import LastLook
from incidents.permissions import incident_for
from insights.queries.news import news

MINUTE = timedelta(minutes=1)


def look(incident, user, now):
    found = incident_for(user, incident.reference)
    return news(found, looking.look(found, position=found.position, by=user, now=now), user, held=found.held)


def test_what_others_did_is_new_through_the_sitting_and_then_no_more(incident, lead, responder):
    start = timezone.now()
    assert look(incident, responder, start).number == 0, "nothing to catch up with at the first look"
    commands.add_note(incident, text="Mine", privileged=False, by=responder, now=start)
    commands.add_note(incident, text="Hers", privileged=False, by=lead, now=start)
    commands.describe_incident(incident, by=lead, now=start, violation="leak")
    back = look(incident, responder, start + 60 * MINUTE)
    assert (back.number, back.people) == (2, 1)
    assert look(incident, responder, start + 80 * MINUTE).number == 2, "a reload does not make it old"
    assert look(incident, responder, start + 200 * MINUTE).number == 0
    assert look(incident, lead, start).number == 0


def test_a_look_is_written_at_most_once_a_minute(incident, responder, django_assert_num_queries):
    now = timezone.now()
    found = incident_for(responder, incident.reference)
    looking.look(found, position=1, by=responder, now=now)
    with django_assert_num_queries(1):
        looking.look(found, position=2, by=responder, now=now + timedelta(seconds=59))
    with django_assert_num_queries(2):
        looking.look(found, position=2, by=responder, now=now + 2 * MINUTE)


def test_privileged_notes_are_news_to_counsel_alone(incident, lead, legal, responder):
    start = timezone.now()
    for person in (legal, responder):
        look(incident, person, start)
    commands.add_note(incident, text="For counsel", privileged=True, by=lead, now=start)
    later = start + 60 * MINUTE
    assert look(incident, legal, later).number == 1
    assert look(incident, responder, later).number == 0


def test_the_page_tells_what_is_new_until_it_is_seen(incident, lead, responder, client_of):
    client, where = client_of(responder), f"/incidents/{incident.reference}/"
    client.get(where)
    LastLook.objects.update(at=timezone.now() - 60 * MINUTE)
    commands.add_note(incident, text="Hers", privileged=False, by=lead, now=timezone.now())
    page = client.get(where)
    assert "New since you last looked" in page.content.decode()
    commands.describe_incident(incident, by=lead, now=timezone.now(), violation="leak")
    client.post(f"{where}seen/", {"position": page.context["news"].position})
    page = client.get(where).content.decode()
    assert "changed the description" in page, "what came after the page was drawn is still new"
    assert "added a note" not in page.partition("What to do next")[0]
    client.post(f"{where}seen/", {"position": "9" * 30})
    client.post(f"{where}seen/", {"position": str(10**17)})
    assert "New since you last looked" not in client.get(where).content.decode()


def test_who_does_what_names_owners_and_what_is_nobodys(incident, lead, responder, client_of):
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.set_facts(
        incident, facts=[commands.FactInput("breach_kinds", "known", ["confidentiality"])], by=lead, now=now
    )
    where, client = f"/incidents/{incident.reference}/", client_of(responder)
    assert "Name a lead" in client.get(where).content.decode()
    commands.describe_incident(incident, by=lead, now=now, lead=lead)
    mine = incident.obligations.running()[0]
    commands.hand_over_obligation(mine, to=responder, by=lead, now=now)
    hands = client.get(where).context["overview"].hands
    assert [(hand.user, hand.leads) for hand in hands] == [(lead, True), (responder, False)]
    assert [one.pk for one in hands[1].duties] == [mine.pk]
