"""The inquiry desk, one inquiry, and the inquiries of an incident."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.keyring import CannotUnseal
from accounts.models import SignedInRequest
from incidents.models import Can, Incident
from incidents.permissions import incident_for, visible_to
from incidents.views.answers import done, page, posted
from stakeholders import commands, queries
from stakeholders.forms import AnswerForm, CloseInquiryForm, DeskFilterForm, LinkForm, LogForm, RevealForm
from stakeholders.models import Inquiry
from stakeholders.permissions import has_desk, incident_to_link, inquiry_for, may_use_desk
from stakeholders.sealing import Contact, InquiryBox, mask_email, mask_name, mask_phone

PAGE = 50


@never_cache
@require_GET
def desk(request: SignedInRequest) -> HttpResponse:
    """Who waits for an answer, oldest first."""
    if not has_desk(request.user):
        raise PermissionDenied("The inquiry desk is for those who answer.")
    narrow = DeskFilterForm(request.GET or None)
    chosen = narrow.cleaned_data if narrow.is_valid() else {}
    status = chosen.get("status") or "open"
    found = queries.inquiry_desk(
        request.user,
        status="" if status == "all" else status,
        topic=chosen.get("topic", ""),
        channel=chosen.get("channel", ""),
    )
    now = timezone.now()
    inquiries = list(found[: PAGE + 1])
    context = {
        "inquiries": inquiries[:PAGE],
        "more": len(inquiries) > PAGE,
        "narrow": narrow,
        "pulse": queries.pulse(queries.inquiry_desk(request.user, status=""), now=now),
        "now": now,
        "may_log": may_use_desk(request.user),
    }
    return render(request, "stakeholders/desk.html", context)


@never_cache
@require_GET
def incident_inquiries(request: SignedInRequest, reference: str) -> HttpResponse:
    """What people ask about one incident; the words themselves are for those who answer."""
    incident = incident_for(request.user, reference, Can.VIEW)
    now = timezone.now()
    inquiries = queries.inquiries_of(incident)
    context = {
        "incident": incident,
        "tab": "inquiries",
        "inquiries": list(inquiries[:200]),
        "pulse": queries.pulse(inquiries, now=now),
        "now": now,
        "may_answer": Can.ANSWER in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "stakeholders/incident_inquiries.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def log_inquiry(request: SignedInRequest, reference: str = "") -> HttpResponse:
    """Write down what somebody asked; the answer page's code is shown once, to be read to the caller."""
    incident: Incident | None = incident_for(request.user, reference, Can.ANSWER) if reference else None
    if incident is None and not may_use_desk(request.user):
        raise PermissionDenied("Inquiries without an incident are logged by the desk.")
    form = LogForm(posted(request))
    asked: list[commands.Asked] = []

    def act() -> None:
        given = form.cleaned_data
        asked.append(
            commands.log_inquiry(
                by=request.user,
                topic=given["topic"],
                channel=given["channel"],
                words=given["words"],
                contact=form.who,
                incident=incident,
                now=timezone.now(),
            )
        )

    context: dict[str, Any] = {"incident": incident, "tab": "inquiries"}
    if done(form, act):
        context |= {"inquiry": asked[0].inquiry, "code": asked[0].code, "public_url": settings.PUBLIC_URL}
        return render(request, "stakeholders/logged.html", context)
    template = "stakeholders/log_incident.html" if incident else "stakeholders/log.html"
    return page(request, template, context, form=form)


def _masked(contact: Contact) -> list[str]:
    return [
        part
        for part in (mask_name(contact.name), mask_email(contact.email), mask_phone(contact.phone))
        if part
    ]


def _thread(
    request: SignedInRequest,
    inquiry: Inquiry,
    form: AnswerForm | RevealForm | None,
    *,
    contact: Contact | None = None,
    revealing: bool = False,
) -> HttpResponse:
    messages: list[tuple[Any, str]] = []
    who: list[str] = []
    erased = False
    try:
        box = InquiryBox(inquiry)
        messages = [(message, box.body(message)) for message in inquiry.messages.select_related("by")]
        who = (
            [part for part in (contact.name, contact.email, contact.phone) if part]
            if contact
            else _masked(box.contact())
        )
    except CannotUnseal:
        erased = True
    context = {
        "inquiry": inquiry,
        "messages_in_order": messages,
        "who": who,
        "revealed": contact is not None,
        "revealing": revealing,
        "erased": erased,
        "now": timezone.now(),
        "may_link": may_use_desk(request.user),
        "answer": AnswerForm() if revealing or form is None else form,
        "reveal": form if revealing else RevealForm(),
        "incidents": visible_to(request.user, Can.ANSWER).order_by("-opened_at")[:30]
        if inquiry.incident_id is None
        else [],
    }
    return page(request, "stakeholders/inquiry.html", context, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def inquiry(request: SignedInRequest, reference: str) -> HttpResponse:
    """One inquiry in full, and the form to answer it."""
    found = inquiry_for(request.user, reference, Can.ANSWER)
    form = AnswerForm(posted(request))
    if done(
        form, lambda: commands.answer_inquiry(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        return redirect("stakeholders:inquiry", reference)
    return _thread(request, found, form)


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_contact(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who asks, in clear, for a reason that is recorded."""
    found = inquiry_for(request.user, reference, Can.ANSWER)
    form = RevealForm(posted(request))
    seen: list[Contact] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        seen.append(commands.reveal_contact(found, reason=reason, by=request.user, now=timezone.now()))

    if done(form, act):
        return _thread(request, found, None, contact=seen[0])
    return _thread(request, found, form, revealing=True)


@require_http_methods(["GET", "POST"])
def close_inquiry(request: SignedInRequest, reference: str) -> HttpResponse:
    found = inquiry_for(request.user, reference, Can.ANSWER)
    form = CloseInquiryForm(posted(request))
    if done(
        form, lambda: commands.close_inquiry(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        return redirect("stakeholders:inquiry", reference)
    return _act(request, found, form, f"Close {found.reference}", "Close this inquiry")


@require_http_methods(["GET", "POST"])
def reopen_inquiry(request: SignedInRequest, reference: str) -> HttpResponse:
    found = inquiry_for(request.user, reference, Can.ANSWER)
    form = RevealForm(posted(request))
    form.fields["reason"].label = "Why is it taken up again?"
    if done(
        form, lambda: commands.reopen_inquiry(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        return redirect("stakeholders:inquiry", reference)
    return _act(request, found, form, f"Reopen {found.reference}", "Reopen this inquiry")


@require_http_methods(["GET", "POST"])
def link_inquiry(request: SignedInRequest, reference: str) -> HttpResponse:
    """Move an inquiry to the incident it is about."""
    found = inquiry_for(request.user, reference, Can.ANSWER)
    form = LinkForm(posted(request))

    def act() -> None:
        try:
            incident = incident_to_link(request.user, form.cleaned_data["incident"].upper())
        except (Http404, PermissionDenied) as error:
            raise ValidationError(
                "You answer on no incident with this reference.", code="unknown_incident"
            ) from error
        commands.link_inquiry(found, incident=incident, by=request.user, now=timezone.now())

    if done(form, act):
        return redirect("stakeholders:inquiry", reference)
    return _act(request, found, form, f"Move {found.reference} to an incident", "Move this inquiry")


def _act(request: SignedInRequest, inquiry: Inquiry, form: Any, heading: str, submit: str) -> HttpResponse:
    context = {
        "inquiry": inquiry,
        "heading": heading,
        "submit": submit,
    }
    return page(request, "stakeholders/inquiry_act.html", context, form=form)
