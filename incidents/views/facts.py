"""Facts of an incident: times, what is known, how many people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, forms, queries
from incidents.models import Can, Fact, Incident
from incidents.models.facts import Basis
from incidents.permissions import incident_for
from incidents.queries.sightings import sightings
from incidents.queries.systems import picked_systems, systems_to_pick
from incidents.questions import GROUP, SIGNED, asked, own_questions, questions_of
from incidents.views.answers import INVALID, answer_act, done, posted
from law.vocabulary import EVENT_KINDS, FactKey
from policies.models import System
from policies.permissions import may_read_systems

# Told apart on every incident, stated or not.
MAIN_TIMES: Final = ("occurred", "detected", "aware", "contained")


@dataclass(frozen=True)
class FactRow:
    """A question and what is known of it."""

    key: FactKey
    fact: Fact | None
    otherwise: Any = None  # what the organisation's own record says while the incident says nothing

    @property
    def is_told(self) -> bool:
        return self.fact is not None or self.otherwise is not None

    @property
    def is_signed(self) -> bool:
        """Whether it is told by signing a finding, never as an answer."""
        return self.key.key in SIGNED


@dataclass(frozen=True)
class FactGroup:
    name: str
    label: str
    rows: list[FactRow]

    @property
    def shown(self) -> list[FactRow]:
        """What is told; of the questions of this kind of incident all, for they are few."""
        return [row for row in self.rows if row.is_told or self.name == GROUP]

    @property
    def untold(self) -> list[FactRow]:
        return [row for row in self.rows if not row.is_told and self.name != GROUP]

    @property
    def told(self) -> int:
        return sum(1 for row in self.rows if row.fact is not None and row.fact.state != "unknown")


def _groups(incident: Incident) -> list[FactGroup]:
    standing = queries.current_facts(incident)
    read = queries.breach_facts(incident).values
    by_kind = _asked_by_kind(incident, standing, read)
    first = {row.key.key for row in by_kind.rows}  # told once on a page
    return [by_kind, *(_group(name, standing, read, but=first) for name in forms.GROUPS)]


def _asked_by_kind(incident: Incident, standing: Mapping[str, Fact], read: Mapping[str, Any]) -> FactGroup:
    """What this kind of incident asks; answers to another kind's questions stay in sight."""
    questions = questions_of(incident.violation).questions
    own = own_questions()
    others = [own[key] for key in standing if key in own and own[key] not in questions]
    rows = [FactRow(one, standing.get(one.key), read.get(one.key)) for one in (*questions, *others)]
    return FactGroup(GROUP, f"Questions for: {incident.get_violation_display()}", rows)


def _group(
    name: str, standing: Mapping[str, Fact], read: Mapping[str, Any], *, but: Collection[str] = ()
) -> FactGroup:
    keys = [key for key in forms.shown_keys(name) if key.key not in but]
    rows = [FactRow(key, standing.get(key.key), read.get(key.key)) for key in keys]
    return FactGroup(name, forms.GROUPS[name], rows)


def may_change(incident: Incident) -> bool:
    return Can.WRITE in incident.held and not incident.is_settled  # type: ignore[attr-defined]


def _to_pick(request: SignedInRequest, incident: Incident) -> list[System]:
    """Systems that the person may pick here."""
    if not may_change(incident) or not may_read_systems(request.user):
        return []
    return list(systems_to_pick(incident)[:500])


@require_GET
def facts(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    counts = queries.current_counts(incident)
    people, confirmed = queries.total_affected(counts)
    times = queries.current_times(incident)
    by_kind, *groups = _groups(incident)
    context = {
        "incident": incident,
        "tab": "facts",
        "times": times,
        "groups": groups,
        "by_kind": by_kind,
        "unstated": [kind for kind in MAIN_TIMES if kind not in {time.kind for time in times}],
        "sightings": sightings(incident),
        "systems": picked_systems(incident),
        "to_pick": _to_pick(request, incident),
        "asks_platform": questions_of(incident.violation).platform,
        "counts": queries.counts_by_place(counts),
        "one_source": counts[0].source if len({count.source for count in counts}) == 1 else None,
        "people": people if counts else None,
        "confirmed": confirmed,
        "has_both": len({count.basis for count in counts}) > 1,
        "may_change": may_change(incident),
        "reports": incident.reports.order_by("received_at"),
    }
    return render(request, "incidents/facts.html", context)


@require_http_methods(["GET", "POST"])
def fact_group(request: SignedInRequest, reference: str, group: str) -> HttpResponse:
    """Tell the facts of one group: in place with htmx, else on a page of its own."""
    if group not in forms.GROUPS:
        raise Http404("No such group of facts.")
    if request.method == "GET" and "read" in request.GET:
        incident = incident_for(request.user, reference, Can.VIEW)
        return _read_view(request, incident, group)
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.FactGroupForm(posted(request), group=group, standing=queries.current_facts(incident))

    def act() -> None:
        source = form.cleaned_data["source"]
        told = [commands.FactInput(key, state, value, source) for key, state, value in form.changed]
        seen = form.cleaned_data["seen"]
        commands.set_facts(incident, facts=told, by=request.user, now=timezone.now(), seen=seen)

    if done(form, act):
        if request.headers.get("HX-Request"):
            return _read_view(request, incident, group)
        return redirect(f"{_facts_url(reference)}#{group}")
    template = (
        "incidents/_fact_form.html" if request.headers.get("HX-Request") else "incidents/fact_group.html"
    )
    context = {
        "incident": incident,
        "tab": "facts",
        "group": group,
        "label": forms.GROUPS[group],
        "form": form,
    }
    return render(request, template, context, status=INVALID if form.is_bound else 200)


def _read_view(request: HttpRequest, incident: Incident, group: str) -> HttpResponse:
    one = next(one for one in _groups(incident) if one.name == group)
    context = {"incident": incident, "group": one, "may_change": may_change(incident)}
    return render(request, "incidents/_fact_group.html", context)


def _facts_url(reference: str) -> str:
    return redirect("incidents:facts", reference)["Location"]


@require_http_methods(["GET", "POST"])
def event_time(request: SignedInRequest, reference: str) -> HttpResponse:
    """State when something happened, or state it anew with the reasoning."""
    incident = incident_for(request.user, reference, Can.WRITE)
    kind = request.GET.get("kind", "")
    standing = (
        incident.event_times.filter(kind=kind, superseded_at=None).first() if kind in EVENT_KINDS else None
    )
    form = forms.EventTimeForm(
        posted(request),
        zone=request.user.zone,
        standing=standing,
        initial={"kind": kind} if kind in EVENT_KINDS else None,
    )
    return answer_act(
        request,
        incident,
        form,
        partial(commands.record_event_time, incident),
        back=f"{_facts_url(reference)}#times",
        tab="facts",
        heading="State this time anew" if standing else "State when something happened",
        lede="You sign it with your name. What was stated before is kept as history.",
        submit="Sign this time",
    )


@require_http_methods(["GET", "POST"])
def counts(request: SignedInRequest, reference: str) -> HttpResponse:
    """How many people, by place and kinds of data; the table of one basis is stated as a whole."""
    incident = incident_for(request.user, reference, Can.WRITE)
    wanted = request.POST.get("basis") or request.GET.get("basis", "")
    basis = wanted if wanted in Basis.values else Basis.ESTIMATE.value
    standing = [count for count in queries.current_counts(incident) if count.basis == basis]
    known = queries.breach_facts(incident).known_set("elements") or frozenset()
    data = posted(request)
    source = standing[0].source if standing else ""
    form = forms.CountsForm(data, initial={"basis": basis, "source": source})
    lines = forms.count_lines(data, counts=standing, known=sorted(known))
    if data is not None and form.is_valid() and lines.is_valid():
        try:
            commands.record_counts(
                incident,
                counts=[
                    commands.CountInput(place, elements, number) for place, elements, number in lines.lines()
                ],
                basis=form.cleaned_data["basis"],
                source=form.cleaned_data["source"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.error_list))
        else:
            return redirect(f"{_facts_url(reference)}#people")
    context = {
        "incident": incident,
        "tab": "facts",
        "form": form,
        "lines": lines,
        "basis": basis,
    }
    return render(request, "incidents/counts.html", context, status=INVALID if data is not None else 200)


@require_http_methods(["GET", "POST"])
def drop_estimates(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = forms.ReasonForm(posted(request))
    return answer_act(
        request,
        incident,
        form,
        partial(commands.drop_estimates, incident),
        back=f"{_facts_url(reference)}#people",
        tab="facts",
        heading="The confirmed numbers are complete",
        lede="Until you say so, an estimate counts wherever it is larger than the confirmed number of that place.",
        submit="Drop the estimates",
    )


@require_GET
def fact_history(request: SignedInRequest, reference: str, key: str) -> HttpResponse:
    """All that was ever stated of one fact or one time."""
    incident = incident_for(request.user, reference, Can.VIEW)
    question = asked(key, incident.violation)
    if question is not None:
        heading = question.label
        rows = incident.facts.filter(key=key).select_related("by").order_by("-at", "-pk")
        context = {"facts": rows, "question": question.question}
    elif key in EVENT_KINDS:
        heading = EVENT_KINDS[key]
        context = {
            "times": incident.event_times.filter(kind=key)
            .select_related("signed_by")
            .order_by("-signed_at", "-pk")
        }
    else:
        raise Http404("No such fact.")
    return render(
        request,
        "incidents/fact_history.html",
        {"incident": incident, "tab": "facts", "heading": heading, "key": key, **context},
    )
