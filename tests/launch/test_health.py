"""What `/healthz`, `/readyz` and `doctor` say when parts are away."""

import json
import socket
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory():
    health._memory.clear()
    cache.delete(health.HEARTBEAT_KEY)
    yield
    health._memory.clear()


@pytest.fixture
def closed_port():
    with socket.socket() as held:  # bound, and nobody listens: refused at once
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_healthz_answers_without_sign_in_and_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_is_ready_when_all_four_answer(client, smtp_sink):
    health.beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {name: {"ok": True} for name in ("database", "broker", "worker", "mail")},
    }


def test_an_older_postgresql_is_said_with_what_it_needs(monkeypatch):
    monkeypatch.setattr(health, "POSTGRESQL", 99)  # as seen from a version to come
    check = health.check_database()
    assert not check.ok
    assert check.problem.endswith("and needs to be 99 or newer.")


def test_a_missing_worker_is_200_and_degraded(client, smtp_sink):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["worker"] == {"ok": False}


@pytest.mark.parametrize(("age", "well"), [(44, True), (46, False)])
def test_a_heartbeat_counts_for_forty_five_seconds(age, well):
    cache.set(health.HEARTBEAT_KEY, (timezone.now() - timedelta(seconds=age)).timestamp(), timeout=100)
    assert health.check_worker().ok is well


def test_a_dead_mail_server_is_degraded_and_strangers_are_not_told_where(client, settings, closed_port):
    health.beat()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["mail"] == {"ok": False}
    assert b"127.0.0.1" not in answer.content


def test_a_dead_broker_is_degraded(client, settings, closed_port):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{closed_port}/0",
        }
    }
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (200, {"ok": False})


def test_only_a_dead_database_is_503(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("connection refused")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")


def test_doctor_names_what_is_missing_and_the_line_that_mends_it(settings):
    settings.FILES_DIR = "/nonexistent/files"
    told = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("doctor", "--only", "folders", stdout=told)
    assert refusal.value.returncode == 1
    assert "FILES_DIR /nonexistent/files" in told.getvalue()
    assert "mkdir -p" in told.getvalue()


def test_doctor_is_content_with_a_database_that_is_up_to_date():
    told = StringIO()
    call_command("doctor", "--only", "database", "--only", "migrations", "--only", "clock", stdout=told)
    assert "Everything is ready." in told.getvalue()


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_doctor_refuses_a_plain_secret_key(settings, key):
    settings.SECRET_KEY = key
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", "--only", "secrets", "--json", stdout=told)
    assert "SECRET_KEY" in json.loads(told.getvalue())[0]["problem"]


def test_missing_pango_turns_pdfs_off_and_nothing_else(monkeypatch):
    monkeypatch.setattr(health, "find_library", lambda name: None)
    check = health.check_pdf()
    assert (check.ok, check.essential) == (False, False)
    assert "libpangoft2-1.0-0" in check.mend
