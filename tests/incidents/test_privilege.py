"""Notes that become privileged later, and are released again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands

WORDS = "Numbat told us on the phone."
CORRECTION = "Not Numbat: her brother."


def test_a_note_goes_to_counsel_and_comes_back(incident, legal, responder, client_of):
    now = timezone.now()
    note = commands.add_note(
        incident, text=WORDS, privileged=False, by=responder, now=now - timedelta(minutes=5)
    )
    later = commands.add_note(
        incident, text=CORRECTION, privileged=False, by=responder, now=now, corrects=f"note-{note.pk}"
    )
    at = f"/incidents/{incident.reference}/"
    theirs, ours = client_of(responder), client_of(legal)
    assert WORDS in theirs.get(f"{at}notes/").content.decode()
    asked = ours.get(f"{at}notes/{note.pk}/privileged/").content.decode()
    assert "may have read it: Responder." in asked
    assert theirs.get(f"{at}notes/{note.pk}/privileged/").status_code == 403
    assert ours.post(f"{at}notes/{note.pk}/privileged/", {"reason": ""}).status_code == 422
    assert ours.post(f"{at}notes/{note.pk}/privileged/", {"reason": "Advice of counsel."}).status_code == 302

    for page in (f"{at}notes/", f"{at}timeline/", at, f"{at}record/", f"/api{at}notes/", "/search/?q=numbat"):
        told = theirs.get(page).content.decode()
        assert not any(words in told for words in (WORDS, CORRECTION, "privileged")), page
    kept = ours.get(f"{at}notes/").content.decode()
    assert WORDS in kept
    assert CORRECTION in kept  # what sets it right went with it
    assert "Advice of counsel." in kept
    assert "may have read it: Responder." in kept

    with pytest.raises(ValidationError) as refused:
        commands.set_note_privileged(later, privileged=False, reason="Settled.", by=legal, now=now)
    assert refused.value.code == "corrects_privileged"
    for pk in (note.pk, later.pk):
        body = {"privileged": False, "reason": "The advice was published."}
        answer = ours.post(f"/api{at}notes/{pk}/privileged/", body, content_type="application/json")
        assert answer.json()["privileged"] is False
    told = theirs.get(f"{at}notes/").content.decode()
    assert WORDS in told
    assert CORRECTION in told
    assert "The advice was published." in theirs.get(f"{at}timeline/").content.decode()
    counsel = AuditEvent.objects.filter(stream=f"counsel:{incident.pk}").values_list("verb", flat=True)
    assert list(counsel) == ["note_privileged"] * 2
    again = ours.post(f"/api{at}notes/{note.pk}/privileged/", body, content_type="application/json")
    assert again.status_code == 409
