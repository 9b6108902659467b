import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import File
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
# Mail programs know no style sheets, and a PDF has no policy.
SCREEN = [path for path in TEMPLATES if not re.search(r"mail\.html|/pdf/|letter", str(path))]
FORBIDDEN = {
    "inline style": re.compile(r"<style|\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=(?!=)", re.I),
    "inline script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.I),
    "script in htmx": re.compile(r"hx-on|hx-vals\s*=\s*['\"]js:|hx-trigger\s*=\s*['\"][^'\"]*\[", re.I),
    "foreign host": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.I),
}


@pytest.mark.parametrize("path", SCREEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_obeys_the_content_security_policy(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
    assert not [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_compiles(path):
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]
)
def test_an_error_page_renders_without_request_or_database(name):
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


@pytest.fixture
def request_of():
    def make(**cookies):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        request.session = {}
        request.COOKIES.update(cookies)
        return request

    return make


def test_the_frame_renders_without_navigation(request_of):
    html = render_to_string("base.html", request=request_of())
    assert 'class="skip" href="#content"' in html
    assert html.count("<main") == 1
    assert "htmx" in html
    assert "data-theme=" not in html


@pytest.mark.parametrize(
    ("cookie", "shown"), [("dark", True), ("light", True), ('x" onload="', False), ("system", False)]
)
def test_the_chosen_colours_are_there_from_the_first_byte(request_of, cookie, shown):
    html = render_to_string("base.html", request=request_of(theme=cookie))
    assert ("data-theme=" in html) is shown
    assert "onload" not in html


def test_the_frame_shows_what_the_navigation_gives(request_of):
    item = {"label": "Intake", "url": "/intake/", "icon": "inbox", "count": 7, "current": True, "key": "i"}
    nav = {
        "groups": [{"label": "Work", "items": [item]}],
        "search_url": "/search/",
        "organisation": "Lantern",
    }
    html = render_to_string("base.html", {"nav": nav}, request=request_of())
    assert 'href="/intake/" aria-current="page"' in html
    assert html.count('data-hotkey="g i"') == 1
    assert 'role="search"' in html


def test_a_public_page_needs_no_script_and_no_session():
    html = render_to_string(
        "public_base.html", {"organisation": "Lantern", "language": "ar", "direction": "rtl"}
    )
    assert "<script" not in html
    assert 'lang="ar" dir="rtl"' in html
    assert "Staff sign in" in html


def test_style_sheets_name_colours_only_in_the_tokens():
    for path in (ROOT / "static" / "css").glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text()))
            assert found <= {"#FFFFFF"}, f"{path.name}: {found}"


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


TOKENS = {
    name: pair
    for name, *pair in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (ROOT / "static/css/tokens.css").read_text()
    )
}
PAIRS = [
    *[(text, ground, 4.5) for text in ("ink", "ink-2", "accent", "late", "high", "ok") for ground in ("canvas", "surface", "sunken", "hover")],
    *[(name, f"{name}-bg", 4.5) for name in ("very-high", "high", "medium", "low", "idle", "ok", "late")],
    *[("ink", f"{name}-bg", 4.5) for name in ("high", "medium", "low", "idle", "ok", "late")],
    ("accent", "accent-soft", 4.5), ("accent", "medium-bg", 4.5), ("accent", "late-bg", 4.5), ("accent", "ok-bg", 4.5),
    ("ink", "accent-soft", 4.5), ("on-accent", "accent", 4.5), ("on-accent", "accent-hover", 4.5),
    ("danger", "surface", 4.5), ("very-high", "danger", 4.5),
    *[(edge, ground, 3.0) for edge in ("control", "focus") for ground in ("canvas", "surface", "sunken")],
]  # fmt: skip


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(front, ground, least, scheme):
    assert contrast(TOKENS[front][scheme], TOKENS[ground][scheme]) >= least


def test_our_static_files_pass_the_manifest(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    storage = ManifestStaticFilesStorage(location=str(tmp_path))
    ours, paths = Path(settings.STATICFILES_DIRS[0]), {}
    for path in ours.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(ours))
            with path.open("rb") as source:
                storage.save(name, File(source))
            paths[name] = (storage, name)
    failures = [
        result for _name, _hashed, result in storage.post_process(paths) if isinstance(result, Exception)
    ]
    assert not failures
    assert finders.find("django_htmx/htmx-2.min.js")
