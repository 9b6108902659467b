"""What proves that one person was told, and the certificate of a whole notice."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents.forms import ReasonForm
from incidents.models import Can
from incidents.views.answers import done, page, posted
from notifications import certificate_tasks
from notifications.commands import certificates as commands
from notifications.filings import files
from notifications.models import Certificate, Delivery
from notifications.permissions import notice_for
from notifications.proof.package import package
from notifications.queries import proofs
from notifications.views.notices import context_of, refused
from stakeholders import commands as stakeholders
from stakeholders.models import AffectedParty
from stakeholders.permissions import party_for
from stakeholders.sealing import Details


def _page(
    request: SignedInRequest, party: AffectedParty, form: ReasonForm, shown: Details | None = None
) -> HttpResponse:
    held = party.roster.incident.held  # type: ignore[attr-defined]
    context = {
        "incident": party.roster.incident,
        "tab": "people",
        "party": party,
        "proofs": proofs.proofs_of(party, shown),
        "erased": party.roster.erased_at is not None,
        "shown": shown is not None,
        "may_reveal": Can.REVEAL in held and party.roster.erased_at is None,
        "may_export": Can.EXPORT in held,
    }
    return page(request, "notifications/party_proof.html", context, form=form)


@never_cache
@require_GET
def party_proof(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """What this person was told, masked."""
    return _page(request, party_for(request.user, reference, number), ReasonForm())


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_proof(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """The exact words, for a reason that is recorded; shown once, in the answer to the form."""
    party = party_for(request.user, reference, number, Can.REVEAL)
    form = ReasonForm(posted(request))
    seen: list[Details] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        seen.append(stakeholders.reveal_party(party, reason=reason, by=request.user, now=timezone.now()))

    return _page(request, party, form, seen[0] if done(form, act) else None)


@never_cache
@require_http_methods(["GET", "POST"])
def take_proof(request: SignedInRequest, reference: str, number: int, delivery: int) -> HttpResponse:
    """One person's proof of one notice as a file."""
    party = party_for(request.user, reference, number, Can.EXPORT)
    found = _delivery_of(party, delivery)
    form = ReasonForm(posted(request))
    made: list[Certificate] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        made.append(commands.take_proof(found, reason=reason, by=request.user, now=timezone.now()))

    if done(form, act):
        name = f"{found.notice.reference}-person-{party.id}.zip"
        return files.answer(package(found, party, made[0]), name, "application/zip")
    context = {
        "incident": party.roster.incident,
        "tab": "people",
        "heading": f"Take the proof for person {party.id} out",
        "submit": "Download the proof",
        "back": ("notifications:party_proof", reference, number),
        "lede": "The words this person got, what became of them, and a program that checks both without us. It shows nobody else. "
        "That you took it, and why, is in the record.",
    }
    return page(request, "stakeholders/act.html", context, form=form)


def _delivery_of(party: AffectedParty, delivery: int) -> Delivery:
    found = (
        Delivery.objects.select_related("notice__incident")
        .filter(roster_id=party.roster_id, party_id=party.id, pk=delivery)
        .first()
    )
    if found is None:
        raise Http404("No such delivery.")
    return found


@require_GET
def certificates(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice)
    rows = list(found.certificates.select_related("asked_by"))
    context = context_of(found, certificates=rows, waiting=any(one.done_at is None for one in rows))
    return render(request, "notifications/certificates.html", context)


@require_POST
def ask_certificate(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.EXPORT)
    try:
        commands.ask_certificate(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal)
    else:
        certificate_tasks.nudge()
        messages.success(request, "It is being made.")
    return redirect("notifications:certificates", reference, notice)


@require_GET
def certificate_pdf(request: SignedInRequest, reference: str, notice: str, certificate: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.EXPORT)
    one = found.certificates.filter(reference=certificate).first()
    if one is None:
        raise Http404("No such certificate.")
    return files.stored_file(one.stored, one.sha256, f"{one.reference}.pdf")
