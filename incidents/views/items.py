"""One action item, and every act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.forms.items import ChangeItemForm, CommentForm, DropForm, HandOverItemForm, WaitForm
from incidents.models import ActionItem, Can
from incidents.permissions import incident_for
from incidents.views.answers import answer_act, done, page, posted

# Where a button may lead back to; anything else leads to the item.
BACK: Final = {"list": "incidents:work", "board": "incidents:work_board"}
SEVERAL: Final = {"take": "Yours now", "start": "Started", "finish": "Done"}
TOLD: Final = 5
SHORT: Final = 12  # a word alone says too little without the title behind it
BACK_OF_ALL: Final = {"day": "insights:my_day", "mine": "incidents:my_items"}


@require_POST
def act_on_items(request: SignedInRequest) -> HttpResponse:
    """Take, start or finish the items that were ticked in a list."""
    keys = [int(key) for key in request.POST.getlist("item") if key.isdecimal() and len(key) < 19]
    act = request.POST.get("act", "")
    try:
        acted = commands.act_on_items(keys, act=act, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_list_behind(request))
    if number := len(acted.done):
        messages.success(request, f"{SEVERAL[act]}: {number} {'item' if number == 1 else 'items'}.")
    for key, reason in list(acted.refused.items())[:TOLD]:
        messages.warning(request, f"“{acted.titles.get(key, key)}” stays as it was. {reason}")
    if len(acted.refused) > TOLD:
        messages.warning(request, f"{len(acted.refused) - TOLD} more stay as they were.")
    return redirect(_list_behind(request))


def _list_behind(request: SignedInRequest) -> str:
    """The list where the items were ticked, narrowed as it was."""
    if reference := request.POST.get("of", ""):
        return reverse("incidents:work", args=[incident_for(request.user, reference).reference])
    query = queries.NarrowedItems.read(request.GET.dict()).query
    return f"{reverse('incidents:my_items')}?{urlencode(query) or 'all='}"


@require_GET
def item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    return _page(request, queries.item_for(incident, pk), None)


@require_POST
def comment_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident, now = incident_for(request.user, reference, Can.WRITE), timezone.now()
    found = queries.item_for(incident, pk)
    form = CommentForm(request.POST, incident=incident, user=request.user, now=now)
    if done(form, lambda: commands.comment_item(found, by=request.user, now=now, **form.cleaned_data)):
        return redirect(f"{reverse('incidents:item', args=[reference, pk])}#comments")
    return _page(request, found, form)


def _page(request: SignedInRequest, found: ActionItem, form: CommentForm | None) -> HttpResponse:
    now = timezone.now()
    incident = found.incident
    may_work = Can.WRITE in incident.held and not incident.is_settled  # type: ignore[attr-defined]
    if form is None and may_work:
        form = CommentForm(incident=incident, user=request.user, now=now)
    context = {
        "incident": incident,
        "tab": "work",
        "item": found,
        "about": queries.item_page(found, now=now),
        "counted": queries.due_words(found.due_kind, found.due_hours),
        "may_work": may_work,
        "now": now,
    }
    return page(request, "incidents/item.html", context, form=form)


@require_POST
def start_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    return _pressed(request, reference, pk, commands.start_item, "Started.")


@require_POST
def finish_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    return _pressed(request, reference, pk, commands.finish_item, "Done.")


@require_POST
def have_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """ "I have this": nobody else is reminded of this step."""
    words = "You have it. Later reminders come to you first."
    return _pressed(request, reference, pk, commands.have_item, words)


@require_POST
def tick_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Tick a line of the checklist, or take the tick back."""
    asked = request.POST.get("line", "")
    line = int(asked) if asked.isdecimal() and len(asked) < 4 else -1
    ticked = request.POST.get("done") == "1"
    tick = partial(commands.tick_item, line=line, done=ticked)
    return _pressed(request, reference, pk, tick, "", at="#checklist")


def _pressed(
    request: SignedInRequest, reference: str, pk: int, run: Callable[..., object], words: str, at: str = ""
) -> HttpResponse:
    """An act that asks for nothing: done, or why not, and back to where the button was."""
    found = queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)
    form = forms.NoQuestionForm(request.POST)
    if not done(form, lambda: run(found, by=request.user, now=timezone.now())):
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    elif words:
        messages.success(request, f"{words} {found.title}" if len(words) < SHORT else words)
    back = request.POST.get("back", "")
    if back in BACK_OF_ALL:
        return redirect(BACK_OF_ALL[back])
    if back in BACK:
        return redirect(BACK[back], reference)
    return redirect(f"{reverse('incidents:item', args=[reference, pk])}{at}")


@require_http_methods(["GET", "POST"])
def wait_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)
    form = WaitForm(posted(request), initial={"waits_for": found.waits_for})
    words = "It waits. Whoever owns it is still reminded when its time runs out."
    asked = Asked("Waiting for somebody", "Say that it waits", words)
    return _asked(request, found, form, commands.wait_item, asked)


@require_http_methods(["GET", "POST"])
def drop_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)
    asked = Asked("This is not needed", "Not needed", "Kept as not needed.")
    return _asked(request, found, DropForm(posted(request)), commands.drop_item, asked)


@require_http_methods(["GET", "POST"])
def reopen_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)
    asked = Asked("Take this up again", "Take it up again", "It is in progress again.")
    return _asked(request, found, forms.ReasonForm(posted(request)), commands.reopen_item, asked)


@require_http_methods(["GET", "POST"])
def hand_over_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident, now = incident_for(request.user, reference, Can.WRITE), timezone.now()
    found = queries.item_for(incident, pk)
    form = HandOverItemForm(posted(request), incident=incident, now=now)
    asked = Asked("Hand this over", "Hand over", "Handed over; they are told.")
    return _asked(request, found, form, commands.hand_over_item, asked)


@require_http_methods(["GET", "POST"])
def change_item(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = queries.item_for(incident_for(request.user, reference, Can.WRITE), pk)
    form = ChangeItemForm(posted(request), item=found, user=request.user)
    return _asked(request, found, form, commands.change_item, Asked("Change this item", "Save", "Saved."))


@dataclass(frozen=True)
class Asked:
    """The words of an act with a form of its own: above it, on its button, and when it is done."""

    heading: str
    submit: str
    done: str


def _asked(
    request: SignedInRequest, found: ActionItem, form: Any, run: Callable[..., object], asked: Asked
) -> HttpResponse:
    """Run the command with what the form says."""
    here = reverse("incidents:item", args=[found.incident.reference, found.pk])
    return answer_act(
        request,
        found.incident,
        form,
        partial(run, found),
        back=here,
        told=asked.done,
        tab="work",
        heading=asked.heading,
        submit=asked.submit,
        lede=found.title,
        cancel_url=here,
    )
