"""What a page may cost: queries, and bytes on a first visit. Times are measured by `bench/pages.py`."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FIRST_VISIT = 150_000  # bytes over the line
# Where the queries of each page stand; one more is a decision, ten more is a loop.
QUERIES = {
    "/": 26,
    "/deadlines/": 11,
    "/deadlines/?sort=place": 11,
    "/incidents/": 11,
    "/incidents/?view=all&words=contact&order=severity": 11,
    "/search/?q=contact": 13,
    "/search/suggest/?q=con": 11,
    "/work/": 12,
    "/api/incidents/?size=100": 7,
    "/incidents/{incident}/": 33,
    "/incidents/{incident}/timeline/": 16,
    "/incidents/{incident}/work/": 19,
    "/incidents/{incident}/obligations/": 25,
    "/incidents/{incident}/evidence/": 15,
    "/incidents/{incident}/access/review/": 20,
}
LOADED = re.compile(
    r'(?:<link[^>]*\brel="(?:stylesheet|preload|icon)"[^>]*\bhref|<(?:script|img|source|iframe)[^>]*\bsrc)="([^"]+)"'
    r'|<link[^>]*\bhref="([^"]+)"[^>]*\brel="(?:stylesheet|preload|icon)"'
)
WITHIN = re.compile(r"""(?:url\(|import [^;]*?from )["']?([^"')]+)""")
# Fonts that browsers leave where they are: slanted ones, and those of letters that do not occur.
LATER = re.compile(r"Italic|IBMPlex\w+-\w+\.woff2$")
WESTERN = re.compile(r"unicode-range: ([^;]+);")


def test_no_page_asks_more_of_the_database_than_is_pinned(breach, lead, client_of):
    client, found = client_of(lead), {}
    for path, most in QUERIES.items():
        url = path.format(incident=breach.reference)
        client.get(url)  # what is looked up once for a process
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200, url
        if len(asked) > most:
            found[path] = len(asked)
    assert not found


def test_a_first_visit_is_light_and_asks_nobody_else(breach, lead, client_of):
    pages = ["/", "/incidents/", "/deadlines/", "/work/"]
    pages += [
        f"/incidents/{breach.reference}/{tab}" for tab in ("", "timeline/", "obligations/", "evidence/")
    ]
    found = {url: weight(client_of(lead).get(url)) for url in pages}
    found |= {url: weight(Client().get(url)) for url in ("/report/", "/accounts/login/")}
    assert {url: size for url, size in found.items() if size > FIRST_VISIT} == {}


def weight(answer):
    """Bytes of a page and all that it loads, as they are sent."""
    assert answer.status_code == 200
    page = answer.content.decode()
    seen, wanted = set(), [one or other for one, other in LOADED.findall(page)]
    size = len(gzip.compress(page.encode(), 6))
    assert set(re.sub(r"<script.*?</script>|<[^>]*>", "", page, flags=re.DOTALL)) <= western(), (
        "loads further fonts"
    )
    while wanted:
        name = wanted.pop()
        assert name.startswith("/static/"), f"{name} lies elsewhere"
        path = Path(finders.find(name.removeprefix("/static/")))
        if path in seen or LATER.search(name):
            continue
        seen.add(path)
        content = path.read_bytes()
        size += len(content) if path.suffix == ".woff2" else len(gzip.compress(content, 6))
        if path.suffix in (".css", ".js"):
            inside = (
                one
                for one in WITHIN.findall(content.decode())
                if one.endswith((".woff2", ".js", ".css", ".svg"))
            )
            wanted += [
                f"/static/{(path.parent / one).resolve().relative_to(root_of(path))}" for one in inside
            ]
    return size


def western():
    """The letters that the small fonts hold."""
    told = WESTERN.search(Path(finders.find("css/tokens.css")).read_text())[1]
    spans = ([int(end, 16) for end in one.strip().removeprefix("U+").split("-")] for one in told.split(","))
    return {"\n", "\t"} | {chr(code) for span in spans for code in range(span[0], span[-1] + 1)}


def root_of(path):
    """The folder of static files that a file lies in."""
    return next(parent for parent in path.parents if parent.name == "static")
