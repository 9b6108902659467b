"""Is everything there that we need? One set of checks for `/readyz`, `doctor` and the launcher."""

from __future__ import annotations

import math
import os
import shutil
import smtplib
import time
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from celery import shared_task
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from incidents.files import clamd
from stakeholders.models import Roster

HEARTBEAT_KEY: Final = "worker-heartbeat"
HEARTBEAT_LIMIT: Final = timedelta(seconds=45)
CLOCK_LIMIT: Final = timedelta(seconds=5)
MAIL_TIMEOUT_SECONDS: Final = 3
MEMORY_SECONDS: Final = 2.0
POSTGRESQL: Final = 18  # the record's trigger asks a change for both its sides, which came with 18
PDF_LIBRARIES: Final = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
    "harfbuzz": "libharfbuzz.so.0",
    "harfbuzz-subset": "libharfbuzz-subset.so.0",
    "fontconfig": "libfontconfig.so.1",
}
PDF_LINE: Final = (
    "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"
)


@dataclass(frozen=True)
class Check:
    """One thing we looked at; `mend` is the line that helps when it is not well."""

    name: str
    ok: bool
    problem: str = ""
    mend: str = ""
    essential: bool = False


def _start_line(what: str) -> str:
    if settings.LOCAL:
        return "make run"
    return f"Start {what}; in containers: docker compose up -d"


def check_database() -> Check:
    """PostgreSQL answers, and is new enough."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            major = int(cursor.fetchone()[0]) // 10_000
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0] if str(error) else type(error).__name__
        return Check(
            "database", False, f"PostgreSQL does not answer: {reason}", _start_line("db"), essential=True
        )
    if major < POSTGRESQL:
        problem = f"PostgreSQL is {major}, and needs to be {POSTGRESQL} or newer."
        return Check("database", False, problem, f"Move to PostgreSQL {POSTGRESQL}.", essential=True)
    return Check("database", True, essential=True)


def check_migrations() -> Check:
    """Every migration of this version is applied."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Check("migrations", False, "Not known while the database is away.", "", essential=True)
    if waiting:
        return Check(
            "migrations",
            False,
            f"{len(waiting)} changes of the database wait to be applied.",
            "python manage.py migrate",
            essential=True,
        )
    return Check("migrations", True, essential=True)


def check_broker() -> Check:
    """Redis or Valkey answers; without it rows wait for the next look of beat, and pages lose their cache."""
    try:
        cache.get(HEARTBEAT_KEY)
    except RedisError as error:
        return Check("broker", False, f"Redis does not answer: {type(error).__name__}.", _start_line("redis"))
    return Check("broker", True)


def check_worker() -> Check:
    """Beat and a worker were alive a moment ago: one asks, the other writes the time."""
    try:
        seen = cache.get(HEARTBEAT_KEY)
    except RedisError:
        return Check("worker", False, "Not known while the broker is away.")
    if seen is None:
        return Check("worker", False, "No worker has been seen yet.", _start_line("worker and beat"))
    age = timezone.now() - datetime.fromtimestamp(seen, tz=UTC)
    if age > HEARTBEAT_LIMIT:
        words = f"No worker seen for {math.ceil(age.total_seconds())} seconds."
        return Check("worker", False, words, _start_line("worker and beat"))
    return Check("worker", True)


def check_mail() -> Check:
    """The mail server greets us; nothing is sent."""
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=MAIL_TIMEOUT_SECONDS) as client:
            code, _ = client.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Check(
            "mail", False, f"The mail server does not answer: {type(error).__name__}.", "Check SMTP_URL."
        )
    if code != 250:
        return Check("mail", False, f"The mail server answered {code}.", "Check SMTP_URL.")
    return Check("mail", True)


def check_pdf() -> Check:
    """WeasyPrint's libraries are installed; without them there are no PDFs, all else works."""
    gone = [file for name, file in PDF_LIBRARIES.items() if find_library(name) is None]
    if gone:
        return Check("pdf", False, f"PDFs are off: {', '.join(gone)} not found.", PDF_LINE)
    return Check("pdf", True)


def check_secrets() -> Check:
    """Keys are long and not ones everybody knows; files that hold them are ours alone."""
    problems = []
    if len(settings.SECRET_KEY) < 32 or len(set(settings.SECRET_KEY)) < 8:
        problems.append("SECRET_KEY is too short or too plain")
    weak = [key_id for key_id, key in settings.SEALING_KEYS if len(set(key)) < 16]
    if weak:
        problems.append(f"SEALING_KEYS {', '.join(weak)} not random")
    for path in (settings.BASE_DIR / ".env",):
        if path.is_file() and path.stat().st_mode & 0o077:
            problems.append(f"others can read {path} (chmod 600 {path})")
    fresh = 'python -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())"'
    return Check("secrets", not problems, "; ".join(problems), fresh if problems else "", essential=True)


def check_second_step() -> Check:
    """Whoever may do harm signs in with two steps."""
    if settings.MFA_REQUIRED:
        return Check("two-step sign-in", True)
    problem = (
        "Not demanded: a password alone may send, export and see contact details. Fit for trying out only."
    )
    return Check("two-step sign-in", False, problem, "MFA_REQUIRED=1")


def check_scanner() -> Check:
    """The virus scanner answers, where there is one; without it files say that they were not scanned."""
    if not settings.CLAMD_ADDRESS or clamd.answers(settings.CLAMD_ADDRESS):
        return Check("virus scanner", True)
    problem = "The virus scanner does not answer: files wait, and then say that they were not scanned."
    return Check("virus scanner", False, problem, "Check CLAMD_ADDRESS, and that clamd runs.")


def check_folders() -> Check:
    """We can write where the sender's journal and the files lie."""
    gone = []
    for name in ("STATE_DIR", "FILES_DIR"):
        folder = Path(getattr(settings, name))
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            gone.append(f"{name} {folder}")
    mend = (
        f"mkdir -p {settings.STATE_DIR} {settings.FILES_DIR}, owned by the user that runs us" if gone else ""
    )
    return Check(
        "folders", not gone, f"Cannot write to {', '.join(gone)}." if gone else "", mend, essential=True
    )


def check_clock() -> Check:
    """Our clock and the database's agree; deadlines hang on it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
    except DatabaseError:
        return Check("clock", False, "Not known while the database is away.")
    apart = abs(timezone.now() - theirs)
    if apart > CLOCK_LIMIT:
        words = f"This machine and the database are {apart.total_seconds():.0f} seconds apart."
        return Check("clock", False, words, "Set both by NTP: timedatectl set-ntp true")
    return Check("clock", True)


def check_counts() -> Check:
    """The kept numbers of people are those of the people themselves, as the last nightly count found."""
    try:
        wrong = Roster.objects.filter(miscounted__gt=0, erased_at=None).count()
    except DatabaseError:
        return Check("counts", False, "Not known while the database is away or not up to date.")
    if wrong:
        words = f"The kept numbers of people of {wrong} incidents are not those of the people."
        return Check("counts", False, words, "python manage.py recount_people")
    return Check("counts", True)


def check_chromium() -> Check:
    """Only the browser tests want it."""
    if any(map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))):
        return Check("chromium", True)
    line = "sudo apt-get install -y --no-install-recommends chromium-headless-shell"
    return Check("chromium", False, "Not installed; only the browser tests want it.", line)


READINESS: Final[tuple[Callable[[], Check], ...]] = (check_database, check_broker, check_worker, check_mail)
EVERYTHING: Final[tuple[Callable[[], Check], ...]] = (
    check_database,
    check_migrations,
    check_broker,
    check_worker,
    check_mail,
    check_secrets,
    check_second_step,
    check_scanner,
    check_folders,
    check_clock,
    check_counts,
    check_pdf,
    check_chromium,
)


def look(checks: Iterable[Callable[[], Check]] = EVERYTHING) -> list[Check]:
    return [check() for check in checks]


@shared_task  # type: ignore[untyped-decorator]
def beat() -> None:
    """Leave the time where `/readyz` finds it: shows that beat, broker and a worker all live."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=int(HEARTBEAT_LIMIT.total_seconds() * 4))


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


_memory: dict[str, tuple[float, list[Check]]] = {}


def _readiness() -> list[Check]:
    """The answer of a moment ago again: anybody may ask, and each look opens connections."""
    asked_at, found = _memory.get("readiness", (-math.inf, []))
    if time.monotonic() - asked_at > MEMORY_SECONDS:
        found = look(READINESS)
        _memory["readiness"] = (time.monotonic(), found)
    return found


@never_cache
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only without the database; all else missing is 200 and degraded."""
    found = _readiness()
    database = next(check.ok for check in found if check.name == "database")
    status = "not ready" if not database else "ready" if all(check.ok for check in found) else "degraded"
    # Strangers learn what is down, not where it is.
    shown = {check.name: asdict(check) if settings.LOCAL else {"ok": check.ok} for check in found}
    return JsonResponse({"status": status, "checks": shown}, status=200 if database else 503)
