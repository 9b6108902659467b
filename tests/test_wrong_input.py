"""Wrong input meets words: never an error of ours, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from django.test.client import MULTIPART_CONTENT as MULTIPART
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from incidents.models.look import DayRead, LastLook
from tests import full_incident, hostile
from tests.full_incident import World, client_for, undone
from tests.routes import PARAMETER, Route, filled, kept

standing, world = full_incident.standing, full_incident.world
pytestmark = [pytest.mark.slow, pytest.mark.lengthy(80), pytest.mark.django_db]
PRODUCT = ("accounts", "audit", "incidents", "insights", "notifications", "policies", "stakeholders")
# Forms that stand on another page, by the route that takes them.
FIELDS_OF = {
    "notifications:return_notice": ("reason",),
    "notifications:settle_uncertain": ("deliveries", "act", "reason"),
    "notifications:pause_sending": ("reason",),
    "notifications:approve_notice": ("seen",),
    "notifications:start_filing": ("stage",),
    "policies:return_version": ("reason",),
    "policies:put_in_force": ("review_on",),
    "incidents:report": (
        "title",
        "words",
        "link",
        "on",
        "time",
        "zone",
        "contact",
        "step",
        "state",
        "back",
        "website",
    ),
    "incidents:assess_severity": ("preview", "people", "context_reason", "categories.simple", "level"),
    "incidents:counts": (
        "basis",
        "source",
        "form-TOTAL_FORMS",
        "form-INITIAL_FORMS",
        "form-0-place",
        "form-0-number",
    ),
    "stakeholders:people": ("find",),
    "stakeholders:match_columns": ("again", "encoding", "delimiter", "column_0", "country"),
}


def rows() -> dict[str, int]:
    """How many rows each table of the product has."""
    tables = sorted(
        model._meta.db_table
        for label in PRODUCT
        for model in apps.get_app_config(label).get_models()
        if model not in (DayRead, LastLook)  # who looked is kept whatever else they sent
    )
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


class Wrote:
    """Whether a statement was sent that could add a row; counting every table costs more than many a request."""

    def __init__(self) -> None:
        self.anything = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.anything |= (
            not str(sql).lstrip("( \n").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        )
        return execute(sql, params, many, context)


def told(answer: Any) -> str:
    """What is wrong with an answer to wrong input; nothing when it is as it should be."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {_error(answer)}"
    if answer.status_code >= 400:
        body = answer.content.decode(errors="replace")
        if "Traceback" in body or not body.strip():
            return f"{answer.status_code} without words"
    return ""


def _error(answer: Any) -> str:
    found = getattr(answer, "exc_info", None)
    return f"{found[0].__name__}: {str(found[1])[:160]}" if found else ""


def tried(
    client: Client, method: str, url: str, data: Any, before: dict[str, int], content_type: str = MULTIPART
) -> str:
    """Send something wrong; an error of ours, an answer without words, or rows behind a refusal are told."""
    cookies = SimpleCookie(
        client.cookies
    )  # an act may end the session that asks; that is undone with the rest
    wrote = Wrote()
    with undone():
        body = data if isinstance(data, str | bytes) else encode_multipart(BOUNDARY, data)
        with connection.execute_wrapper(wrote):
            answer = client.generic(method, url, body, content_type=content_type)
        client.cookies = cookies
        problem = told(answer)
        if not problem and answer.status_code >= 400 and wrote.anything:
            grown = {table: number for table, number in rows().items() if number != before[table]}
            problem = f"{answer.status_code}, and yet rows were written: {grown}" if grown else ""
    return problem


def report(wrong: list[str]) -> str:
    return f"{len(wrong)}:\n" + "\n".join(wrong[:150])


def pages() -> list[Route]:
    return [route for route in kept() if not route.is_api and "POST" in route.table and route.name != "setup"]


def _form(client: Client, url: str) -> Any:
    context = client.get(url).context
    return context.get("form") if context is not None else None


def attempts(
    client: Client, route: Route, url: str, known: set[type], turn: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    form = _form(client, url) if "GET" in route.table else None
    if form is not None:
        yield from hostile.spoiled(form, turn=turn, briefly=type(form) in known or not hostile.whole(turn))
        known.add(type(form))
    fields = FIELDS_OF.get(route.name, ())
    values = (*hostile.TEXTS.values(), *hostile.DATES[:2], *hostile.NUMBERS) if fields else ()
    for value in hostile.dealt(values, turn, 2):
        yield f"{value[:30]!r}", dict.fromkeys(fields, value)
    if hostile.whole(turn):
        yield "a field that is none", {"x\x00": "y\x00"}


def test_no_page_breaks_on_wrong_input(world: World) -> None:
    client = client_for(world.cast.officer)
    wrong, before, known = list[str](), rows(), set[Any]()
    for turn, route in enumerate(pages()):
        url = filled(route, world.case)
        for what, data in attempts(client, route, url, known, turn):
            if problem := tried(client, "POST", url, data, before):
                wrong.append(f"{route.name} {what}: {problem}")
    assert len(known) > 30, "forms are found by the page that shows them"
    assert not wrong, report(wrong)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def writes(schema: dict[str, Any]) -> Iterator[tuple[Route, str, dict[str, Any]]]:
    """Each API route that writes, its method, and the schema of its body."""
    for route in kept():
        if not route.is_api or route.name.startswith(("api-", "accounts:")):
            continue
        described = schema["paths"][route.described]
        for method in set(route.table) - {"GET"}:
            content = described[method.lower()].get("requestBody", {}).get("content", {})
            yield route, method, content.get("application/json", {}).get("schema", {})


def test_no_api_route_breaks_on_wrong_json(world: World, schema: dict[str, Any]) -> None:
    client = client_for(world.cast.officer)
    components = schema["components"]["schemas"]
    wrong, before, known = list[str](), rows(), set[Any]()
    for turn, (route, method, body) in enumerate(writes(schema)):
        url = filled(route, world.case)
        briefly = body.get("$ref") in known or not hostile.whole(turn)
        for what, data in hostile.spoiled_bodies(body, components, turn=turn, briefly=briefly):
            if problem := tried(client, method, url, json.dumps(data), before, "application/json"):
                wrong.append(f"{method} {route.name} {what}: {problem}")
        known.add(body.get("$ref"))
    assert not wrong, report(wrong)


def test_no_api_route_breaks_on_a_body_that_is_none(world: World, schema: dict[str, Any]) -> None:
    client = client_for(world.cast.officer)
    wrong = []
    for turn, (route, method, _) in enumerate(writes(schema)):
        url = filled(route, world.case)
        for content_type, body in hostile.dealt(hostile.BODIES, turn, 1):
            data = body.encode("utf-8", "surrogatepass")
            with undone():
                answer = client.generic(method, url, data, content_type=content_type)
            if problem := told(answer):
                wrong.append(f"{method} {route.name} {content_type} {body[:20]!r}: {problem}")
    assert not wrong, report(wrong)


QUERY = (
    "?after={0}&before={0}&view={0}&words={0}&q={0}&place={0}&language={0}&state={0}&topic={0}&channel={0}&status={0}"
    "&kind={0}&person={0}&lang={0}&who={0}&reference={0}&basis={0}&read={0}"
)


def test_no_address_breaks_with_wrong_queries(world: World) -> None:
    client = client_for(world.cast.officer)
    wrong = []
    for turn, route in enumerate(kept()):
        if "GET" not in route.table or not hostile.whole(turn):
            continue
        url = filled(route, world.case)
        for value in hostile.dealt(("9" * 25, "%FF%FE%27%3B--", "%00", "first"), turn, 1):
            with undone():
                answer = client.get(url + QUERY.format(value))
                if answer.streaming:
                    b"".join(answer.streaming_content)
                elif problem := told(answer):
                    wrong.append(f"{route.name} {value[:10]}: {problem}")
    assert not wrong, report(wrong)


def _wrong_ids(world: World) -> Iterator[tuple[Route, str]]:
    """Each address with one of its ids made wrong."""
    for turn, route in enumerate(kept()):
        parts = route.path.split("/")
        for place, part in enumerate(parts, start=1):
            if PARAMETER.fullmatch(part) and (hostile.THOROUGH or (turn + place) % 3 == 0):
                real = filled(route, world.case).split("/")
                for value in hostile.dealt(("9" * 25, "-1", "%00%FF", "..%2F..%2Fetc'"), turn + place, 1):
                    yield route, "/".join([*real[:place], value, *real[place + 1 :]])


def test_no_address_breaks_with_wrong_ids(world: World) -> None:
    client = client_for(world.cast.officer)
    wrong, tried = [], 0
    for route, url in _wrong_ids(world):
        method = "GET" if "GET" in route.table else next(iter(route.table))
        with undone():
            answer = client.generic(method, url)
        tried += 1
        if answer.status_code not in (400, 403, 404, 405) and route.name != "incidents:facts_group":
            wrong.append(f"{method} {url[:120]}: {answer.status_code} {_error(answer)}")
    assert tried > 100
    assert not wrong, report(wrong)


# --- stored as words, shown as words


def test_markup_that_somebody_typed_is_shown_as_words(world: World) -> None:
    client = client_for(world.cast.officer)
    reference = world.case.incident.reference
    base = f"/incidents/{reference}"
    notice = f"{base}/notices/{world.case.notices['draft'].reference}"
    given = {
        f"{base}/notes/": {"text": hostile.TEXTS["script"]},
        f"{base}/close/review/": {"cause": hostile.TEXTS["script"], "improvements": hostile.TEXTS["script"]},
        f"{base}/facts/counts/drop-estimates/": {"reason": hostile.TEXTS["script"]},
        f"{base}/people/{world.case.party.id}/exempt/": {"why": "deceased", "reason": hostile.TEXTS["script"]},
        "/report/staff/": {"title": hostile.TEXTS["script"], "words": hostile.TEXTS["script"], "link": "javascript:alert(1)"},
        "/policies/new/": {"title": hostile.TEXTS["script"], "purpose": hostile.TEXTS["script"]},
        "/inquiries/new/": {"topic": "other", "channel": "phone", "words": hostile.TEXTS["script"], "contact": hostile.TEXTS["script"]},
        f"/q/{world.case.inquiry_code}": {"words": hostile.TEXTS["script"]},
        f"/n/{world.case.notice_code}": {"question": hostile.TEXTS["script"]},
    }  # fmt: skip
    taken = [url for url, data in given.items() if client.post(url, data).status_code in (200, 302)]
    assert len(taken) >= 7
    describe = client.get(f"{base}/describe/").context["form"]
    data = hostile.base_of(describe) | {"title": hostile.TEXTS["script"], "summary": hostile.TEXTS["script"]}
    assert client.post(f"{base}/describe/", data).status_code == 302
    edit = client.get(f"{notice}/edit/").context["form"]
    parts = dict.fromkeys(("title", "subject", "what_happened", "advice"), hostile.TEXTS["script"])
    assert client.post(f"{notice}/edit/", hostile.base_of(edit) | parts).status_code == 302
    bad = []
    for turn, route in enumerate(kept()):
        if "GET" not in route.table or route.is_api or (route.is_act and not hostile.whole(turn)):
            continue
        answer = client.get(filled(route, world.case))
        if answer.streaming:
            b"".join(answer.streaming_content)
        if answer.streaming or "html" not in answer.get("Content-Type", ""):
            continue
        body = answer.content.decode()
        bad += [
            f"{route.name}: {mark}"
            for mark in (hostile.SCRIPT, "<img src=x", 'href="javascript:')
            if mark in body
        ]
    assert bad == []


def test_a_formula_in_a_list_leaves_as_words(world: World) -> None:
    """A refused line is downloaded to be mended: no cell of it may start a formula."""
    broken = full_incident.PEOPLE.replace("A-6,Nobody", "=1+1,@SUM(A1)")
    base = f"/incidents/{world.case.incident.reference}/people"
    client = client_for(world.cast.officer)
    job = full_incident.bring_in(world.case.incident, world.cast.officer, timezone.now(), broken, added=None)
    body = b"".join(client.post(f"{base}/imports/{job.pk}/refused.csv").streaming_content).decode("utf-8-sig")
    assert "=1+1" in body
    cells = [cell.strip('"') for line in body.splitlines() for cell in line.split(",")]
    assert [cell for cell in cells if cell[:1] in "=+@-" and cell] == []


# --- files


def test_a_file_beyond_the_limit_is_refused_in_words(world: World, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 20_000_000
    client = client_for(world.cast.officer)
    reference = world.case.incident.reference
    before = rows()
    for url, status in (
        (f"/incidents/{reference}/people/import/", 422),
        (f"/api/incidents/{reference}/people/imports/", 400),
    ):
        with undone():
            file = SimpleUploadedFile("people.csv", b"a,b\n" * 12_500_000, "text/csv")
            answer = client.post(url, {"file": file})
            assert answer.status_code == status
            assert "larger than we read at once" in answer.content.decode()
    assert rows() == before


def test_a_receipt_of_50_mb_or_of_another_kind_is_refused_in_words(world: World) -> None:
    client = client_for(world.cast.officer)
    filing = world.case.filings["draft"].reference
    url = f"/incidents/{world.case.incident.reference}/filings/{filing}/submit/"
    base = hostile.base_of(client.get(url).context["form"])
    before = rows()
    files = {
        "big.pdf": b"%PDF-1.7\n" + b"0" * 50_000_000,
        "page.html": b"<script>alert(1)</script>",
        "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "not.pdf": b"MZ\x90\x00",
        "../../etc/passwd.txt": b"\x00\x01",
    }
    for name, content in files.items():
        with undone():
            answer = client.post(url, {**base, "receipt_file": SimpleUploadedFile(name, content)})
            assert answer.status_code == 422, name
    assert rows() == before


def test_a_list_that_is_none_is_told_apart_in_words(world: World) -> None:
    client = client_for(world.cast.officer)
    base = f"/incidents/{world.case.incident.reference}/people/import/"
    for content in (
        b"",
        b"\x00" * 1000,
        b"PK\x03\x04" + b"\xff" * 500,
        b"\xff\xfe" + b"a,b\n",
        b'"' * 10_000,
        b"," * 100_000,
    ):
        with undone():
            answer = client.post(base, {"file": SimpleUploadedFile("people.csv", content)}, follow=True)
            assert told(answer) == "", content[:10]
