"""One fact, changed where it stands: in place with htmx, else on a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from incidents import commands, queries
from incidents.forms.fact_row import FactRowForm
from incidents.models import Can, Incident
from incidents.permissions import incident_for
from incidents.questions import SIGNED, asked, questions_of
from incidents.views.answers import INVALID, done, posted
from incidents.views.facts import FactRow, may_change
from law.vocabulary import FactKey


@require_http_methods(["GET", "POST"])
def fact_row(request: SignedInRequest, reference: str, key: str) -> HttpResponse:
    in_place = bool(request.headers.get("HX-Request"))
    only_read = request.method == "GET" and "read" in request.GET
    incident = incident_for(request.user, reference, Can.VIEW if only_read else Can.WRITE)
    question = asked(key, incident.violation)
    if question is None or key in SIGNED:
        raise Http404("No such fact.")
    if only_read:
        return _read_row(request, incident, question)
    standing = queries.current_facts(incident).get(key)
    form = FactRowForm(posted(request), asked=question, standing=standing, auto_id=f"row-{key}-%s")

    def act() -> None:
        data = form.cleaned_data
        told = [commands.FactInput(key, *form.told, data["source"])] if form.told else []
        commands.set_facts(incident, facts=told, by=request.user, now=timezone.now(), seen=data["seen"])

    if done(form, act):
        if in_place:
            return _read_row(request, incident, question)
        return redirect(f"{reverse('incidents:facts', args=[reference])}#fact-{key}")
    context = {"incident": incident, "tab": "facts", "asked": question, "form": form}
    template = "incidents/_fact_row_form.html" if in_place else "incidents/fact_row.html"
    return render(request, template, context, status=INVALID if form.is_bound else 200)


def _read_row(request: HttpRequest, incident: Incident, question: FactKey) -> HttpResponse:
    fact = queries.current_facts(incident).get(question.key)
    row = FactRow(question, fact, queries.breach_facts(incident).values.get(question.key))
    context = {
        "incident": incident,
        "row": row,
        "by_kind_row": question in questions_of(incident.violation).questions,
        "may_change": may_change(incident),
        "answered": True,
    }
    return render(request, "incidents/_fact_row.html", context)
