"""Pages of filings: the tab of an incident, one filing, its acts and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents.forms.words import ReasonForm
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.queries import obligation_for
from incidents.views.answers import done, page, posted
from notifications import filing_tasks
from notifications.commands import filing as commands
from notifications.filings import door, files, receipts, rules
from notifications.filings.lifecycle import FROZEN, FilingStatus
from notifications.filings.questions import SECTION
from notifications.forms.filing import SectionForm, StartForm, SubmitForm
from notifications.models import Filing
from notifications.queries import filing as queries


@require_GET
def filings(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    return _list_page(request, incident)


def _list_page(
    request: SignedInRequest, incident: Incident, refusals: list[str] | None = None
) -> HttpResponse:
    context = {
        "incident": incident,
        "tab": "filings",
        "duties": queries.reporting_duties(incident),
        "missing": queries.missing_facts(incident),
        "may_file": Can.FILE in incident.held,  # type: ignore[attr-defined]
        "refusals": refusals or [],
    }
    return render(request, "notifications/filings.html", context, status=422 if refusals else 200)


@require_POST
def start_filing(request: SignedInRequest, reference: str, obligation: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.FILE)
    duty = obligation_for(incident, obligation)
    form = StartForm({"stage": request.POST.get("stage", "initial")})
    if not form.is_valid():
        return _list_page(request, incident, ["A report is a first one, an update or the final one."])
    try:
        filing = commands.start_filing(duty, by=request.user, now=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        return _list_page(request, incident, refusal.messages)
    return redirect("notifications:filing", reference, filing.reference)


@require_GET
def filing(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    found = queries.filing_for(incident, filing_reference)
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    frozen = found.status in FROZEN
    context = {
        **_about(incident, found),
        "outdated": queries.outdated(found),
        "parts": [] if found.snapshot else queries.parts(found, now=timezone.now()),
        "document": queries.document(found),
        "frozen": frozen,
        "may_declare": {Can.FILE, Can.SIGN} <= held,
    }
    return render(request, "notifications/filing.html", context)


@require_http_methods(["GET", "POST"])
def edit_section(
    request: SignedInRequest, reference: str, filing_reference: str, section: str
) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.FILE)
    found = queries.filing_for(incident, filing_reference)
    part = SECTION.get(section)
    if part is None or not part.questions:
        raise Http404("No such section.")
    form = SectionForm(part, posted(request), initial=found.answers)
    if done(
        form,
        lambda: commands.edit_answers(found, answers=form.cleaned_data, by=request.user, now=timezone.now()),
    ):
        return redirect("notifications:filing", reference, filing_reference)
    return page(
        request, "notifications/filing_section.html", {**_about(incident, found), "part": part}, form=form
    )


@require_http_methods(["GET", "POST"])
def declare_filing(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = door.declaring_incident(request.user, reference)
    found = queries.filing_for(incident, filing_reference)
    refusals: list[str] = []
    if request.method == "POST":
        try:
            commands.freeze_filing(found, by=request.user, now=timezone.now())
        except ValidationError as refusal:
            refusals = refusal.messages
        else:
            filing_tasks.nudge()
            return redirect("notifications:filing", reference, filing_reference)
    draft = found.status == FilingStatus.DRAFT
    context = {
        **_about(incident, found),
        "blockers": (refusals or rules.declare_blockers(found))
        if draft
        else ["This filing is declared already."],
        "document": queries.preview(found, by=request.user, now=timezone.now()) if draft else [],
    }
    return render(request, "notifications/filing_declare.html", context, status=422 if refusals else 200)


@require_GET
def filing_progress(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    """The fragment that says how far the PDF is."""
    incident = incident_for(request.user, reference, Can.VIEW)
    found = queries.filing_for(incident, filing_reference)
    return render(request, "notifications/_filing_progress.html", _about(incident, found))


@require_POST
def draw_again(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.FILE)
    found = queries.filing_for(incident, filing_reference)
    try:
        commands.draw_again(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        filing_tasks.nudge()
    return redirect("notifications:filing", reference, filing_reference)


@require_http_methods(["GET", "POST"])
def submit_filing(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.FILE)
    found = queries.filing_for(incident, filing_reference)
    uploads = request.FILES if request.method == "POST" else None
    form = SubmitForm(posted(request), uploads, zone=request.user.zone, now=timezone.now())
    if done(form, lambda: _submit(found, form.cleaned_data, request)):
        messages.success(request, "Kept as submitted. The obligation is met by it.")
        return redirect("notifications:filing", reference, filing_reference)
    return page(request, "notifications/filing_submit.html", _about(incident, found), form=form)


def _submit(found: Filing, data: dict[str, Any], request: SignedInRequest) -> None:
    """Store the receipt and run the command; a refusal takes the stored file back."""
    place = sha256 = name = ""
    if data["receipt_file"]:
        content, name = data["receipt_file"]
        place, sha256 = receipts.stored(content, name)
    try:
        commands.mark_submitted(
            found,
            at=data["at"],
            route=data["route"],
            receipt=commands.Receipt(data["receipt"], place, name, sha256),
            late_reason=data["late_reason"],
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError:
        receipts.discard(place)
        raise


@require_http_methods(["GET", "POST"])
def withdraw_filing(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.FILE)
    found = queries.filing_for(incident, filing_reference)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.withdraw_filing(found, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Withdrawn. A new filing starts with its answers.")
        return redirect("notifications:filings", reference)
    return page(request, "notifications/filing_withdraw.html", _about(incident, found), form=form)


@require_GET
@never_cache
def filing_pdf(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = door.files_incident(request.user, reference)
    found = queries.filing_for(incident, filing_reference)
    return _taken(request, found, "pdf", files.pdf_of(found))


@require_GET
@never_cache
def filing_snapshot(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = door.files_incident(request.user, reference)
    found = queries.filing_for(incident, filing_reference)
    if not found.snapshot:
        raise Http404("Nothing is frozen yet.")
    answer = files.answer(found.snapshot.encode(), f"{found.reference}.json", "application/json")
    return _taken(request, found, "snapshot", answer)


@require_GET
@never_cache
def filing_receipt(request: SignedInRequest, reference: str, filing_reference: str) -> HttpResponse:
    incident = door.files_incident(request.user, reference)
    found = queries.filing_for(incident, filing_reference)
    answer = files.stored_file(found.receipt_file, found.receipt_sha256, found.receipt_name)
    return _taken(request, found, "receipt", answer)


def _taken(request: SignedInRequest, filing: Filing, what: str, answer: HttpResponse) -> HttpResponse:
    """A file that is there leaves with an entry in the record."""
    commands.take_file(filing, what=what, by=request.user)
    return answer


def _about(incident: Incident, found: Filing) -> dict[str, Any]:
    held: frozenset[Can] = incident.held  # type: ignore[attr-defined]
    return {
        "incident": incident,
        "tab": "filings",
        "filing": found,
        "may_file": Can.FILE in held,
        "may_download": bool(held & door.TAKE_OUT),
    }
