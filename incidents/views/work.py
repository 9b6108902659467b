"""The work on an incident: list, board, its playbook; and a person's items over all incidents."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.forms.items import NewItemForm
from incidents.forms.saved_views import NarrowItemsForm
from incidents.models import Can, Incident, ListName, PlaybookVersion
from incidents.permissions import incident_for, may_describe_organisation, roles_that_can
from incidents.queries.items import FURTHEST_PAGE
from incidents.views.answers import done, page, posted
from incidents.views.saved_views import opened_with


@require_http_methods(["GET", "POST"])
def work(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is to be done, by whom, until when; and one line to add to it."""
    can = Can.WRITE if request.method == "POST" else Can.VIEW
    incident, now = incident_for(request.user, reference, can), timezone.now()
    form = None
    if Can.WRITE in incident.held and not incident.is_settled:  # type: ignore[attr-defined]
        form = NewItemForm(posted(request), incident=incident, user=request.user, now=now)

    def act() -> None:
        assert form is not None
        data = {name: form.cleaned_data[name] for name in ("title", "due_at")} | form.owner()
        commands.add_item(incident, by=request.user, now=now, **data)

    if form is not None and done(form, act):
        messages.success(request, "Added.")
        return redirect("incidents:work", reference)
    view = request.GET.get("show", "")
    view = view if view in queries.VIEWS else "open"
    found = queries.work(incident, user=request.user, view=view, number=_number(request), now=now)
    context = {**_frame(request, incident, here="list"), "work": found, "views": queries.VIEWS}
    return page(request, "incidents/work.html", context, form=form)


@require_GET
def work_board(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same by state."""
    incident = incident_for(request.user, reference, Can.VIEW)
    context = {
        **_frame(request, incident, here="board"),
        "columns": queries.board(incident, now=timezone.now()),
    }
    return render(request, "incidents/work_board.html", context)


def _frame(request: SignedInRequest, incident: Incident, *, here: str) -> dict[str, object]:
    """What list and board share: the playbook that runs or would fit, and what is offered."""
    run = queries.run_of(incident)
    return {
        "incident": incident,
        "tab": "work",
        "here": here,
        "run": run,
        "offer": queries.offer(incident, run),
        "fits": queries.fitting(incident) if run is None and not incident.is_settled else None,
        "may_work": Can.WRITE in incident.held and not incident.is_settled,  # type: ignore[attr-defined]
        "now": timezone.now(),
    }


@require_GET
def playbook_difference(request: SignedInRequest, reference: str) -> HttpResponse:
    """What would another version change here? For the one offered, or the one chosen."""
    incident = incident_for(request.user, reference, Can.VIEW)
    run = queries.run_of(incident)
    offer = queries.offer(incident, run)
    choices = list(queries.in_force().order_by("playbook__name"))
    chosen = next((one for one in choices if str(one.pk) == request.GET.get("to")), None)
    version = chosen or (offer.version if offer else None) or (queries.fitting(incident) if not run else None)
    context = {
        "incident": incident,
        "tab": "work",
        "run": run,
        "choices": choices,
        "version": version,
        "why": offer.why if offer and version == offer.version else "",
        "changes": queries.changes(incident, version) if run and version else [],
        "steps": [queries.told_step(step, version.content) for step in version.content.steps]
        if version and not run
        else [],
        "may_work": Can.WRITE in incident.held and not incident.is_settled,  # type: ignore[attr-defined]
        "may_write_playbooks": may_describe_organisation(request.user),
    }
    return render(request, "incidents/playbook_difference.html", context)


def _chosen(request: SignedInRequest) -> PlaybookVersion:
    asked = request.POST.get("version", "")
    return queries.version_in_force(int(asked) if asked.isdecimal() and len(asked) < 19 else 0)


@require_POST
def start_playbook(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.NoQuestionForm(request.POST)

    def act() -> None:
        version = _chosen(request)
        commands.start_playbook(incident, version=version, by=request.user, now=timezone.now())

    return _acted(request, incident, form, done(form, act), "The playbook runs; its steps are below.")


@require_POST
def apply_playbook(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.NoQuestionForm(request.POST)

    def act() -> None:
        version = _chosen(request)
        take = request.POST.getlist("take")
        commands.apply_playbook(incident, version=version, take=take, by=request.user, now=timezone.now())

    return _acted(request, incident, form, done(form, act), "Taken over. What you left stays as it was.")


@require_POST
def keep_playbook(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.NoQuestionForm(request.POST)

    def act() -> None:
        version = _chosen(request)
        commands.keep_playbook(incident, version=version, by=request.user, now=timezone.now())

    return _acted(request, incident, form, done(form, act), "Kept as it is; this is not offered again.")


def _acted(
    request: SignedInRequest, incident: Incident, form: forms.NoQuestionForm, well: bool, words: str
) -> HttpResponse:
    if well:
        messages.success(request, words)
        return redirect("incidents:work", incident.reference)
    messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    return redirect("incidents:playbook_difference", incident.reference)


@require_GET
def my_items(request: SignedInRequest) -> HttpResponse:
    """What is mine, my role's or overdue, over all incidents that I may see?"""
    user, now, here = request.user, timezone.now(), reverse("incidents:my_items")
    views = queries.saved_views(user, ListName.ITEMS)
    if opened := opened_with(request, ListName.ITEMS, views):
        return opened
    wanted = queries.NarrowedItems.read(request.GET.dict())
    found = queries.my_items(user, wanted, number=_number(request), now=now)
    context = {
        "work": found,
        "tabs": [
            {
                "label": label,
                "url": f"{here}?{urlencode({'show': key} | wanted.filters)}",
                "current": key == wanted.view,
            }
            for key, label in queries.VIEWS_OF_ALL.items()
        ],
        "here": here,
        "wanted": wanted,
        "form": NarrowItemsForm(wanted),
        "narrowed": urlencode(wanted.query),
        "shelf": queries.shelf(user, ListName.ITEMS, wanted, views),
        "may_work": bool(user.roles & roles_that_can(Can.WRITE)),
        "now": now,
    }
    return render(request, "incidents/my_items.html", context)


@require_POST
def read_mentions(request: SignedInRequest) -> HttpResponse:
    """Seen: what stands on my day because I was mentioned or given something."""
    commands.read_mentions(by=request.user, now=timezone.now())
    return redirect("insights:my_day")


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), FURTHEST_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
