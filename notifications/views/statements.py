"""Public statements: written, published by a second person, and the page at their address."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.models import Organisation, SignedInRequest
from incidents.forms import ReasonForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import done, page, posted
from notifications import markup, words
from notifications.commands import statements as commands
from notifications.forms.statements import StatementForm
from notifications.models import PublicStatement
from notifications.permissions import statement_for
from notifications.queries import coverage
from notifications.queries import statements as queries
from notifications.views.notices import refused


@require_GET
def statements(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    context = {
        "incident": incident,
        "tab": "notices",
        "coverage": coverage(incident),
        "statements": queries.statements_of(incident),
        "may_write": Can.WRITE in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "notifications/statements.html", context)


@require_http_methods(["GET", "POST"])
def write_statement(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = StatementForm(
        posted(request), duties=queries.duties(incident), initial={"text": queries.first_words(incident)}
    )
    made: list[PublicStatement] = []
    if done(
        form,
        lambda: made.append(
            commands.write_statement(incident, by=request.user, now=timezone.now(), **form.cleaned_data)
        ),
    ):
        return redirect("notifications:statement", reference, made[0].reference)
    context = {
        "incident": incident, "tab": "notices", "heading": "Write a public statement", "submit": "Save the draft",
        "back": ("notifications:statements", reference),
        "lede": "It is published by a second person, at an address of its own that anybody can read.",
    }  # fmt: skip
    return page(request, "stakeholders/act.html", context, form=form)


@require_GET
def statement(request: SignedInRequest, reference: str, statement: str) -> HttpResponse:
    found = statement_for(request.user, reference, statement, Can.VIEW)
    held = found.incident.held  # type: ignore[attr-defined]
    context = {
        "incident": found.incident,
        "tab": "notices",
        "statement": found,
        "html": markup.as_html(found.words),
        "blockers": queries.publishing_blockers(found, request.user),
        "may_write": Can.WRITE in held,
        "may_send": Can.SEND in held,
    }
    return render(request, "notifications/statement.html", context)


@require_http_methods(["GET", "POST"])
def change_statement(request: SignedInRequest, reference: str, statement: str) -> HttpResponse:
    found = statement_for(request.user, reference, statement, Can.WRITE)
    initial = {
        "title": found.title, "text": found.words, "language": found.language, "obligation": found.obligation_id,
    }  # fmt: skip
    form = StatementForm(posted(request), duties=queries.duties(found.incident), initial=initial)

    def act() -> None:
        commands.write_statement(
            found.incident, statement=found, by=request.user, now=timezone.now(), **form.cleaned_data
        )

    if done(form, act):
        return redirect("notifications:statement", reference, statement)
    context = {
        "incident": found.incident, "tab": "notices", "heading": "Change the statement", "submit": "Save",
        "back": ("notifications:statement", reference, statement),
    }  # fmt: skip
    return page(request, "stakeholders/act.html", context, form=form)


@require_POST
def publish_statement(request: SignedInRequest, reference: str, statement: str) -> HttpResponse:
    found = statement_for(request.user, reference, statement, Can.SEND)
    try:
        commands.publish_statement(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, "Anybody can read it now.")
    return redirect("notifications:statement", reference, statement)


@require_http_methods(["GET", "POST"])
def withdraw_statement(request: SignedInRequest, reference: str, statement: str) -> HttpResponse:
    found = statement_for(request.user, reference, statement, Can.SEND)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.withdraw_statement(found, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        return redirect("notifications:statement", reference, statement)
    context = {
        "incident": found.incident, "tab": "notices", "heading": "Withdraw the statement", "submit": "Withdraw it",
        "back": ("notifications:statement", reference, statement),
        "lede": "Its address then shows nothing. A duty that it met stays met.",
    }  # fmt: skip
    return page(request, "stakeholders/act.html", context, form=form)


@login_not_required
@require_safe
def public_statement(request: HttpRequest, slug: str) -> HttpResponse:
    """The statement at its address; drafts, withdrawn and unknown ones are one identical page."""
    found = queries.published(slug)
    language = words.spoken(found.language if found else "en")
    chrome = words.of(language)["page"]
    context = {
        "statement": found,
        "html": markup.as_html(found.words) if found else "",
        "organisation": Organisation.current(),
        "language": language,
        "foot_words": chrome["foot"],
        "skip_words": chrome["skip"],
        "sign_in_words": chrome["staff"],
    }
    answer = render(request, "notifications/public_statement.html", context, status=200 if found else 404)
    answer["Cache-Control"] = "public, max-age=60" if found else "no-store"
    return answer
