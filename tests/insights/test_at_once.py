"""Two people act at the same instant, each in a request of their own, on real locks: one wins, the other is told."""

from __future__ import annotations

import re
import threading
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from incidents import commands
from incidents.models import Incident
from tests.people import hire

pytestmark = pytest.mark.django_db(transaction=True)
DONE = 302


def at_once(*requests):
    """Send them from threads that wait for each other; their answers in order."""
    together, answers = threading.Barrier(len(requests)), {}

    def send(place, client, url, data):
        together.wait(10)
        try:
            answers[place] = client.post(url, data, follow=False)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(place, *one)) for place, one in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [answers[place] for place in range(len(requests))]


def words(response):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


@pytest.fixture
def two(organisation, client_of) -> list[tuple[str, Client]]:
    people = [
        hire("ann@lantern.example", Role.PRIVACY_OFFICER),
        hire("ben@lantern.example", Role.PRIVACY_OFFICER),
    ]
    return [(str(person), client_of(person)) for person in people]


def won_and_lost(two, answers, *, lost):
    """The names of who won and the answer of who lost."""
    (winner,) = [place for place, answer in enumerate(answers) if answer.status_code == DONE]
    (loser,) = [place for place in range(2) if place != winner]
    assert answers[loser].status_code == lost
    return two[winner][0], answers[loser]


def test_of_two_who_find_close_and_sign_one_wins_and_the_other_learns_who(two, lead, breach):
    base = f"/incidents/{breach.reference}/"
    duties = list(breach.obligations.running())
    for duty in duties[:-1]:
        decision = commands.propose_not_required(duty, by=lead, reason="Test data", now=timezone.now())
        second = hire(f"second{duty.pk}@lantern.example", Role.LEGAL)
        commands.sign_not_required(decision, by=second, now=timezone.now())
    commands.propose_not_required(duties[-1], by=lead, reason="Test data", now=timezone.now())
    url = f"{base}obligations/{duties[-1].pk}/sign-not-required/"
    winner, lost = won_and_lost(two, at_once(*((client, url, {}) for _, client in two)), lost=422)
    assert f"{winner} signed that a duty does not apply a moment ago." in words(lost)

    commands.write_review(
        breach, by=lead, cause="A bug", went_well="", went_badly="", improvements="A test", check_on=None,
        now=timezone.now(),
    )  # fmt: skip
    answers = at_once(*((client, f"{base}close/now/", {}) for _, client in two))
    winner, lost = won_and_lost(two, answers, lost=422)
    assert "closed the incident" in words(lost)
    assert winner in words(lost)
    assert Incident.objects.get(pk=breach.pk).status == "closed"
    assert breach.reference in lost.content.decode()


def test_of_two_who_write_the_same_at_once_one_is_shown_both_versions(two, incident):
    url, data = f"/incidents/{incident.reference}/describe/", {}
    page = two[0][1].get(url).content.decode()
    data = {
        "seen": re.search(r'name="seen" value="([^"]*)"', page)[1], "summary": "", "violation": "unknown",
        "own_role": "unknown", "priority": "normal", "lead": "",
    }  # fmt: skip
    titles = ["Written by Ann", "Written by Ben"]
    answers = at_once(
        *((client, url, data | {"title": title}) for (_, client), title in zip(two, titles, strict=True))
    )
    winner, lost = won_and_lost(two, answers, lost=422)
    assert f"{winner} saved this while you were writing" in words(lost)
    assert all(title in words(lost) or title in lost.content.decode() for title in titles)
    assert Incident.objects.get(pk=incident.pk).title in titles
