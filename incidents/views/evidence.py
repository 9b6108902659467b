"""The evidence of an incident: what is here, one file and its custody, and what may be done with it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.keyring import CannotUnseal
from accounts.models import SignedInRequest
from incidents import commands, evidence_tasks, forms, queries
from incidents.commands import files
from incidents.models import Can, Evidence, Incident
from incidents.permissions import incident_for
from incidents.queries import Way
from incidents.queries.privilege import known_words, may_have_known
from incidents.views.answers import INVALID, done, page, posted

PAGE: Final = 50


def holds(incident: Incident, can: Can) -> bool:
    return can in incident.held  # type: ignore[attr-defined]


def one_for(request: SignedInRequest, reference: str, evidence: str, can: Can = Can.VIEW) -> Evidence:
    """One thing of evidence by way of its incident's door."""
    incident = incident_for(request.user, reference, can)
    return queries.evidence_for(incident, evidence, now=timezone.now())


@require_GET
def evidence_list(request: SignedInRequest, reference: str) -> HttpResponse:
    incident, now = incident_for(request.user, reference), timezone.now()
    pages = Paginator(queries.evidence_of(incident, now=now), PAGE)
    here = pages.get_page(request.GET.get("page", ""))
    context = {
        "incident": incident,
        "tab": "evidence",
        "rows": here.object_list,
        "total": pages.count,
        "shown": f"{here.start_index()}–{here.end_index()} of {pages.count}",
        "next_url": f"?page={here.next_page_number()}" if here.has_next() else "",
        "previous_url": f"?page={here.previous_page_number()}" if here.has_previous() else "",
        "uploads": queries.uploads_of(incident),
        "holds": [one for one in queries.holds_of(incident) if one.evidence_id is None],
        "now": now,
    }
    return render(request, "incidents/evidence.html", context)


def shown_page(
    request: SignedInRequest, evidence: Evidence, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one file, with its custody."""
    incident, now = evidence.incident, timezone.now()
    cans = incident.held  # type: ignore[attr-defined]
    way = queries.way_out(evidence.file, request.user, cans)
    context = {
        "incident": incident,
        "tab": "evidence",
        "evidence": evidence,
        "file": evidence.file,
        "way": way,
        "is_open": way.way == Way.OPEN,
        "is_shut": way.way == Way.SHUT,
        "can_look": queries.can_be_shown(evidence.file),
        "custody": queries.custody(evidence),
        "holds": queries.holds_on(evidence, now=now),
        **more,
    }
    return render(request, "incidents/evidence_item.html", context, status=status)


@require_GET
def evidence_item(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    return shown_page(request, one_for(request, reference, evidence))


@require_POST
def open_evidence(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    """Show what can be shown safely: words as words, a picture as it was drawn anew."""
    found = one_for(request, reference, evidence)
    try:
        commands.open_evidence(found, by=request.user, now=timezone.now())
        words, picture = files.safe_view(found.file)
    except ValidationError as refusal:
        return shown_page(request, found, status=INVALID, refusal=refusal.messages)
    except CannotUnseal:
        return shown_page(request, found, status=INVALID, refusal=["It cannot be read. Check it again."])
    drawn = f"data:image/jpeg;base64,{b64encode(picture).decode()}" if picture else ""
    return shown_page(request, found, opened=True, words=words, picture=drawn)


@require_POST
def check_evidence(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    """Compute the hash again, now."""
    found = one_for(request, reference, evidence)
    try:
        same = commands.check_evidence(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        return shown_page(request, found, status=INVALID, refusal=refusal.messages)
    if same:
        messages.success(request, "Unchanged: its SHA-256 is the same as when it came.")
    else:
        messages.error(request, "Changed or damaged: it is no longer the file that came.")
    return redirect("incidents:evidence_item", reference, evidence)


# --- in


def _taken_in(
    request: SignedInRequest, incident: Incident, form: BaseForm, act: Callable[..., Evidence]
) -> HttpResponse | None:
    """Run a command on the form's file; where to go then, or nothing when it was refused."""
    made: list[Evidence] = []

    def run() -> None:
        data = dict(form.cleaned_data)
        file = data.pop("file")
        made.append(
            act(
                incident,
                file.chunks(),
                name=file.name,
                size=file.size,
                by=request.user,
                now=timezone.now(),
                **data,
            )
        )

    if not done(form, run):
        return None
    evidence_tasks.nudge()
    messages.success(request, "Kept. It is scanned as soon as a scanner is free.")
    return redirect("incidents:evidence_item", incident.reference, made[0].reference)


@require_http_methods(["GET", "POST"])
def add_evidence(request: SignedInRequest, reference: str) -> HttpResponse:
    """A file; with JavaScript it comes in parts and goes on after an interruption."""
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.EvidenceForm(posted(request), request.FILES or None, counsel=holds(incident, Can.PRIVILEGED))
    if taken := _taken_in(request, incident, form, commands.add_evidence):
        return taken
    context = {
        "incident": incident,
        "tab": "evidence",
        "uploads": queries.uploads_of(incident),
        "uploads_url": reverse("incidents:api_uploads", args=[reference]),
        "evidence_url": reverse("incidents:evidence", args=[reference]),
    }
    return page(request, "incidents/evidence_add.html", context, form=form)


@require_http_methods(["GET", "POST"])
def capture_page(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.CaptureForm(
        posted(request),
        request.FILES or None,
        counsel=holds(incident, Can.PRIVILEGED),
        zone=request.user.zone,
        now=timezone.now(),
    )
    if taken := _taken_in(request, incident, form, commands.capture_page):
        return taken
    return _form_page(
        request,
        incident,
        form,
        heading="Keep a page or post as you saw it",
        submit="Keep it",
        lede="Posts disappear. Its text or picture is kept with its address, the time and your name, and cannot be changed later.",
        upload=True,
    )


@require_POST
def drop_upload(request: SignedInRequest, reference: str, upload: str) -> HttpResponse:
    """Throw half a file away."""
    incident = incident_for(request.user, reference, Can.WRITE)
    commands.drop_upload(queries.upload_for(incident, upload), now=timezone.now())
    messages.success(request, "Thrown away. Nothing of it was kept.")
    return redirect("incidents:evidence", reference)


def _form_page(
    request: SignedInRequest,
    incident: Incident,
    form: BaseForm,
    *,
    evidence: Evidence | None = None,
    **more: Any,
) -> HttpResponse:
    """A page with one form; its Cancel leads back to the file, or to all of them."""
    back = (
        reverse("incidents:evidence_item", args=[incident.reference, evidence.reference])
        if evidence
        else reverse("incidents:evidence", args=[incident.reference])
    )
    context = {"incident": incident, "tab": "evidence", "evidence": evidence, "back_url": back, **more}
    return page(request, "incidents/evidence_act.html", context, form=form)


# --- kept, and not


@require_http_methods(["GET", "POST"])
def hold_all_evidence(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    form = forms.HoldForm(posted(request), zone=request.user.zone)
    if done(
        form,
        lambda: commands.place_hold(incident, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Held. No evidence of this incident can be deleted.")
        return redirect("incidents:evidence", reference)
    return _form_page(
        request,
        incident,
        form,
        heading="Legal hold on all evidence",
        submit="Place the hold",
        lede="Nothing of this incident's evidence can be deleted while it lasts, also not what comes later.",
    )


@require_http_methods(["GET", "POST"])
def hold_evidence(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    found = one_for(request, reference, evidence, Can.DECIDE)
    form = forms.HoldForm(posted(request), zone=request.user.zone)
    if done(
        form,
        lambda: commands.place_hold(
            found.incident, evidence=found, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, "Held. It cannot be deleted.")
        return redirect("incidents:evidence_item", reference, evidence)
    return _form_page(
        request,
        found.incident,
        form,
        evidence=found,
        heading=f"Legal hold on {found.title}",
        submit="Place the hold",
        lede="It cannot be deleted while the hold lasts.",
    )


@require_http_methods(["GET", "POST"])
def release_hold(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.DECIDE)
    hold = queries.hold_for(incident, pk)
    form = forms.ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.release_hold(hold, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Released.")
        if hold.evidence is not None:
            return redirect("incidents:evidence_item", reference, hold.evidence.reference)
        return redirect("incidents:evidence", reference)
    return _form_page(
        request,
        incident,
        form,
        evidence=hold.evidence,
        heading="Release the legal hold",
        submit="Release it",
        lede="What is under no other hold can be deleted again.",
        about=hold,
    )


@require_http_methods(["GET", "POST"])
def set_privileged(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    found = one_for(request, reference, evidence, Can.PRIVILEGED)
    form, wanted = forms.ReasonForm(posted(request)), not found.privileged
    if done(
        form,
        lambda: commands.set_privileged(
            found, privileged=wanted, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, "It exists for counsel alone now." if wanted else "Others see it again.")
        return redirect("incidents:evidence_item", reference, evidence)
    return _form_page(
        request,
        found.incident,
        form,
        evidence=found,
        heading="Make it privileged" if wanted else "Lift its privilege",
        submit="Keep it for counsel alone" if wanted else "Let others see it",
        lede="From now on it exists for counsel alone. What was recorded of it before stays in the record, without its name. "
        + known_words(may_have_known(found, now=timezone.now()))
        if wanted
        else "Everybody who sees this incident will see it, and the reason you give here.",
    )


@require_http_methods(["GET", "POST"])
def delete_evidence(request: SignedInRequest, reference: str, evidence: str) -> HttpResponse:
    found = one_for(request, reference, evidence, Can.DECIDE)
    form = forms.ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.delete_evidence(found, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, "Deleted. That it was here, its hash and its custody stay.")
        return redirect("incidents:evidence_item", reference, evidence)
    kept = queries.holds_on(found, now=timezone.now())
    return _form_page(
        request,
        found.incident,
        form,
        evidence=found,
        heading=f"Delete {found.title}",
        submit="Delete the file for good",
        danger=True,
        lede="The file and its key are destroyed and cannot come back. That it was here, its hash and every act on it stay.",
        blockers=["A legal hold is on it. Release the hold first."] if kept else [],
    )
