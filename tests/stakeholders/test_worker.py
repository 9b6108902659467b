"""The import in a real worker, killed while it reads."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from stakeholders.models import Roster, RosterImport
from stakeholders.tasks import run_due_imports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]


def wait_for(truth, seconds=120):
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_an_import_whose_worker_is_killed_ends_as_a_clean_one(start, incident, running_worker):
    people = 45_000
    lines = "".join(f"p{one}@mail.example,G{one} F{one % 900},IE\n" for one in range(people))
    job = start("email,name,country\n" + lines)
    found = RosterImport.objects.filter(pk=job.pk)
    run_due_imports.delay()
    wait_for(lambda: found.filter(read__gt=0).exists())
    running_worker.kill()
    assert found.get().state == "running"
    running_worker.start()
    found.update(lapses_at=timezone.now() - timedelta(seconds=1))  # a minute goes by
    run_due_imports.delay()
    wait_for(lambda: found.filter(state="done").exists())
    job = found.get()
    assert (job.read, job.added, job.refused) == (people, people, 0)
    roster = Roster.objects.get(incident=incident)
    assert roster.people == roster.parties.count() == people
    assert roster.parties.values("email_key").distinct().count() == people
