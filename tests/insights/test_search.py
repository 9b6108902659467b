"""What one may see is found by its words; what one may not see is found by nobody else."""

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from incidents import commands
from incidents.models import Can, Door, Incident, Note
from insights import queries
from insights.models import EntryKind, SearchEntry


def kinds(user: User, words: str) -> set[str]:
    return {hit.entry.kind for hit in queries.search(user, words).hits}


def test_each_person_finds_what_they_may_see(
    incident: Incident, lead: User, officer: User, support: User, stranger: User
) -> None:
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, summary="The Zürich exporters had quokkas.")
    commands.add_note(incident, text="Quokka counted", privileged=False, by=lead, now=now)
    commands.add_note(incident, text="Numbat, for counsel", privileged=True, by=officer, now=now)
    commands.file_report(door=Door.PUBLIC, title="Somebody has my quokka", words="It is mine", now=now)
    assert kinds(lead, "quokka") == {"incident", "note", "report"}
    assert kinds(support, "quokka") == {"incident", "note"}
    assert kinds(stranger, "quokka") == set()
    assert kinds(officer, "numbat") == {"note"}
    assert kinds(lead, "numbat") == set()
    assert kinds(lead, "zurich export") == {"incident"}
    assert kinds(lead, "quok") == {"incident", "note", "report"}
    assert kinds(lead, incident.reference[4:8]) == {"incident"}
    assert kinds(lead, "mport sha") == {"incident"}  # a part of the title
    commands.grant_access(incident, to=stranger, cans=[Can.VIEW], by=lead, now=now)
    assert kinds(User.objects.get(pk=stranger.pk), "quokka") == {"incident", "note"}
    commands.restrict_incident(incident, by=lead, reason="Concerns a colleague", now=now)
    assert kinds(support, "quokka") == set()


def test_an_entry_follows_its_row(incident: Incident, lead: User) -> None:
    note = commands.add_note(incident, text="Quokka", privileged=False, by=lead, now=timezone.now())
    Note.objects.filter(pk=note.pk).update(text="Bilby")
    assert kinds(lead, "quokka") == set()
    assert kinds(lead, "bilby") == {"note"}
    SearchEntry.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT insights_search_fill()")
    assert kinds(lead, "bilby") == {"note"}
    note.delete()
    assert kinds(lead, "bilby") == set()


def test_words_of_a_text_are_shown_escaped_and_a_heading_comes_before_a_note(
    incident: Incident, lead: User, client: Client
) -> None:
    now = timezone.now()
    commands.add_note(incident, text="5 < 6 & contact <img src=x> us", privileged=False, by=lead, now=now)
    client.force_login(lead)
    page = client.get("/search/?q=contact").content.decode()
    assert "5 &lt; 6 &amp; <mark>contact</mark>" in page
    assert "<img src=x" not in page
    assert [hit.entry.kind for hit in queries.search(lead, "contact").hits][:2] == ["incident", "note"]
    told = client.get("/search/suggest/?q=con").content.decode()
    assert reverse("insights:overview", args=[incident.reference]) in told
    assert "Go to Intake" in client.get("/search/suggest/?q=int").content.decode()
    answer = client.get("/api/search/?q=contact&kind=note").json()
    assert [(hit["kind"], hit["incident"]) for hit in answer["hits"]] == [("note", incident.reference)]
    for kind in EntryKind.values:
        assert client.get("/search/", {"q": "':* & | ! ( \\ contact", "kind": kind}).status_code == 200
