"""Fixtures every part uses: engines, SMTP sink, worker, browser. People and incidents: tests/people.py."""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import browser as browsing
from tests import engines
from tests.hostile import THOROUGH
from tests.sink import Sink
from tests.worker import Worker

if importlib.util.find_spec("tests.people"):
    pytest_plugins = ["tests.people"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first, and apart, for xdist deals out two tests at a time."""
    left = [] if THOROUGH else [item for item in items if item.get_closest_marker("thorough")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    marked = {item: mark for item in items if (mark := item.get_closest_marker("lengthy"))}
    lengthy = sorted(marked, key=lambda item: -marked[item].args[0])
    items[:] = [item for item in items if item not in marked]
    for place, item in enumerate(lengthy):
        items.insert(2 * place, item)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Clone the database that `tests.engines` prepared; with a server of the caller's own, migrate as ever."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ["FORTHRIGHT_TEST_CLONES"] or None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are tidied up after by `tests.emptying`."""
    from tests import emptying

    with django_db_blocker.unblock():
        emptying.install()


BROWSER_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _with_two_steps(request: Any, user: Any, **_: Any) -> None:
    """`force_login` stands for a whole sign-in; it alone comes with a request that was never sent."""
    if request.method is None:
        request.session["account_authentication_methods_user"] = str(user.pk)
        request.session["account_authentication_methods"] = [
            {"method": method, "at": time.time()} for method in ("password", "mfa")
        ]


@pytest.fixture(scope="session", autouse=True)
def signed_in_with_two_steps() -> None:
    from django.contrib.auth.signals import user_logged_in

    user_logged_in.connect(_with_two_steps)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = [*BROWSER_FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    # The one without windows takes a third of the processor time to open a page.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    return {
        **browser_type_launch_args,
        "args": flags,
        **({"executable_path": installed} if installed else {}),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": browsing.WIDE,
        "locale": "en-GB",
        "timezone_id": "Europe/Dublin",
    }


@pytest.fixture
def browser_problems() -> Iterator[list[str]]:
    """What the browser complained of; anything left in it at the end fails the test."""
    problems: list[str] = []
    yield problems
    assert not problems, "The browser complained:\n" + "\n".join(problems)


@pytest.fixture
def new_context(new_context: Callable[..., Any], browser_problems: list[str]) -> Callable[..., Any]:
    """As Playwright's, and every context is watched for console errors, CSP reports and script errors."""

    def watched(**kwargs: Any) -> Any:
        context = new_context(**kwargs)

        def heard(message: Any) -> None:
            if message.type == "error" and browsing.ORDINARY not in message.text:
                browser_problems.append(f"{message.text} ({message.location.get('url', '')})")

        context.on("console", heard)
        context.on("weberror", lambda error: browser_problems.append(str(error.error)))
        return context

    return watched


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder in this run's throw-away folder: short path, gone even after a crash."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="t-", dir=engines.folder_of_run()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def smtp_sink(scratch: Path, settings: Any) -> Iterator[Sink]:
    """A real SMTP server; the product's settings point to it."""
    sink = Sink(scratch / "sink", engines.guard()).start()
    settings.SMTP_URL = sink.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.stop()


@pytest.fixture
def celery_worker_env(transactional_db: None, settings: Any) -> dict[str, str]:
    """The environment of a process that is to see what this test sees."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    return {
        "DATABASE_URL": parts._replace(path="/" + connection.settings_dict["NAME"]).geturl(),
        "SMTP_URL": settings.SMTP_URL,
        "PUBLIC_URL": settings.PUBLIC_URL,
        "STATE_DIR": str(settings.STATE_DIR),
        "FILES_DIR": str(settings.FILES_DIR),
        "LOG_LEVEL": "INFO",
    }


@pytest.fixture
def running_worker(request: pytest.FixtureRequest, scratch: Path) -> Iterator[Worker]:
    """A real Celery worker on the test's database, started; `kill()` and `start()` it as you like.

    Ask for `smtp_sink` too (before it) when it is to send.
    """
    if "smtp_sink" in request.fixturenames:
        request.getfixturevalue("smtp_sink")
    env = request.getfixturevalue("celery_worker_env")
    worker = Worker(scratch / "worker", engines.guard(), env).start()
    yield worker
    worker.kill()
