"""What a download asks, and the files themselves below `/files/`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.keyring import CannotUnseal
from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.downloads import attached, manifest_bytes, stored_file, zipped
from incidents.models import Attachment, Can, Evidence
from incidents.permissions import incident_for
from incidents.queries import Way
from incidents.views.answers import INVALID, page
from incidents.views.evidence import one_for, shown_page


@require_GET
def download_page(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    """What a download asks for before it begins."""
    found = one_for(request, reference, evidence)
    if found.deleted_at is not None:
        return redirect("incidents:evidence_item", reference, evidence)
    return _asked(request, found)


def _asked(request: SignedInRequest, found: Evidence, refusal: ValidationError | None = None) -> HttpResponse:
    way = queries.way_out(found.file, request.user, found.incident.held)  # type: ignore[attr-defined]
    form = forms.DownloadForm(request.POST if refusal else None, asks_reason=way.way == Way.REASON)
    if refusal is not None:
        form.add_error(None, ValidationError(refusal.error_list))
    context = {
        "incident": found.incident,
        "tab": "evidence",
        "evidence": found,
        "way": way,
        "is_shut": way.way == Way.SHUT,
        "asks": way.way in (Way.CONFIRM, Way.REASON),
    }
    return page(request, "incidents/evidence_download.html", context, form=form)


@require_POST
def evidence_file(request: SignedInRequest, reference: str, evidence: str) -> HttpResponseBase:
    """The file itself; who took it out is kept."""
    found = one_for(request, reference, evidence)
    try:
        answer = stored_file(found.file) if found.deleted_at is None else None
        commands.download_evidence(
            found,
            by=request.user,
            reason=request.POST.get("reason", ""),
            confirmed="confirmed" in request.POST,
            now=timezone.now(),
        )
    except ValidationError as refusal:
        if found.deleted_at is not None:
            return shown_page(request, found, status=INVALID, refusal=refusal.messages)
        return _asked(request, found, refusal)
    except CannotUnseal:
        return shown_page(request, found, status=INVALID, refusal=["It cannot be read. Check it again."])
    assert answer is not None
    return answer


@require_GET
def export_page(request: SignedInRequest, reference: str) -> HttpResponse:
    """What an export holds, before it leaves."""
    incident, now = incident_for(request.user, reference, Can.EXPORT), timezone.now()
    rows = list(queries.evidence_of(incident, now=now).filter(deleted_at=None))
    ways = [queries.way_out(one.file, request.user, incident.held).way for one in rows]  # type: ignore[attr-defined]
    leaving = [one for one, way in zip(rows, ways, strict=True) if way in (Way.OPEN, Way.CONFIRM)]
    context = {
        "incident": incident,
        "tab": "evidence",
        "leaving": len(leaving),
        "unscanned": ways.count(Way.CONFIRM),
        "staying": len(rows) - len(leaving),
        "bytes": sum(one.file.size for one in leaving),
    }
    return render(request, "incidents/evidence_export.html", context)


@require_POST
def evidence_zip(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """All files that may leave, with their manifest; each export is in the custody of its file."""
    incident = incident_for(request.user, reference, Can.EXPORT)
    return zipped(incident, commands.export_evidence(incident, by=request.user, now=timezone.now()))


@require_GET
def evidence_manifest(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Every file with its hash, as a table for a spreadsheet."""
    incident = incident_for(request.user, reference, Can.EXPORT)
    name = f"{incident.reference}-evidence.csv"
    return attached([manifest_bytes(incident)], name, kind="text/csv; charset=utf-8")


@require_POST
def attachment_file(request: SignedInRequest, reference: str, pk: int) -> HttpResponseBase:
    """A file that came with a report, for whoever triages it."""
    found = queries.attachment_for(queries.report_for(request.user, reference), pk)
    try:
        answer = stored_file(found.file)
        commands.download_attachment(
            found,
            by=request.user,
            reason=request.POST.get("reason", ""),
            confirmed="confirmed" in request.POST,
            now=timezone.now(),
        )
    except ValidationError as refusal:
        return _attachment_asked(request, found, refusal)
    except CannotUnseal:
        raise Http404("This file is no longer here.") from None
    return answer


def _attachment_asked(request: SignedInRequest, found: Attachment, refusal: ValidationError) -> HttpResponse:
    """What the download of a file that was not scanned asks for first."""
    way = queries.way_out(found.file, request.user, frozenset({Can.WRITE}))
    form = forms.DownloadForm(request.POST, asks_reason=way.way == Way.REASON)
    if request.POST.keys() & form.fields.keys():
        form.add_error(None, ValidationError(refusal.error_list))
    else:
        form = forms.DownloadForm(asks_reason=way.way == Way.REASON)  # nobody was asked yet
    context = {"attachment": found, "way": way, "is_shut": way.way == Way.SHUT, "form": form}
    return render(request, "incidents/attachment_download.html", context, status=INVALID)
