"""`make run`: start everything on one machine, watch it, end all of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from config.local import bootstrap, engines, layout, parts, ports, processes
from config.local.engines import EngineError
from config.local.layout import ROOT, Layout
from config.local.ports import CannotStart
from config.local.processes import ENGINE, Child, Guard

READY_SECONDS: Final = 180.0
DEGRADED_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 60.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Leave(Exception):
    """Somebody asked us to end."""


class DiedError(Exception):
    """Something we cannot run without is gone."""


def say(text: str) -> None:
    # The terminal may be gone; the end must go on without it.
    with contextlib.suppress(OSError):
        print(text, flush=True)


_asked: list[str] = []


def _note(number: int, frame: types.FrameType | None) -> None:
    # Only noted: an exception between the start of a process and its entry in our books would lose it.
    _asked.append(signal.Signals(number).name)


def pause(seconds: float) -> None:
    """Wait a moment; the one place where a wish to end takes effect."""
    time.sleep(seconds)
    if _asked:
        raise Leave(_asked[0])


class Supervisor:
    """One run of one checkout: its settings, its processes, its end."""

    def __init__(self, place: Layout) -> None:
        self.place = place
        self.given = {**layout.read_env(ROOT / ".env"), **os.environ}
        self.host = self.given.get("HOST") or "127.0.0.1"
        self.port = 0
        self.env: dict[str, str] = {}
        self.guard = Guard()
        self.children: list[Child] = []
        self.commands: dict[str, Sequence[str | Path]] = {}
        self.deaths: dict[str, int] = {}
        self.again_at: dict[str, float] = {}

    # --- starting

    def watch(self, child: Child) -> Child:
        self.children.append(child)
        self.write_record()
        return child

    def write_record(self) -> None:
        """So that the next start can end what a killed run left behind."""
        record = {
            "supervisor": os.getpid(),
            "guard": [self.guard.process.pid, processes.identity(self.guard.process.pid)],
            "url": self.env.get("PUBLIC_URL", ""),
            "children": [
                [child.name, child.pid, processes.identity(child.pid), int(child.stop_signal), child.tier]
                for child in self.children
            ],
        }
        layout.write_private(self.place.running, json.dumps(record))

    def start_engines(self) -> dict[str, str]:
        """PostgreSQL and Valkey, unless the caller named servers of their own; returns their addresses."""
        addresses: dict[str, str] = {}
        own_database, own_broker = self.given.get("DATABASE_URL"), self.given.get("REDIS_URL")
        if own_database and own_broker:
            return addresses
        tools = engines.programs()
        home = engines.own_folder(engines.persistent_home(self.place.local), tools)
        sockets = engines.socket_folder(home, tools)
        if not own_database:
            if engines.end_left_over_postgres(home / "postgres"):
                say("Ended a database that an earlier run had left behind.")
            engines.initialise(home / "postgres", tools)
            self.watch(
                engines.start_postgres(
                    home / "postgres", sockets, tools, log=self.place.log("database"), guard=self.guard
                )
            )
            engines.create_database(sockets, anew=self.was_left_half_built())
            addresses["DATABASE_URL"] = engines.database_url(sockets)
        if not own_broker:
            folder = engines.own_folder(home / "valkey", tools)
            child, addresses["REDIS_URL"] = engines.start_valkey(
                folder, tools, log=self.place.log("broker"), guard=self.guard, keep=True
            )
            self.watch(child)
        return addresses

    def was_left_half_built(self) -> bool:
        """A demonstration whose building was broken off is begun again from an empty database."""
        if not self.place.half_built.is_file():
            return False
        say("The demonstration was left half built; it is built again.")
        for gone in (self.place.half_built, self.place.migrated, self.place.sign_ins):
            gone.unlink(missing_ok=True)
        return True

    def settle_environment(self, addresses: dict[str, str]) -> None:
        smtp_port = ports.first_free("127.0.0.1", 1025, 40)
        own = layout.own_settings(
            self.place, host=self.host, port=self.port, smtp_port=smtp_port, engines=addresses
        )
        # What the caller set wins, as in settings.
        self.env = {
            **own,
            **self.given,
            "FORTHRIGHT_LOCAL_DIR": str(self.place.local),
            "PYTHONUNBUFFERED": "1",
        }
        self.env["FORTHRIGHT_MODE"] = "local"
        if "SMTP_URL" not in self.given:
            catcher = [sys.executable, "-m", "config.local.catcher", "--port", str(smtp_port)]
            self.commands["mail"] = [*catcher, "--folder", self.env["MAIL_CATCHER_DIR"]]

    def manage(self, *arguments: str, log: Path | None = None) -> int:
        """Run a management command to its end, watched like everything else."""
        child = processes.start(
            arguments[0],
            [sys.executable, "manage.py", *arguments],
            env=self.env,
            cwd=ROOT,
            log=log,
            show=log is None,
            guard=self.guard,
        )
        self.children.append(child)
        while (code := child.process.poll()) is None:
            pause(0.05)
        self.children.remove(child)
        self.guard.forget(child)
        return code

    def migrate(self) -> None:
        """Bring the database up to date; our own one is left alone when no migration changed since."""
        stamp = layout.migrations_stamp()
        if "DATABASE_URL" not in self.given and layout.read(self.place.migrated) == stamp:
            return
        log = self.place.log("migrate")
        if self.manage("migrate", "--noinput", log=log):
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            raise CannotStart(f"The database could not be brought up to date ({log}):\n{tail}")
        layout.write_private(self.place.migrated, stamp)

    def seed(self) -> None:
        """The demonstration, on the first run only; DEMO=0 leaves the product empty."""
        if self.given.get("DEMO") == "0" or ports.somebody_signed_up(self.env["DATABASE_URL"]):
            return
        say("Building the demonstration (once) ...")
        began = time.monotonic()
        layout.write_private(self.place.half_built, "")
        if self.manage("demo"):
            raise CannotStart(
                "The demonstration could not be built. `make reset`, then `make run` starts afresh."
            )
        self.place.half_built.unlink()
        say(f"The demonstration is ready ({time.monotonic() - began:.0f} s).")

    def launch(self, name: str) -> None:
        self.watch(
            processes.start(
                name, self.commands[name], env=self.env, cwd=ROOT, log=self.place.log(name), guard=self.guard
            )
        )

    def await_ready(self) -> dict[str, Any]:
        """Poll `/readyz` until all is well or the time is over; returns its last answer."""
        answer: dict[str, Any] = {}
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and answer.get("status") != "ready":
            self.check_children(starting=True)
            before, answer = answer, parts.readiness(host=self.host, port=self.port)
            if answer and not before:
                end = min(
                    end, time.monotonic() + DEGRADED_SECONDS
                )  # a mail server of the caller's may be away
            pause(0.2)
        if not answer:
            raise CannotStart(f"The web server does not answer.\n{self.find('web').tail()}")
        return answer

    def find(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    # --- running

    def check_children(self, *, starting: bool = False) -> None:
        """Start again what died, with growing pauses; an engine's death is the end."""
        for child in list(self.children):
            code = child.process.poll()
            if code is None:
                continue
            if child.tier == ENGINE:
                raise DiedError(
                    f"The {child.name} ended by itself ({code}); its log {child.log} ends:\n{child.tail()}"
                )
            if starting:
                raise CannotStart(f"{child.name} ended at once ({code}); {child.log} ends:\n{child.tail()}")
            self.bury(child, code)
        for name, instant in list(self.again_at.items()):
            if time.monotonic() >= instant:
                del self.again_at[name]
                self.launch(name)

    def bury(self, child: Child, code: int) -> None:
        self.children.remove(child)
        processes.end_children([child])
        self.guard.forget(child)
        if time.monotonic() - child.started_at > LONGEST_PAUSE_SECONDS:
            self.deaths[child.name] = 0
        self.deaths[child.name] = self.deaths.get(child.name, 0) + 1
        pause = min(2.0 ** (self.deaths[child.name] - 1), LONGEST_PAUSE_SECONDS)
        self.again_at[child.name] = time.monotonic() + pause
        say(
            f"{child.name} ended ({code}); it starts again in {pause:.0f} s. {child.log} ends:\n{child.tail()}"
        )

    def end(self) -> None:
        """End every process we started: web, worker, beat and mail first, then the engines."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        processes.end_children(self.children)
        self.guard.close()
        self.place.running.unlink(missing_ok=True)

    # --- the whole of it

    def run(self) -> None:
        began = time.monotonic()
        self.port = ports.choose(self.host, self.given.get("PORT"), say=say)
        self.settle_environment(self.start_engines())
        self.migrate()
        if "mail" in self.commands:
            self.launch("mail")
        self.seed()
        self.commands |= parts.commands(host=self.host, port=self.port, scratch=self.place.folder("tmp"))
        for name in ("web", "worker", "beat"):
            self.launch(name)
        nudge = processes.start("nudge", self.commands["nudge"], env=self.env, cwd=ROOT, guard=self.guard)
        answer = self.await_ready()
        processes.end_children([nudge])
        self.guard.forget(nudge)
        self.greet(answer, seconds=time.monotonic() - began)
        while True:
            pause(0.3)
            self.check_children()

    def greet(self, answer: dict[str, Any], *, seconds: float) -> None:
        """Where it is, who may sign in, what is missing."""
        url = self.env["PUBLIC_URL"]
        lines = ["", f"Forthright runs at {url}/  (started in {seconds:.1f} s)"]
        if self.place.sign_ins.is_file():
            lines += ["", self.place.sign_ins.read_text(encoding="utf-8").rstrip()]
        if "mail" in self.commands:
            lines += ["", f"Mail it sends can be read at {url}/mail/ and goes nowhere else."]
        for name, check in answer.get("checks", {}).items():
            if not check.get("ok"):
                lines += [
                    "",
                    f"Not ready: {name}. {check.get('problem', '')}",
                    f"    {check.get('mend', '')}",
                ]
        if not bootstrap.pdf_libraries_found():
            lines += [
                "",
                "PDFs are off until Pango is installed:",
                f"    {bootstrap.install_line(bootstrap.PDF_PACKAGES)}",
            ]
        lines += ["", f"Logs: {self.place.local / 'log'}   State in words: .venv/bin/python manage.py doctor"]
        say("\n".join([*lines, "Ctrl-C ends everything it started."]))
        if not self.place.sign_ins.is_file():
            self.manage("setup_code")


def clear_left_over(place: Layout) -> None:
    """End what a killed run left behind; first let its guard do so."""
    record = place.what_runs()
    guard, mark = record.get("guard", (0, ""))
    if guard and processes.identity(guard) == mark:
        say("Waiting for the end of a run that was killed ...")
        processes.wait_until(lambda: processes.identity(guard) != mark, seconds=40)
    for tier in (processes.APP, ENGINE):
        left = {
            pid: number
            for _, pid, mark, number, level in record.get("children", [])
            if level == tier and processes.identity(pid) in ("", mark) and processes.members(pid)
        }
        processes.end_groups(left)
    place.running.unlink(missing_ok=True)


def run() -> int:
    place = Layout.of_checkout()
    mode = os.environ.get("FORTHRIGHT_MODE", "local")
    if mode != "local":
        say(
            f"FORTHRIGHT_MODE is {mode}: `make run` is for trying it out only. Production: see docker-compose.yml."
        )
        return 1
    lock = place.lock()
    if lock is None:
        url = place.what_runs().get("url") or "(still starting)"
        say(f"Forthright already runs in this checkout: {url}")
        return 1
    for number in SIGNALS:
        signal.signal(number, _note)
    supervisor: Supervisor | None = None
    try:
        clear_left_over(place)
        supervisor = Supervisor(place)
        supervisor.run()
    except Leave as asked:
        say(f"\nEnding ({asked}) ...")
        return 0
    except (CannotStart, EngineError, DiedError) as problem:
        say(f"\n{problem}")
        return 1
    finally:
        if supervisor:
            supervisor.end()
            say("Everything it started has ended; the data stays in .local/.")
    return 0


def reset() -> int:
    """Empty this checkout's `.local/`, the engines' data included."""
    place = Layout.of_checkout()
    if not place.local.is_dir():
        say(f"{place.local} is not there; nothing to reset.")
        return 0
    lock = place.lock()
    if lock is None:
        say(f"Forthright runs ({place.what_runs().get('url', '')}); end it first (Ctrl-C).")
        return 1
    clear_left_over(place)
    if os.environ.get("YES") != "1":
        try:
            sure = input(f"Delete everything in {place.local} (database, files, sign-ins)? [y/N] ")
        except EOFError:
            sure = ""
        if sure.strip().lower() not in ("y", "yes"):
            say("Nothing was deleted. (YES=1 make reset does not ask.)")
            return 1
    home = engines.persistent_home(place.local)
    engines.end_left_over_postgres(home / "postgres")
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(place.local)
    say(f"{place.local} is empty; the next `make run` starts afresh.")
    return 0


if __name__ == "__main__":
    sys.exit({"run": run, "reset": reset}[sys.argv[1]]())
