"""Settings on real parts: a mail server takes the letter, a worker assesses the incidents."""

from __future__ import annotations

import re
import time

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Organisation
from incidents.models import Incident

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_mail_server_gets_the_link(smtp_sink, officer, client_of):
    words = {"name": "Nia Moss", "email": "nia@lantern.example", "zone": "Europe/Dublin", "roles": ["legal"]}
    assert client_of(officer).post("/settings/people/new/", words).status_code == 302
    (letter,) = smtp_sink.messages()
    assert letter["To"] == "nia@lantern.example"
    assert letter["Subject"] == "Set your password for Lantern"
    text = letter.get_body(("plain",)).get_content()
    assert re.search(r"http://testserver/accounts/password/reset/key/\S+", text)


def test_a_worker_assesses_what_the_settings_marked(running_worker, incident, lead, client_of):
    before = incident.assessed_hash
    said = {"places_served": "IE, DE"}
    assert client_of(lead).post("/settings/organisation/facts/", said).status_code == 302
    until = time.monotonic() + 60
    while Incident.objects.stale().exists() and time.monotonic() < until:
        time.sleep(0.2)
    assert not Incident.objects.stale().exists()
    incident.refresh_from_db()
    assert incident.assessed_hash not in ("", before)


def test_sectors_that_were_stated_before_are_kept(organisation):
    """Installations that have stated them keep them through the migration, both ways."""
    Organisation.objects.update(standing_facts={"sectors": ["health"]})
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        back = MigrationExecutor(connection)
        back.migrate([("accounts", "0002_extensions")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT sectors FROM accounts_organisation")
            assert "health" in str(cursor.fetchone()[0])
    finally:
        MigrationExecutor(connection).migrate(leaves)
    assert Organisation.current().sectors == ["health"]
