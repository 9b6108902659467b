"""What the obligations page says while little is known."""

from __future__ import annotations

from django.utils import timezone

from incidents import commands, places, queries
from incidents.commands import CountInput
from incidents.models import Incident
from law.pack import load_pack


def page(client, incident: Incident) -> str:
    return client.get(f"/incidents/{incident.reference}/obligations/").content.decode()


def nowhere(incident: Incident) -> None:
    """Nothing known: not even where we are established."""
    from accounts.models import Establishment

    Establishment.objects.all().delete()
    incident.assessed_hash = ""


def test_with_nothing_known_there_is_no_row_and_the_first_question_is_where_people_are(
    incident, lead, client_of
):
    nowhere(incident)
    incident.obligations.all().delete()
    commands.assess_obligations(incident, by=lead, now=timezone.now())
    assert not incident.obligations.exists()
    possible = queries.possible_laws(incident)
    assert possible.questions[0].key == "counts"
    assert {"European Economic Area", "United States"} <= {region.name for region in possible.regions}
    shown = page(client_of(lead), incident)
    assert "No law applies on what is known" in shown
    assert f"/incidents/{incident.reference}/facts/counts/" in shown
    assert (
        f'id="possible-title">Laws that may apply once more is known <span class="count">{possible.laws}<'
        in shown
    )


def test_people_counted_in_a_place_move_its_law_from_the_strip_to_the_rows(incident, lead, client_of):
    def open_places() -> set[str]:
        return {law.place for region in queries.possible_laws(incident).regions for law in region.laws}

    assert "US-TX" in open_places()
    counts = [CountInput("US-TX", ("name", "ssn"), 900)]
    commands.record_counts(
        incident, counts=counts, basis="estimate", source="Log", by=lead, now=timezone.now()
    )
    assert "US-TX" not in open_places()
    assert incident.obligations.filter(place="US-TX").exists()


def test_who_only_reads_is_led_to_the_facts_and_not_to_a_form(incident, auditor, client_of):
    assert f"/incidents/{incident.reference}/facts/counts/" not in page(client_of(auditor), incident)
    assert f"/incidents/{incident.reference}/facts/#people" in page(client_of(auditor), incident)


def test_a_settled_incident_asks_no_more(incident, lead):
    Incident.objects.filter(pk=incident.pk).update(status="dismissed")
    assert queries.possible_laws(Incident.objects.get(pk=incident.pk)).laws == 0


def test_every_place_of_the_pack_lies_in_a_part_of_the_world():
    lost = {rule["place"] for rule in load_pack().rules if places.region_name(rule["place"]) == "Elsewhere"}
    assert lost == set()
