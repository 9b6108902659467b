"""The register of systems, and what it proposes for the facts of an incident."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents import commands, queries
from incidents.commands import systems
from incidents.models import Incident
from incidents.queries.systems import picked_systems
from policies import commands as register
from policies.models import System
from tests.standing import standing

HOLDS = {"elements": ["email", "phone"], "people": {"IE": 900, "US-CA": 20}}


@standing
def system(lead: object) -> System:
    return register.keep_system(name="Contact import", owner=lead, by=lead, now=timezone.now(), **HOLDS)


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


def test_the_register_is_kept_by_those_who_may_and_read_by_those_with_a_task(
    system, lead, responder, employee, client_of
):
    given = {"name": "Mail", "owner": lead.pk, "elements": ["email"], "people": "ie 1,300\nGB: 20; GB 5"}
    assert client_of(responder).post("/policies/systems/new/", given).status_code == 403
    assert client_of(employee).get("/policies/systems/").status_code == 403
    assert client_of(lead).post("/policies/systems/new/", given).status_code == 302
    assert System.objects.get(name="Mail").people == {"GB": 25, "IE": 1300}
    assert "Contact import" in client_of(responder).get("/policies/systems/").content.decode()
    for wrong in (
        {"name": "contact IMPORT"},
        {"people": "IE many"},
        {"people": "Atlantis 5"},
        {"people": "IE 0"},
    ):
        assert (
            client_of(lead).post("/policies/systems/new/", {**given, "name": "New", **wrong}).status_code
            == 422
        )
    where = f"/policies/systems/{system.reference}/retire/"
    assert client_of(lead).post(where, {"reason": "Switched off."}).status_code == 302
    assert client_of(lead).post(where, {"reason": "Again."}).status_code == 422


def test_a_table_is_brought_in_whole_or_not_at_all(system, lead, client_of):
    def bring(text: str) -> int:
        file = SimpleUploadedFile("systems.csv", text.encode())
        return client_of(lead).post("/policies/systems/import/", {"file": file}).status_code

    head = "name,owner,elements,people,records\n"
    mail = lead.email
    for wrong in (
        "name\nA\n",
        head,
        f"{head}A,nobody@lantern.example,email,,\n",
        f"{head}A,{mail},email,,\nB,{mail},nonsense,,\n",
        f"{head}A,{mail},email,IE x,\n",
        f"{head}A,{mail},email,,-4\n",
    ):
        assert bring(wrong) == 422, wrong
    assert System.objects.count() == 1
    assert bring(f"{head}contact import,{mail},name,IE 1000; DE 20,5000\nB,{mail},email;phone,,\n") == 302
    system.refresh_from_db()
    assert (system.elements, system.people, system.records) == (["name"], {"IE": 1000, "DE": 20}, 5000)
    assert System.objects.count() == 2


def test_what_a_system_proposes_becomes_a_fact_only_once_it_is_accepted(
    system, incident, lead, responder, auditor, client_of
):
    now = timezone.now()
    commands.set_facts(incident, facts=[commands.FactInput("elements", "known", ["name"])], by=lead, now=now)
    client = client_of(responder)
    assert client_of(auditor).post(url("pick_system", incident), {"system": system.pk}).status_code == 403
    assert "Contact import" in client.get(url("facts", incident)).content.decode()
    client.post(url("pick_system", incident), {"system": system.pk})
    client.post(url("pick_system", incident), {"system": system.pk})
    picked = incident.picked_systems.get()
    assert [one.what for one in picked_systems(incident)[0].proposals] == ["elements", "people"]
    assert queries.current_counts(incident) == []
    page = client.get(url("facts", incident)).content.decode()
    assert "At most 920 people" in page
    for what in ("elements", "people"):
        client.post(url("answer_proposal", incident, picked.pk), {"what": what, "answer": "accept"})
    fact = queries.current_facts(incident)["elements"]
    assert (fact.value, fact.source) == (["email", "name", "phone"], "Register of systems: Contact import")
    assert queries.total_affected(queries.current_counts(incident)) == (920, False)
    assert picked_systems(incident)[0].proposals == []
    with pytest.raises(ValidationError) as refusal:
        systems.answer_proposal(picked, what="people", accept=True, by=lead, now=now)
    assert refusal.value.code == "not_proposed"


def test_what_is_not_so_here_is_proposed_no_more_and_smaller_numbers_never(system, incident, lead):
    now = timezone.now()
    counts = [commands.CountInput("IE", ("email",), 5000), commands.CountInput("US-CA", ("email",), 5)]
    commands.record_counts(incident, counts=counts, basis="confirmed", source="s", by=lead, now=now)
    picked = systems.pick_system(incident, system=system, by=lead, now=now)
    elements, people = picked_systems(incident)[0].proposals
    assert people.value == {"US-CA": 20}
    systems.answer_proposal(picked, what=elements.what, accept=False, by=lead, now=now)
    assert [one.what for one in picked_systems(incident)[0].proposals] == ["people"]
    assert "elements" not in queries.current_facts(incident)
    systems.drop_system(picked, by=lead, now=now)
    systems.drop_system(picked, by=lead, now=now)
    assert picked_systems(incident) == []


def test_two_who_change_one_system_see_both_versions(system, lead, legal, client_of):
    client, at = client_of(legal), f"/policies/systems/{system.reference}/"

    def seen(page) -> str:
        return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]

    data = {
        "name": system.name,
        "owner": lead.pk,
        "elements": ["email", "phone"],
        "people": "IE 900\nUS-CA 20",
    }
    data["seen"] = seen(client.get(at))
    register.keep_system(
        system, name=system.name, owner=lead, by=lead, now=timezone.now(), vendor="Beacon",
        elements=HOLDS["elements"], people={"IE": 1000},
    )  # fmt: skip
    refused = client.post(at, data | {"people": "IE 950", "purpose": "Finds friends."})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "IE 1000" in page
    assert "IE 950" in page
    chosen = data | {
        "people": "IE 950",
        "purpose": "Finds friends.",
        "vendor": "Beacon",
        "seen": seen(refused),
    }
    assert client.post(at, chosen | {"choose.people": "theirs"}).status_code == 302
    system.refresh_from_db()
    assert (system.people, system.purpose, system.vendor) == ({"IE": 1000}, "Finds friends.", "Beacon")
    api = f"/api/policies/systems/{system.reference}/"
    body = {"name": "Import", "owner": lead.email, "elements": ["email"]}
    put = {"content_type": "application/json", "headers": {"If-Match": client.get(api)["ETag"]}}
    register.keep_system(system, name="Contacts", owner=lead, by=lead, now=timezone.now())
    assert client.put(api, body, **put).json()["now"]["name"] == "Contacts"
