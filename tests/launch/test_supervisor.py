"""`make run` itself: it comes up, says where, and leaves nothing behind."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from config.local import engines, layout, ports, processes
from tests.engines import folder_of_run

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "MAIL_CATCHER_DIR", "STATE_DIR", "FILES_DIR")
OURS += ("SECRET_KEY", "SEALING_KEYS", "ALLOWED_HOSTS", "MAIL_FROM", "FORTHRIGHT_MODE", "PORT", "HOST")


class Launch:
    """A supervisor in a state folder of its own."""

    def __init__(self, folder, **more):
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env = {**kept, "FORTHRIGHT_LOCAL_DIR": str(folder), "DEMO": "0", **more}
        self.out = folder.with_name(folder.name + ".out")
        self.process = self.start()

    def start(self):
        command = [sys.executable, "-m", "config.local.supervisor", "run"]
        with self.out.open("wb") as out:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def text(self):
        return self.out.read_text()

    def wait_for(self, words, *, seconds=180):
        processes.wait_until(lambda: words in self.text() or self.process.poll() is not None, seconds=seconds)
        assert words in self.text(), self.text()


@pytest.fixture(scope="module")
def state():
    """One state folder for all starts of this file, so that the database is made once; its engines go with it."""
    folder = Path(tempfile.mkdtemp(prefix="launch-", dir=folder_of_run())) / "local"
    yield folder
    if folder.is_dir():
        home = engines.persistent_home(folder)
        engines.end_left_over_postgres(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder.parent, ignore_errors=True)


@pytest.fixture
def launch(state):
    started = []

    def start(**more):
        started.append(Launch(state, **more))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.terminate()
        each.process.wait(timeout=60)


def recorded(state):
    """Every process the supervisor wrote down, the guard too."""
    record = json.loads((state / "running.json").read_text())
    return [entry[1] for entry in record["children"]] + [record["guard"][0]]


def below(pids):
    """These processes and all that descend from them."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := processes._stat(int(entry))):
            parents[int(entry)] = int(fields[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def gone(pids, *, seconds):
    return processes.wait_until(lambda: not any(processes.identity(pid) for pid in pids), seconds=seconds)


def pid_of(name, state):
    record = json.loads((state / "running.json").read_text())
    return next(entry[1] for entry in record["children"] if entry[0] == name)


def command(word, env):
    return subprocess.run(
        [sys.executable, "-m", "config.local.supervisor", word],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )


@pytest.mark.lengthy(45)
@pytest.mark.faults
def test_it_comes_up_is_alone_and_leaves_nothing_after_kill_9_or_sigterm(launch, state):
    run = launch()
    run.wait_for("Set-up code: ")
    code = run.text().rpartition("Set-up code: ")[2].split()[0]
    (url,) = re.findall(r"Forthright runs at (\S+)/ ", run.text())
    for path, words in (("/healthz", b"ok"), ("/readyz", b'"ready"'), ("/mail/", b"No mail yet")):
        with urllib.request.urlopen(f"{url}{path}", timeout=20) as reply:
            assert words in reply.read(), path
    second = command("run", run.env)
    assert (second.returncode, f"already runs in this checkout: {url}" in second.stdout) == (1, True)
    reset = command("reset", run.env)
    assert (reset.returncode, "end it first" in reset.stdout) == (1, True)
    assert (state / "env").stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700

    started = below(recorded(state))
    assert len(started) >= 12, (
        "database, broker, mail, web and its workers, worker and its children, beat, guard"
    )
    run.process.kill()
    run.process.wait()
    again = launch()  # at once, while the guard still cleans up
    again.wait_for("Set-up code: ")
    assert gone(started, seconds=30)
    assert code in again.text(), "the same secrets, the same database"

    started = below(recorded(state))
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(timeout=60) == 0, again.text()
    assert not [pid for pid in started if processes.identity(pid)]
    assert not (state / "running.json").exists()


@pytest.mark.thorough
@pytest.mark.faults
def test_what_dies_is_started_again_and_without_its_guard_the_next_start_ends_the_rest(launch, state):
    run = launch()
    run.wait_for("Ctrl-C ends everything it started.")
    os.kill(pid_of("beat", state), signal.SIGKILL)
    run.wait_for("beat ended (-9); it starts again in 1 s.")
    *children, guard = recorded(state)
    os.kill(guard, signal.SIGKILL)
    run.process.kill()
    run.process.wait()
    (state / "half-built").touch()  # as if it had been killed while it built the demonstration
    again = launch()
    again.wait_for("Ctrl-C ends everything it started.")
    assert gone(children, seconds=5)
    assert "The demonstration was left half built; it is built again." in again.text()
    assert not (state / "half-built").exists()
    started = below(recorded(state))
    os.kill(pid_of("database", state), signal.SIGKILL)
    assert again.process.wait(timeout=60) == 1
    assert "The database ended by itself (-9)" in again.text()
    assert gone(started, seconds=30), "without its database all else is ended too"


def test_a_taken_port_that_was_asked_for_is_named_with_its_holder():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(ports.CannotStart, match=rf"Port {port} is taken by .+ \(process {os.getpid()}\)"):
            ports.choose("127.0.0.1", str(port), say=print)


def test_a_taken_default_port_gives_the_next_free_one():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        assert port < ports.first_free("127.0.0.1", port) <= port + ports.FURTHER


@pytest.mark.parametrize("wanted", ["0", "65536", "http", "-1", "80.5"])
def test_a_port_that_is_none_is_refused_in_words(wanted):
    with pytest.raises(ports.CannotStart, match="must be a number from 1 to 65535"):
        ports.choose("127.0.0.1", wanted, say=print)


def test_a_host_that_is_not_ours_is_refused_in_words():
    with pytest.raises(ports.CannotStart, match=r"192\.0\.2\.1"):
        ports.choose("192.0.2.1", "8000", say=print)


def test_run_refuses_another_mode(scratch):
    done = subprocess.run(
        [sys.executable, "-m", "config.local.supervisor", "run"],
        cwd=ROOT,
        env={**os.environ, "FORTHRIGHT_MODE": "production", "FORTHRIGHT_LOCAL_DIR": str(scratch / "local")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "for trying it out only" in done.stdout


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_production_refuses_the_embedded_engines(variable):
    from config.local.checks import AS_PRODUCTION

    url = {
        "DATABASE_URL": engines.database_url(Path("/run")),
        "REDIS_URL": f"redis://{engines.MARK}:x@127.0.0.1/0",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, **AS_PRODUCTION, variable: url[variable]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "embedded engines are for trying out" in done.stderr
    assert "Traceback" not in done.stderr


def test_secrets_are_made_once_and_kept(scratch):
    place = layout.Layout(scratch)
    kept = [
        layout.own_settings(place, host="127.0.0.1", port=port, smtp_port=1025, engines={})
        for port in (8000, 8001)
    ]
    assert kept[0]["SECRET_KEY"] == kept[1]["SECRET_KEY"]
    assert kept[0]["SEALING_KEYS"] == kept[1]["SEALING_KEYS"]
    assert kept[1]["PUBLIC_URL"] == "http://127.0.0.1:8001"
    assert layout.read_env(place.env) == kept[1]
