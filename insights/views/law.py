"""The law as pages: rules by country, one rule, the bodies that receive filings."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SignedInRequest
from insights import permissions, queries
from insights.queries import Wanted, contacts

LAW = ("The law", "/law/")


@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    """What does the law ask where? Places first; rules as soon as something is asked for."""
    wanted = Wanted.read(request.GET.dict())
    show = bool(wanted) or "all" in request.GET
    context = {
        **queries.choices(wanted),
        "pack": queries.shelf().pack,
        "number": len(queries.shelf().rules),
        "tab": "rules",
        "by_region": queries.by_region(queries.shelf().places),
        "found": queries.rules_wanted(wanted, timezone.localdate()) if show else None,
    }
    return render(request, "insights/law.html", context)


@require_safe
def rule(request: SignedInRequest, rule_id: str) -> HttpResponse:
    """What does this rule say, how sure is it, and where does it come from?"""
    page = queries.rule_page(rule_id, timezone.localdate())
    if page is None:
        raise Http404
    context = {"page": page, "rule": page.row.rule.data, "pack": queries.shelf().pack, "crumbs": [LAW]}
    return render(request, "insights/law_rule.html", context)


@require_safe
def authorities(request: SignedInRequest) -> HttpResponse:
    """Who receives filings, and how?"""
    wanted = Wanted.read(request.GET.dict())
    show = bool(wanted) or "all" in request.GET
    context = {
        **queries.choices(wanted),
        "pack": queries.shelf().pack,
        "tab": "authorities",
        "by_region": queries.by_region(queries.shelf().seats),
        "found": queries.authorities_wanted(wanted) if show else None,
        "number": len(queries.shelf().authorities),
    }
    return render(request, "insights/law_authorities.html", context)


@require_safe
def authority(request: SignedInRequest, authority_id: str) -> HttpResponse:
    """How do we file here, and which rules name this body?"""
    page = queries.authority_page(authority_id, timezone.localdate())
    if page is None:
        raise Http404
    context = {
        "page": page,
        "body": page.row.authority,
        "crumbs": [LAW, ("Authorities", "/law/authorities/")],
        "filings": contacts.filings_on_their_way(authority_id, request.user),
        "may_read_contact": permissions.may_read_preparedness(request.user),
        "may_note_contact": permissions.may_keep_preparedness(request.user),
        "contact": contacts.contact_of(authority_id),
    }
    return render(request, "insights/law_authority.html", context)
