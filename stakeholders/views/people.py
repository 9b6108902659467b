"""The people of an incident: counts, list, look-up, one person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation, SignedInRequest
from incidents.forms import ReasonForm
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.places import place_name
from incidents.views.answers import done, page, posted
from stakeholders import commands, queries
from stakeholders.forms import AddressForm, CountsForm, ExemptForm, FilterForm, FindForm, RevealForm
from stakeholders.importing.reasons import FIELD_WORDS
from stakeholders.models import AffectedParty, Roster
from stakeholders.permissions import party_for, roster_for
from stakeholders.sealing import FIELDS, Details, RosterKeys, mask

SAMPLE = "parties-sample.csv"


@never_cache
@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who is affected. A look-up comes by POST: addresses do not belong in logs of pages."""
    incident = incident_for(request.user, reference, Can.VIEW)
    roster = queries.roster_of(incident)
    context: dict[str, Any] = {
        "incident": incident,
        "tab": "people",
        "roster": roster,
        "may_write": Can.WRITE in incident.held and not incident.is_settled,  # type: ignore[attr-defined]
    }
    if roster is None:
        return render(request, "stakeholders/people.html", context)
    context |= {"summary": queries.people_summary(roster), "imports": queries.imports_of(roster)[:5]}
    context["erasure"] = roster.erasures.open().select_related("by").first()
    if roster.counts_differ_since:
        context["typed"] = queries.typed_people(roster)
    if roster.erased_at is not None or not roster.people:
        return render(request, "stakeholders/people.html", context)
    find = FindForm(posted(request))
    context |= _found(find, roster) if request.method == "POST" else _page(request, incident, roster, context)
    return page(request, "stakeholders/people.html", {**context, "find": find}, form=find)


def _found(find: FindForm, roster: Roster) -> dict[str, Any]:
    if not find.is_valid():
        return {"listed": []}
    keys = RosterKeys.open(roster)
    region = next(
        iter(Organisation.current().establishments.filter(main=True).values_list("place", flat=True)), ""
    )
    parties = queries.find_parties(roster, keys, find.cleaned_data["find"], region=region[:2])
    return {"listed": queries.listed(parties.order_by("id")[: queries.PAGE], keys), "searched": True}


def _page(
    request: SignedInRequest, incident: Incident, roster: Roster, context: dict[str, Any]
) -> dict[str, Any]:
    summary = context["summary"]
    places = [(code, place_name(code)) for code in queries.places_with_people(roster)]
    narrow = FilterForm(request.GET or None, places=places, languages=summary.languages)
    chosen = narrow.cleaned_data if narrow.is_valid() else {}
    parties = queries.segment(
        roster,
        places=[chosen["place"]] if chosen.get("place") else (),
        languages=[chosen["language"]] if chosen.get("language") else (),
        has_email={"mail": True, "none": False}.get(chosen.get("channel", "")),
        with_exempt=True,
    )
    after = request.GET.get("after", "")
    rows, following = queries.page_of_parties(
        parties, after=int(after) if after.isdigit() and len(after) < 19 else 0
    )
    keep = {name: value for name, value in chosen.items() if value}
    return {
        "narrow": narrow,
        "listed": queries.listed(rows, RosterKeys.open(roster)),
        "next_url": f"?{urlencode({**keep, 'after': following})}" if following else "",
        "previous_url": f"?{urlencode(keep)}" if after else "",
    }


@require_GET
def sample(request: SignedInRequest, reference: str) -> FileResponse:
    """A small made-up list that shows what can be imported."""
    incident_for(request.user, reference, Can.VIEW)
    return FileResponse(
        (settings.BASE_DIR / "samples" / SAMPLE).open("rb"), as_attachment=True, filename=SAMPLE
    )


def _rows(details: Details) -> list[tuple[str, str]]:
    return [(FIELD_WORDS[name], value) for name in FIELDS if (value := getattr(details, name))]


def _party_page(
    request: SignedInRequest, party: AffectedParty, form: RevealForm | None, shown: Details | None = None
) -> HttpResponse:
    incident = party.roster.incident
    erased = party.roster.erased_at is not None
    details = shown or (Details() if erased else mask(RosterKeys.open(party.roster).details(party)))
    context = {
        "incident": incident,
        "tab": "people",
        "party": party,
        "rows": _rows(details),
        "shown": shown is not None,
        "erased": erased,
        "may_reveal": Can.REVEAL in incident.held and not erased,  # type: ignore[attr-defined]
        "reveals": queries.reveals_of(party) if Can.DECIDE in incident.held else (),  # type: ignore[attr-defined]
        "may_address": Can.DECIDE in incident.held and not erased,  # type: ignore[attr-defined]
        "may_exempt": Can.DECIDE in incident.held and party.exempt_at is None and not erased,  # type: ignore[attr-defined]
    }
    return page(request, "stakeholders/party.html", context, form=form)


@never_cache
@require_GET
def party(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One person, masked."""
    return _party_page(request, party_for(request.user, reference, number), RevealForm())


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_party(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One person in clear, for a reason that is recorded; shown once, in the answer to the form."""
    found = party_for(request.user, reference, number, Can.REVEAL)
    form = RevealForm(posted(request))
    seen: list[Details] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        seen.append(commands.reveal_party(found, reason=reason, by=request.user, now=timezone.now()))

    if done(form, act):
        return _party_page(request, found, None, seen[0])
    return _party_page(request, found, form)


@require_http_methods(["GET", "POST"])
def exempt_party(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    found = party_for(request.user, reference, number, Can.DECIDE)
    form = ExemptForm(posted(request))
    if done(
        form, lambda: commands.exempt_party(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        return redirect("stakeholders:party", reference, number)
    context = {
        "incident": found.roster.incident,
        "tab": "people",
        "heading": f"Do not tell person {found.id}",
        "submit": "Exempt this person",
        "back": ("stakeholders:party", reference, number),
        "lede": "This person stays on the roster and is counted as exempt.",
    }
    return page(request, "stakeholders/act.html", context, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def address_party(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Who is written to: the person, or a guardian or next of kin in their place."""
    found = party_for(request.user, reference, number, Can.DECIDE)
    form = AddressForm(posted(request), initial={"addressee": found.addressee})
    if done(
        form, lambda: commands.address_party(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        return redirect("stakeholders:party", reference, number)
    context = {
        "incident": found.roster.incident,
        "tab": "people",
        "heading": f"Who is written to about person {found.id}",
        "submit": "Save",
        "back": ("stakeholders:party", reference, number),
        "lede": "For a child or somebody who died, the notice goes to the guardian or next of kin. What went out before stays as it was sent.",
    }
    return page(request, "stakeholders/act.html", context, form=form)


@require_http_methods(["GET", "POST"])
def correct_counts(request: SignedInRequest, reference: str) -> HttpResponse:
    """Put the counts of the people in place of those that were kept."""
    roster = roster_for(request.user, reference, Can.DECIDE)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: commands.correct_counts(roster, by=request.user, now=timezone.now(), **form.cleaned_data),
    ):
        return redirect("stakeholders:people", reference)
    context = {
        "incident": roster.incident,
        "tab": "people",
        "heading": "Set the numbers right",
        "submit": "Count the list and keep its numbers",
        "back": ("stakeholders:people", reference),
        "lede": "The list is counted anew and its numbers take the place of those that were kept. The law is asked again.",
    }
    return page(request, "stakeholders/act.html", context, form=form)


@require_http_methods(["GET", "POST"])
def decide_counts(request: SignedInRequest, reference: str) -> HttpResponse:
    """The list says other numbers than those somebody typed: which hold?"""
    roster = roster_for(request.user, reference, Can.WRITE)
    form = CountsForm(posted(request))

    def act() -> None:
        reason = form.cleaned_data["reason"]
        commands.decide_counts(
            roster, take=form.takes_list, reason=reason, by=request.user, now=timezone.now()
        )

    if done(form, act):
        return redirect("stakeholders:people", reference)
    context = {
        "incident": roster.incident,
        "tab": "people",
        "heading": "Which numbers hold?",
        "submit": "Decide",
        "back": ("stakeholders:people", reference),
        "lede": f"The list has {roster.people:,} people. The facts say {queries.typed_people(roster):,}, confirmed by hand. "
        "What the law asks goes by the number that holds; more than the list has count as not on the list yet.",
    }
    return page(request, "stakeholders/act.html", context, form=form)
