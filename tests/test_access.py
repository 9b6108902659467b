"""The door holds everywhere: every route, every method, pages and API alike."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection
from django.template.base import Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Role, User
from incidents import commands
from incidents.models import Can, Incident, IncidentUserGrant
from incidents.permissions import ROLE_CAN, held
from tests import access_table as table
from tests import full_incident, hostile
from tests.full_incident import Case, World, client_for, undone
from tests.routes import METHODS, Route, filled, incident_routes, kept, resolved

standing, world = full_incident.standing, full_incident.world
pytestmark = [pytest.mark.slow, pytest.mark.lengthy(100), pytest.mark.django_db]

UNKNOWN = "INC-0000-0000"
# Named below an incident by a word that is the same for all of them, not by an id.
NO_IDS = frozenset(
    {
        "incidents:fact_history", "incidents:facts_group", "incidents:fact_row", "incidents:risk",
        "incidents:answer_risk_questions", "incidents:sign_risk_finding", "incidents:countersign_risk_finding",
        "incidents:withdraw_risk_finding", "incidents:api_risk", "incidents:api_answer_risk_questions",
        "incidents:api_sign_risk_finding", "incidents:api_countersign_risk_finding",
        "incidents:api_withdraw_risk_finding",
        "stakeholders:api_mapping",  # matchings of columns are kept for the whole organisation
    }
)  # fmt: skip


@contextmanager
def unwritten() -> Iterator[None]:
    """Pages are not drawn where their status alone is looked at; `test_pages_look.py` draws every one."""
    draw, Template.render = Template.render, lambda *_: SafeString()  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        Template.render = draw  # type: ignore[method-assign]


def ask(client: Client, method: str, url: str) -> int:
    """The status of an empty request; what it wrote is undone, and the browser keeps its session."""
    cookies = client.cookies.copy()
    with undone(), unwritten():
        more = {} if method == "GET" else {"data": {} if method == "POST" else "{}"}
        if "/api/" in url and method != "GET":
            more = {"data": "{}", "content_type": "application/json"}
        answer = getattr(client, method.lower())(url, **more)
        if answer.streaming:
            b"".join(answer.streaming_content)
        client.cookies = cookies
        return int(answer.status_code)


def asked(
    client: Client, case: Case, routes: Iterable[Route], expected: Callable[[table.Who], set[int]]
) -> list[str]:
    """Each route and method of the table whose answer is not among `expected(who)`."""
    wrong = []
    for route in routes:
        url = filled(route, case)
        for method, who in route.table.items():
            status = ask(client, method, url)
            if status not in (right := expected(who)):
                wrong.append(f"{method} {route.name}: {status}, not {sorted(right)}")
    return wrong


def in_turn(routes: list[Route], turn: int, of: int = 6) -> list[Route]:
    """One's share of the routes, unless all are asked for: others take the rest."""
    return routes if hostile.THOROUGH else routes[turn % of :: of]


def beyond_view() -> list[Route]:
    """Routes of an incident of which some method asks for more than to see it."""
    return [route for route in incident_routes() if set(route.table.values()) != {Can.VIEW}]


def may(who: table.Who, user: User, cans: frozenset[Can]) -> bool:
    """What the table says of one person."""
    if isinstance(who, Can):
        return who in cans
    if isinstance(who, table.Needs):
        return who.met_by(cans)
    if isinstance(who, frozenset):
        return bool(who & user.roles)
    return who in (table.PUBLIC, table.SIGNED_IN)


# Allowed: the page, a redirect, or words on what is missing or not possible now. Never 403, 404 or 405.
ALLOWED = {200, 201, 202, 204, 302, 400, 409, 413, 415, 422}


def test_each_route_stands_in_the_table() -> None:
    names = {route.name for route in kept()}
    assert names - set(table.ROUTES) == set(), "say in tests/access_table.py who these are for"
    assert set(table.ROUTES) - names == set(), "these routes are gone"


def test_prefixes_of_other_makers_are_used() -> None:
    names = [route.name for route in resolved()]
    for prefix in table.BY_PREFIX:
        assert any(name.startswith(prefix) for name in names), prefix


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EMPLOYEE])
def test_each_role_opens_what_the_table_says_and_nothing_else(world: World, role: Role) -> None:
    """Also proves that the ids are real: whoever may never reads 404."""
    user = world.cast.by_role[role]
    cans = ROLE_CAN[role]
    # To see is the same for all of them; one role reads every page.
    officer = role == Role.PRIVACY_OFFICER
    routes = incident_routes() if officer else in_turn(beyond_view(), list(Role).index(role))
    wrong = asked(
        client_for(user), world.case, routes, lambda who: ALLOWED if may(who, user, cans) else {403}
    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_routes_beside_incidents_are_for_the_roles_in_the_table(world: World, role: Role) -> None:
    user = world.cast.by_role[role]
    routes = [
        route
        for route in kept()
        if not route.of_incident and not set(route.table.values()) & {table.OWN, table.FIRST, table.LOCAL}
    ]
    if role != Role.PRIVACY_OFFICER:
        routes = in_turn(routes, list(Role).index(role))
    wrong = asked(
        client_for(user), world.case, routes, lambda who: ALLOWED if may(who, user, frozenset()) else {403}
    )
    assert not wrong, "\n".join(wrong)


def asked_of_the_view(method: str, url: str, user: User) -> int:
    """As `ask`, without what lies before the view: it refuses the method itself."""
    request = RequestFactory().generic(method, url)
    request.user, request._dont_enforce_csrf_checks = user, True  # type: ignore[attr-defined]
    view, args, kwargs = resolve(request.path)
    return int(view(request, *args, **kwargs).status_code)


def test_a_method_that_the_table_does_not_name_is_refused(world: World) -> None:
    user = world.cast.officer
    wrong = []
    for route in kept():
        if set(route.table.values()) & {table.FIRST, table.LOCAL, table.OWN}:
            continue
        for method in set(METHODS) - set(route.table):
            status = asked_of_the_view(method, filled(route, world.case), user)
            if status != 405:
                wrong.append(f"{method} {route.name}: {status}")
    assert not wrong, "\n".join(wrong)


def _expired(world: World) -> User:
    """Somebody whose grant has just ended."""
    now = timezone.now()
    expert = world.case.told
    cans = sorted(held(world.cast.lead, world.case.incident))
    commands.grant_access(
        world.case.incident,
        to=expert,
        cans=cans,
        by=world.cast.lead,
        ends_at=now + timedelta(hours=1),
        now=now,
    )
    IncidentUserGrant.objects.filter(user=expert).update(ends_at=now - timedelta(seconds=1))
    return expert


@pytest.mark.parametrize("who", ["stranger", "expired", "superuser"])
def test_for_whoever_has_no_grant_there_is_no_such_incident(world: World, who: str) -> None:
    if who == "expired":
        user = _expired(world)
    elif who == "superuser":
        user = world.cast.stranger
        User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    else:
        user = getattr(world.cast, who)
    routes = incident_routes()
    if who != "stranger":
        routes = in_turn(routes, len(who))
    wrong = asked(client_for(user), world.case, routes, lambda _: {404})
    assert not wrong, "\n".join(wrong)


def test_for_a_grant_that_lasts_the_routes_open(world: World) -> None:
    """The expired grant above is refused for its end alone."""
    wrong = asked(
        client_for(world.case.told),
        world.case,
        in_turn(beyond_view(), 0),
        lambda who: ALLOWED if who == Can.VIEW else {403},
    )
    assert not wrong, "\n".join(wrong)


HIDDEN_AND_UNKNOWN = (
    "/incidents/%s/",
    "/api/incidents/%s/",
    "/incidents/%s/notes/",
    "/api/incidents/%s/obligations/",
)
ALTERNATELY = 60


def _answer(client: Client, url: str) -> tuple[int, bytes, dict[str, str], list[str], float]:
    """All that a caller can tell apart, and what was asked of the database."""
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        answer = client.get(url)
        took = time.perf_counter() - began
    # A random word each time: the policy's nonce and the masked token of forms.
    body = re.sub(
        rb'nonce="[^"]+"|X-CSRFToken": "[^"]+|csrfmiddlewaretoken" value="[^"]+', b"", answer.content
    )
    headers = {name: re.sub(r"'nonce-[^']+'", "", value) for name, value in answer.items()}
    kinds = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in queries]
    return answer.status_code, body, headers, kinds, took


def test_a_hidden_incident_and_one_that_is_not_there_answer_alike(world: World) -> None:
    """The same words, headers and queries, and no clock tells them apart."""
    hidden = _hidden(world).reference
    client = client_for(world.cast.officer)
    for path in HIDDEN_AND_UNKNOWN:
        here, nowhere = (_answer(client, path % one) for one in (hidden, UNKNOWN))
        assert here[0] == 404
        assert here[1].replace(hidden.encode(), b"") == nowhere[1].replace(UNKNOWN.encode(), b"")
        assert here[2:4] == nowhere[2:4]
    took: dict[str, list[float]] = {hidden: [], UNKNOWN: []}
    for turn in range(ALTERNATELY):
        for one in (hidden, UNKNOWN) if turn % 2 else (UNKNOWN, hidden):
            took[one].append(_answer(client, HIDDEN_AND_UNKNOWN[1] % one)[-1])
    assert 0.7 < median(took[hidden]) / median(took[UNKNOWN]) < 1.4


def test_whoever_is_not_signed_in_comes_to_the_sign_in(world: World) -> None:
    client = client_for(None)
    wrong = []
    for route in kept():
        if set(route.table.values()) & {table.PUBLIC, table.FIRST, table.LOCAL}:
            continue
        url = filled(route, world.case)
        for method in route.table:
            with undone():
                answer = getattr(client, method.lower())(url)
            if route.is_api and not route.name.startswith("api-"):
                # 403 where a token is no way in: there is nothing to ask for in its place.
                right = answer.status_code in (401, 403)
            else:
                right = (
                    answer.status_code in (302, 401, 403)
                    and world.case.incident.title.encode() not in answer.content
                )
                if answer.status_code == 302:
                    right = answer["Location"].startswith("/accounts/login/?next=")
            if not right:
                wrong.append(f"{method} {route.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_admin_site_is_closed_to_staff_of_incidents(world: World) -> None:
    for user in (None, world.cast.lead, world.cast.officer, world.cast.stranger):
        answer = client_for(user).get("/admin/")
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_ids_of_another_incident_are_not_found_under_this_one(world: World) -> None:
    """Both are visible; each id must belong to the reference before it."""
    crossed = replace(world.other, incident=world.case.incident)
    client = client_for(world.cast.officer)
    wrong = []
    for route in incident_routes():
        if not route.names_sub_object or route.name in NO_IDS:
            continue
        for method in route.table:
            status = ask(client, method, filled(route, crossed))
            if status != 404:
                wrong.append(f"{method} {route.name}: {status}")
    assert not wrong, "\n".join(wrong)


def _post(client: Client, url: str, **data: object) -> tuple[int, str]:
    with undone():
        answer = client.post(url, json.dumps(data), content_type="application/json")
        return answer.status_code, answer.content.decode()


def test_ids_of_another_incident_in_a_body_are_refused(world: World) -> None:
    client = client_for(world.cast.officer)
    here, there = world.case, world.other
    base = f"/api/incidents/{here.incident.reference}"
    assert _post(client, f"{base}/filings/", obligation=there.obligation.pk)[0] == 404
    words = {"title": "x", "language": "en", "subject": "x", "body": "x", "serves": [there.obligation.pk]}
    assert _post(client, f"{base}/notices/", **words)[0] == 400
    notice = f"{base}/notices/{here.notices['sending'].reference}/settle/"
    settled = _post(client, notice, deliveries=[there.delivery.pk], act="accept", reason="x")
    assert settled[0] in (400, 409)
    assert _post(client, f"{base}/access/end/", of=there.told.email)[0] in (400, 409)


def test_an_inquiry_cannot_be_moved_to_an_incident_that_is_hidden(world: World) -> None:
    commands.restrict_incident(world.other.incident, by=world.cast.lead, reason="r", now=timezone.now())
    client = client_for(world.cast.support)
    url = f"/inquiries/{world.case.inquiry.reference}/incident/"
    hidden = client.post(url, {"incident": world.other.incident.reference})
    none = client.post(url, {"incident": UNKNOWN})
    assert (hidden.status_code, none.status_code) == (422, 422)
    api = f"/api/inquiries/{world.case.inquiry.reference}/incident/"
    assert (
        _post(client, api, incident=world.other.incident.reference)[0]
        == _post(client, api, incident=UNKNOWN)[0]
    )


# --- a restricted incident

LISTS = (
    "/", "/incidents/?view=all", "/incidents/?view=needs", "/deadlines/", "/inquiries/?status=all", "/intake/", "/intake/settled/",
    "/api/incidents/", "/api/inquiries/?status=", "/api/reports/",
)  # fmt: skip


def _hidden(world: World) -> Incident:
    return commands.restrict_incident(
        world.case.incident, by=world.cast.lead, reason="A colleague.", now=timezone.now()
    )


def _marks(case: Case) -> list[str]:
    return [
        case.incident.reference, case.incident.title, case.report.reference, case.inquiry.reference,
        *(one.reference for one in case.notices.values()), *(one.reference for one in case.filings.values()),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "support", "legal", "superuser"])
def test_a_restricted_incident_stands_in_no_list(world: World, who: str) -> None:
    _hidden(world)
    user = getattr(world.cast, "officer" if who == "superuser" else who)
    if who == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    client = client_for(user)
    marks = _marks(world.case)
    searches = [f"/search/?q={word}" for word in (world.case.incident.reference, "shared+too+much", world.case.inquiry.reference, world.case.report.reference)]  # fmt: skip
    found = []
    for url in (*LISTS, *searches):
        answer = client.get(url)
        text = answer.content.decode()
        # The word that was looked for stands in the field of the search itself.
        looked_for = url.partition("?q=")[2].replace("+", " ")
        found += [f"{url}: {mark}" for mark in marks if mark in text and mark != looked_for]
        assert answer.status_code in (200, 403), url
    assert found == []


def test_the_lists_hold_it_while_it_is_not_restricted(world: World) -> None:
    """The test above can fail."""
    client = client_for(world.cast.officer)
    reference = world.case.incident.reference
    for url in ("/incidents/?view=all", "/deadlines/", "/api/incidents/", "/search/?q=shared+too+much"):
        assert reference in client.get(url).content.decode(), url
    assert world.case.inquiry.reference in client.get("/inquiries/?status=all").content.decode()


def test_the_navigation_counts_what_the_lists_hold(world: World) -> None:
    from incidents.models.incident import SETTLED
    from incidents.queries import inbox
    from insights.queries import waiting_counts
    from insights.queries.deadlines import clocks
    from insights.queries.scope import current
    from stakeholders.queries import inquiry_desk

    now = clocks(world.cast.officer).filter(due_at__isnull=False).earliest("due_at").due_at
    for user in (world.cast.officer, world.cast.support, world.cast.stranger):
        counts = waiting_counts(user, now=now)
        expected = {
            "visible": current(user).exists(),
            "incidents": current(user).exclude(status__in=SETTLED).count(),
            "deadlines": clocks(user).filter(due_at__lte=now + timedelta(hours=24)).count(),
            "inquiries": inquiry_desk(user, status="open").count(),
            "reports": inbox(user, now=now).count(),
        }
        assert counts == expected
        assert all(counts.values()) if user == world.cast.officer else True


def test_a_restricted_incident_is_in_no_count(world: World) -> None:
    from insights.queries import waiting_counts
    from stakeholders.queries import inquiry_desk

    user, now = world.cast.officer, timezone.now()
    before = waiting_counts(user, now=now)
    asked = inquiry_desk(user, status="open").count()
    _hidden(world)
    user = User.objects.get(pk=user.pk)
    after = waiting_counts(user, now=now)
    assert after["incidents"] == before["incidents"] - 1
    assert after["inquiries"] == before["inquiries"] - 1
    assert inquiry_desk(user, status="open").count() == asked - 1


def test_a_restricted_incident_has_no_routes_for_role_groups(world: World) -> None:
    _hidden(world)
    wrong = []
    for turn, who in enumerate(("officer", "legal", "support", "auditor")):
        routes = in_turn(incident_routes(), turn, of=4)
        wrong += asked(client_for(getattr(world.cast, who)), world.case, routes, lambda _: {404})
    assert not wrong, "\n".join(wrong)


def test_the_report_of_a_restricted_incident_is_hidden_with_it(world: World) -> None:
    _hidden(world)
    reference = world.case.report.reference
    client = client_for(world.cast.officer)
    for route in kept():
        if "reports/<" in route.path or "intake/<" in route.path:
            url = filled(route, replace(world.case, waiting=world.case.report))
            assert reference in url
            for method in route.table:
                assert ask(client, method, url) == 404, route.name


def test_people_with_a_grant_of_their_own_still_see_it(world: World) -> None:
    _hidden(world)
    for user in (world.cast.lead, world.case.told):
        assert ask(client_for(user), "GET", f"/incidents/{world.case.incident.reference}/") == 200


# --- what counsel alone reads


def _read(client: Client, url: str) -> bytes:
    answer = client.get(url)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_privileged_note_is_nowhere_for_others(world: World) -> None:
    """Not for the lead, who reads all else: no page, file, feed or answer of the API holds a word of it."""
    client = client_for(world.cast.lead)
    # Of the pages that hold one form for one act, those whose turn it is.
    routes = [
        route
        for turn, route in enumerate(incident_routes())
        if "GET" in route.table and (not route.is_act or hostile.whole(turn))
    ]
    found = [route.name for route in routes if b"quokka" in _read(client, filled(route, world.case))]
    found += [url for url in LISTS if b"quokka" in _read(client, url)]
    assert not found
    for user in (world.cast.lead, world.case.told):
        page = _read(client_for(user), "/search/?q=quokka")
        for own in ('value="quokka"', "“quokka”", "?q=quokka"):  # what was asked for
            page = page.replace(own.encode(), b"")
        assert b"quokka" not in page


def test_counsel_reads_a_privileged_note(world: World) -> None:
    client = client_for(world.cast.legal)
    reference = world.case.incident.reference
    assert b"quokka" in client.get(f"/incidents/{reference}/notes/").content
    assert b"quokka" in client.get(f"/api/incidents/{reference}/notes/").content


def test_the_words_of_a_privileged_note_are_not_in_the_record(world: World) -> None:
    """Not even in counsel's export: the record says that there is a note, and no more."""
    answer = client_for(world.cast.legal).get(
        f"/api/incidents/{world.case.incident.reference}/record/export/"
    )
    body = b"".join(answer.streaming_content)
    assert b"quokka" not in body
    assert len(body.splitlines()) > 20


def test_a_privileged_note_cannot_be_written_by_others(world: World) -> None:
    client = client_for(world.cast.lead)
    url = f"/api/incidents/{world.case.incident.reference}/notes/"
    assert _post(client, url, text="x", privileged=True)[0] == 403
    assert _post(client, url, text="x", privileged=False)[0] == 201


# --- people without account


@pytest.mark.parametrize("path", ["/n/{}", "/q/{}"])
def test_a_wrong_code_opens_one_identical_page(world: World, path: str) -> None:
    client = client_for(None)
    answers = [client.get(path.format(code)) for code in ("A" * 22, "short", "B" * 200)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_a_right_code_opens_its_page_without_a_session(world: World) -> None:
    client = client_for(None)
    for url in (f"/n/{world.case.notice_code}", f"/q/{world.case.inquiry_code}"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "session" not in " ".join(answer.cookies)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert full_incident.EMAIL.encode() not in answer.content
        assert full_incident.FAMILY.encode() not in answer.content


def test_only_its_reporter_reads_the_thanks_for_a_report(world: World) -> None:
    url = f"/report/staff/{world.case.waiting.reference}/"
    assert client_for(world.cast.officer).get(url).status_code == 200
    for user in (world.cast.lead, world.cast.stranger):
        assert client_for(user).get(url).status_code == 404


def test_local_pages_are_gone_outside_local_mode(world: World) -> None:
    for user in (None, world.cast.lead):
        assert client_for(user).get("/mail/").status_code == 404
