"""Rules of the house that a reader of the code would have to remember; here a machine does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = (
    "accounts",
    "audit",
    "config",
    "incidents",
    "insights",
    "law",
    "monitoring",
    "notifications",
    "policies",
    "stakeholders",
)


@cache
def sources() -> tuple[tuple[str, str], ...]:
    """Every Python file of the product, without tests and migrations."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    )


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@cache
def imports(text: str) -> set[str]:
    """Full names of all that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def lines(pattern: str, text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if re.search(pattern, line)]


def found(pattern: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """Where a pattern stands, outside the files that begin with one of `allowed`."""
    return [
        f"{name}:{number}"
        for name, text in sources()
        if not name.startswith(allowed)
        for number in lines(pattern, text)
    ]


# Icons and bars of our own making, and Markdown that was cleaned.
MAKES_MARKUP = ("config/ui/", "policies/markdown.py")
# What `notifications.markup` rendered, without any HTML of the author's; help texts are ours.
SHOWS_MARKUP = {
    # Markdown of ours, drawn without any HTML of the author's.
    "templates/notifications/statement.html": {"html|safe"},
    "templates/notifications/public_statement.html": {"html|safe"},
    "templates/notifications/notice_mail.html": {"body|safe"},
    "templates/notifications/notice.html": {"html|safe"},
    "templates/notifications/notice_updates.html": {"html|safe", "waiting_html|safe"},
    "templates/notifications/public_notice.html": {"update.html|safe"} | {f"statement.{part}|safe" for part in ("advice", "what_happened", "consequences", "measures")},
    "templates/django/forms/field.html": {"field.help_text|safe"},
}  # fmt: skip


def test_words_become_markup_in_sanctioned_places_only() -> None:
    assert found(r"\bmark_safe\b|\bSafeString\(|\bSafeText\b", allowed=MAKES_MARKUP) == []


def test_templates_escape_what_they_show() -> None:
    shown = {name: set(re.findall(r"[\w.]+\s*\|\s*safe\b", text)) for name, text in templates()}
    assert {name: words for name, words in shown.items() if words - SHOWS_MARKUP.get(name, set())} == {}
    unescaped = r"safeseq|autoescape\s+off"
    bad = [name for name, text in templates() if lines(unescaped, text) and not name.endswith(".txt")]
    assert bad == [], "only letters in plain text hold no markup"


def test_templates_hold_no_inline_script_or_style() -> None:
    """The policy of the browser would refuse them; mail and PDF are not pages."""
    bad = [
        f"{name}:{number}"
        for name, text in templates()
        if not name.startswith("templates/pdf/") and name != "templates/notifications/notice_mail.html"
        for number in lines(
            r"""<[a-z][^>]*\s(style|on[a-z]+)=["']|<style|<script(?![^>]*\b(src|nonce)=)|javascript:""", text
        )
    ]
    assert bad == []


# The door itself, and commands typed by whoever runs the server.
BEHIND_THE_DOOR = ("incidents/permissions.py", "stakeholders/management/", "incidents/management/")


def test_incidents_are_opened_by_their_one_door() -> None:
    by_reference = r"Incident\.objects\.(get|filter)\([^)]*reference|get_object_or_404\(\s*Incident\b"
    assert found(by_reference, allowed=BEHIND_THE_DOOR) == []


def test_only_settings_read_the_environment() -> None:
    # `entry` is what a container runs before there are settings.
    allowed = ("config/environment.py", "config/local/", "config/entry.py")
    texts = dict(sources())
    places = [place.rpartition(":") for place in found(r"\bos\.(environ|getenv)\b", allowed=allowed)]
    bad = [(name, line) for name, _, number in places if "DJANGO_SETTINGS_MODULE" not in (line := texts[name].splitlines()[int(number) - 1])]  # fmt: skip
    assert bad == []


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("weasyprint", ("notifications/pdf/draw.py", "notifications/pdf/assets.py")),
        # The adapter of sign-in sends its letters through Django; here only its error is named.
        (
            "smtplib",
            ("notifications/transport.py", "config/health.py", "config/local/", "accounts/letters.py"),
        ),
        # A task says on which machine it runs.
        (
            "socket",
            (
                "notifications/transport.py",
                "notifications/filing_tasks.py",
                "incidents/files/clamd.py",
                "config/health.py",
                "config/local/",
                "config/entry.py",
            ),
        ),
        ("requests", ()),
        ("httpx", ()),
        # The authority that stamps roots, at the operator's address: nobody else can name one.
        ("urllib.request", ("config/local/", "config/entry.py", "audit/commands/stamping.py")),
        (
            "subprocess",
            ("config/local/", "config/management/", "config/entry.py", "stakeholders/importing/sheets.py"),
        ),
        ("pickle", ()),
        ("xml.etree", ()),
    ],
)
def test_what_opens_doors_is_imported_in_one_place(module: str, allowed: tuple[str, ...]) -> None:
    bad = [
        name
        for name, text in sources()
        if any(one == module or one.startswith(f"{module}.") for one in imports(text))
        and not name.startswith(allowed)
    ]
    assert bad == []


def test_the_names_of_this_machine_are_all_that_is_asked_of_a_socket() -> None:
    """Files that import `socket` only to say where they run."""
    text = dict(sources()).get("notifications/filing_tasks.py", "")
    assert set(re.findall(r"socket\.(\w+)", text)) <= {"gethostname"}


def test_forms_without_a_token_are_those_without_a_session() -> None:
    """The page of a notice sets no cookie and knows no session: there is nothing that a foreign page could ride on."""
    without = ("notifications/views/public.py", "notifications/views/bounce_hook.py")
    assert found(r"csrf_exempt", allowed=without) == []
    for name in without:
        assert "request.user" not in dict(sources())[name]
        assert "request.session" not in dict(sources())[name]


# Names of tables and of throw-away databases that we make ourselves; values are always parameters.
OWN_SQL = ("config/local/engines.py", "stakeholders/models/roster.py")


def test_sql_is_never_put_together_from_input() -> None:
    assert found(r"\.raw\(|RawSQL\(|execute\(\s*f[\"']|execute\([^)]*%\s*\(", allowed=OWN_SQL) == []


# There the words of a notice meet a sandboxed language of its own.
def test_user_words_are_never_a_template_of_ours() -> None:
    assert (
        found(
            r"from_string\(|django\.template import.*\bTemplate\b|\beval\(|\bexec\(",
            allowed=("notifications/sandbox.py",),
        )
        == []
    )


def test_redirects_lead_to_routes_of_ours() -> None:
    """A `next` of the address is read by the sign-in alone, which checks its host."""
    assert found(r"(GET|POST)(\.get\(|\[)[\"']next[\"']") == []
