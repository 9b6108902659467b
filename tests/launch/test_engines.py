"""The throw-away engines: private, alone, and gone whatever happens to their owner."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local import processes

ROOT = Path(__file__).resolve().parents[2]
OWNER = """
import os, sys, time
import tests.engines as engines
print(engines._engines.database.pid, engines._engines.broker.pid, engines.folder_of_run(), flush=True)
time.sleep(60)
"""


def own_engines(**more):
    """Another process with engines of its own, beside those of this run."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "FORTHRIGHT_TEST_RUN")
    }
    kept.pop("PYTEST_XDIST_WORKER", None)
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, env={**kept, **more}, stdout=subprocess.PIPE, text=True
    )
    database, broker, folder = process.stdout.readline().split()
    return process, int(database), int(broker), Path(folder)


@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_engines_and_folder_are_gone_after_the_owner_is(number):
    process, database, broker, folder = own_engines()
    with process:
        assert processes.identity(database)
        assert processes.identity(broker)
        process.send_signal(number)
    gone = processes.wait_until(
        lambda: not processes.identity(database) and not processes.identity(broker) and not folder.exists(),
        seconds=60,
    )
    assert gone, (processes.identity(database), processes.identity(broker), folder.exists())


def test_the_database_listens_on_its_socket_alone():
    parts = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(parts.query).get("host")
    if not host:
        pytest.skip("DATABASE_URL names a server of the caller's own")
    connection = psycopg2.connect(host=host[0], user="forthright", dbname="postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('listen_addresses'), current_setting('fsync')")
            assert cursor.fetchone() == ("", "off")
    finally:
        connection.close()


def test_the_broker_wants_its_password():
    parts = urlsplit(os.environ["REDIS_URL"])
    with (
        # Asked once: the client would take the refusal for a lost connection and try ten times more.
        redis.Redis(host=parts.hostname, port=parts.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
