"""The routes as the URL resolver knows them, and addresses with real ids in them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts import commands as accounts
from accounts.models import Team
from policies.models import System
from tests.access_table import BY_PREFIX, ROUTES, Can, Needs, Who
from tests.full_incident import Case

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


@dataclass(frozen=True)
class Route:
    """One route: its name and its path with parameters."""

    name: str
    path: str
    view: Any = field(compare=False, default=None)

    @property
    def is_act(self) -> bool:
        """Whether it is drawn as one form for one act, as many are."""
        return "act_page(" in inspect.getsource(inspect.unwrap(self.view))

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/")

    @property
    def described(self) -> str:
        """Its path as the API's description writes it."""
        return "/" + PARAMETER.sub(r"{\1}", self.path).replace("{pk}", "{id}")

    @property
    def table(self) -> dict[str, Who]:
        return ROUTES[self.name]

    @property
    def of_incident(self) -> bool:
        """Whether it hangs on an incident, and so goes through the one door."""
        return any(isinstance(who, Can | Needs) for who in self.table.values())

    @property
    def names_sub_object(self) -> bool:
        """Whether it names something below the incident besides the incident."""
        return self.of_incident and "incidents/<" in self.path and len(PARAMETER.findall(self.path)) > 1


def resolved() -> Iterator[Route]:
    """Every route of the project."""

    def walk(resolver: Any, path: str, spaces: tuple[str, ...]) -> Iterator[Route]:
        for one in resolver.url_patterns:
            here = path + str(one.pattern)
            if isinstance(one, URLPattern):
                yield Route(":".join((*spaces, one.name or "")), here, one.callback)
            else:
                yield from walk(one, here, (*spaces, one.namespace) if one.namespace else spaces)

    yield from walk(get_resolver(), "", ())


def kept() -> list[Route]:
    """All but those kept by prefix."""
    return [route for route in resolved() if not route.name.startswith(BY_PREFIX)]


def incident_routes() -> list[Route]:
    return [route for route in kept() if route.of_incident]


# Which of the case's objects a segment of a path names, and exceptions by the route's own name.
def _objects(case: Case) -> dict[str, Any]:
    version = case.incident.policy_version
    assert version is not None
    template = case.notices["draft"].source
    assert template is not None
    return {
        "incidents": case.incident.reference,
        "obligations": case.obligation.pk,
        "delay-requests": case.delay_request.pk,
        "differences": case.difference.pk,
        "end": case.told.pk,
        "history": "risk_tier",
        "row": "access",
        "items": case.obligation.incident.items.latest("pk").pk,
        "playbooks": "doxxing",
        "steps": "takedown",
        "sightings": case.obligation.incident.sightings.latest("pk").pk,
        "related": case.obligation.incident.links.latest("pk").pk,
        "notes": case.obligation.incident.notes.filter(privileged=False).latest("pk").pk,
        "team": case.obligation.incident.group_grants.filter(group__team__isnull=False).latest("pk").group_id,
        "teams": Team.objects.latest("pk").pk,
        "systems": case.obligation.incident.picked_systems.latest("pk").pk,
        "policies/systems": System.objects.latest("pk").reference,
        "improvements": case.obligation.incident.improvements.latest("pk").pk,
        "facts": "breach",
        "evidence": case.obligation.incident.evidence.filter(privileged=False).latest("pk").reference,
        "uploads": case.obligation.incident.uploads.latest("pk").reference,
        "holds": case.obligation.incident.legal_holds.latest("pk").pk,
        "files": case.incident.reference,
        "attachments": getattr(case.waiting.attachments.last(), "pk", 0),
        "risk": "gdpr",
        "questions": "data",
        "imports": case.import_done.pk,
        "columns": case.saved_mapping.pk,
        "people": case.party.id,
        "inquiries": case.inquiry.reference,
        "notices": case.notices["sending"].reference,
        "returned": case.delivery.pk,
        "statements": case.notices["sending"].incident.statements.latest("pk").reference,
        "status": case.notices["sending"].incident.statements.latest("pk").slug,
        "proof": case.delivery.pk,
        "certificates": case.notices["sending"].certificates.latest("pk").reference,
        "letters": case.notices["sending"].letter_runs.latest("pk").reference,
        "start": case.filings["submitted"].obligation_id,
        "filings": case.filings["submitted"].reference,
        "sections": "times",
        "intake": case.waiting.reference,
        "reports": case.waiting.reference,
        "staff": case.waiting.reference,
        "policies": version.policy.reference,
        "policies/contracts": case.clause.reference,
        "policies/versions": version.number,
        "notice-templates": template.template_id,
        "notice-templates/versions": template.pk,
        "settings/suppliers": case.supplier.link.reference,
        "suppliers/suppliers": case.supplier.link.reference,
        "report/from": case.supplier.code,
        "settings/people": case.told.pk,
        "people/people": case.told.pk,
        "law/rules": "eu-gdpr-33",
        "law/authorities": "ie-dpc",
        "preparedness/scenarios": "leaked-list",
        "preparedness/saved": case.outlook.reference,
        "new": "incidents",
        "views": case.incident.lead.saved_views.latest("pk").pk if case.incident.lead else 0,
        "n": case.notice_code,
        "q": case.inquiry_code,
        "changes": "incidents",
    }


DRAFT_NOTICE = frozenset(
    f"notifications:{api}{name}"
    for api in ("", "api_")
    for name in ("edit_notice", "submit_notice", "return_notice", "approve_notice")
)
DRAFT_FILING = frozenset(
    f"notifications:{name}"
    for name in ("filing_section", "declare_filing", "submit_filing", "withdraw_filing")
)
UPLOADED = frozenset(
    f"stakeholders:{name}"
    for name in ("match_columns", "cancel_import", "api_start_import", "api_cancel_import")
)


def _objects_once(case: Case) -> dict[str, Any]:
    """A copy, asked of the database once a case: every route wants it."""
    if "named" not in vars(case):
        vars(case)["named"] = _objects(case)
    return dict(vars(case)["named"])


def filled(route: Route, case: Case) -> str:
    """The address of a route with the case's ids in it."""
    objects = _objects_once(case)
    if route.name in DRAFT_NOTICE:
        objects["notices"] = case.notices["in_review" if "approve" in route.name or "return" in route.name else "draft"].reference  # fmt: skip
    if route.name.endswith(("start_sending", "api_send_notice")):
        objects["notices"] = case.notices["approved"].reference
    if route.name in DRAFT_FILING:
        objects["filings"] = case.filings["draft"].reference
    if route.name in UPLOADED:
        objects["imports"] = case.import_uploaded.pk
    if route.name == "insights:feed":
        code = accounts.make_calendar_feed(case.told, by=case.told, now=timezone.now())
        objects["feed"] = f"{code}.ics"
    segments = [segment for segment in route.path.removeprefix("api/").split("/")]
    done: list[str] = []
    for place, segment in enumerate(segments):
        if not PARAMETER.fullmatch(segment):
            done.append(segment)
            continue
        before = segments[place - 1]
        key = f"{segments[0]}/{before}" if f"{segments[0]}/{before}" in objects else before
        done.append(str(objects[key]))
    return "/" + ("api/" if route.is_api else "") + "/".join(done)
