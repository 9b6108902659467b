"""The chained record of one incident: read, verify, export."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from audit import export
from audit.queries import Verdict, verify
from incidents import commands, queries
from incidents.models import Can
from incidents.permissions import incident_for


@require_GET
def record(request: SignedInRequest, reference: str) -> HttpResponse:
    return _page(request, reference, None)


@require_POST
def verify_record(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check every link just now; changes nothing."""
    incident = incident_for(request.user, reference, Can.VIEW)
    return _page(request, reference, verify(incident.stream))


def _page(request: SignedInRequest, reference: str, verdict: Verdict | None) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 18 else None
    entries, next_before = queries.record_page(incident, before=start)
    context = {
        "incident": incident,
        "tab": "record",
        "entries": entries,
        "next_url": f"?before={next_before}" if next_before else "",
        "first_url": request.path if start else "",
        "verdict": verdict,
        "checked_at": timezone.now(),
        "may_export": Can.EXPORT in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "incidents/record.html", context)


@require_GET
def export_record(request: SignedInRequest, reference: str) -> FileResponse:
    """The whole stream with what is needed to check it anywhere."""
    incident = incident_for(request.user, reference, Can.EXPORT)
    commands.take_record(incident, by=request.user)
    package = export.write(incident.stream, incident.reference)
    return FileResponse(package, as_attachment=True, filename=f"{incident.reference}-record.zip")
