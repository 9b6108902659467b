"""An SMTP server in its own process: its log is the oracle of what really arrived.

A line is written (and flushed to the kernel) before the reply goes out, so a message is in the log
exactly when the sender may have been told, or should have been told, that it was taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from config.local import engines, processes

# What a rule of faults may hold: `at` connect|mail|rcpt|data, `do` delay|defer|refuse|drop|reset,
# `to` (pattern of a recipient), `seconds`, `after` (matches let through first), `times` (then it is used up).
# At `data`, `drop` takes the message and loses the reply; `reset` takes nothing and breaks the connection.
Rule = dict[str, Any]


class Server:
    def __init__(self, folder: Path) -> None:
        self.mail = os.open(folder / "mail", os.O_CREAT | os.O_APPEND | os.O_RDWR)
        self.log = os.open(folder / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self.faults = folder / "faults"
        self.rules: list[Rule] = []
        self.read_at = 0
        self.offset = os.fstat(self.mail).st_size
        self.connections = 0

    def rule(self, at: str, recipients: list[str]) -> Rule:
        with contextlib.suppress(OSError):
            stamp = self.faults.stat().st_mtime_ns
            if stamp != self.read_at:
                self.rules, self.read_at = json.loads(self.faults.read_text()), stamp
        for rule in self.rules:
            if rule["at"] != at or not rule.get("times", 1):
                continue
            if "to" in rule and not any(re.search(rule["to"], address) for address in recipients):
                continue
            if rule.get("after", 0):
                rule["after"] -= 1
                continue
            if "times" in rule:
                rule["times"] -= 1
            return rule
        return {}

    def keep(self, event: str, *, body: bytes = b"", **details: object) -> None:
        line = {"event": event, "at": time.time(), "offset": self.offset, "length": len(body), **details}
        if body:
            os.write(self.mail, body)
            self.offset += len(body)
        os.write(self.log, json.dumps(line).encode() + b"\n")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await Dialogue(self, reader, writer, self.connections).run()
        with contextlib.suppress(ConnectionError):
            writer.close()


@dataclass
class Dialogue:
    server: Server
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    sender: str = ""
    recipients: tuple[str, ...] = ()

    async def say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()

    async def fault(self, at: str, recipient: str = "") -> bool:
        """Do what the faults ask here; True when the ordinary reply must not follow."""
        rule = self.server.rule(at, [recipient] if recipient else list(self.recipients))
        kind = rule.get("do")
        if kind == "delay":
            await asyncio.sleep(rule.get("seconds", 1))
        elif kind == "defer":
            await self.say(rule.get("say", "451 4.3.0 try again later"))
        elif kind == "refuse":
            await self.say(rule.get("say", "550 5.1.1 no such mailbox"))
        elif kind == "reset":
            raw = self.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.writer.transport.abort()
            raise ConnectionResetError
        elif kind == "drop":
            raise BrokenPipeError
        if kind in ("defer", "refuse"):
            self.server.keep(
                kind, connection=self.number, to=[recipient] if recipient else list(self.recipients)
            )
        return kind in ("defer", "refuse")

    async def run(self) -> None:
        if await self.fault("connect"):
            return
        await self.say("220 sink.example ESMTP")
        while line := await self.reader.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                await self.say("502 5.5.1 not here")
            elif await handler(rest):
                return

    async def on_ehlo(self, rest: str) -> None:
        await self.say(
            "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 50000000"
        )

    async def on_helo(self, rest: str) -> None:
        await self.say("250 sink.example")

    async def on_noop(self, rest: str) -> None:
        await self.say("250 2.0.0 ok")

    async def on_rset(self, rest: str) -> None:
        self.sender, self.recipients = "", ()
        await self.say("250 2.0.0 ok")

    async def on_quit(self, rest: str) -> bool:
        await self.say("221 2.0.0 bye")
        return True

    async def on_mail(self, rest: str) -> None:
        if not await self.fault("mail"):
            self.sender, self.recipients = _address(rest), ()
            await self.say("250 2.1.0 ok")

    async def on_rcpt(self, rest: str) -> None:
        address = _address(rest)
        if not await self.fault("rcpt", address):
            self.recipients += (address,)
            await self.say("250 2.1.5 ok")

    async def on_data(self, rest: str) -> None:
        if not self.recipients:
            await self.say("554 5.5.1 no valid recipients")
            return
        await self.say("354 go on")
        lines = []
        while (line := await self.reader.readuntil(b"\n")) not in (b".\r\n", b".\n"):
            lines.append(line[1:] if line.startswith(b".") else line)
        body, to = b"".join(lines), list(self.recipients)
        try:
            refused = await self.fault("data")
        except BrokenPipeError:
            self.server.keep(
                "accepted", body=body, connection=self.number, sender=self.sender, to=to, replied=False
            )
            raise
        if not refused:
            self.server.keep(
                "accepted", body=body, connection=self.number, sender=self.sender, to=to, replied=True
            )
            await self.say("250 2.0.0 taken")
        self.sender, self.recipients = "", ()


def _address(rest: str) -> str:
    found = re.search(r"<([^>]*)>", rest)
    return found.group(1) if found else rest.partition(":")[2].split()[0]


async def _main(folder: Path, port: int) -> None:
    server = await asyncio.start_server(Server(folder).serve, "127.0.0.1", port, limit=2**26)
    (folder / "port").write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


class Sink:
    """The test's side: start, spoil, read, kill."""

    def __init__(self, folder: Path, guard: processes.Guard) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.guard, self.port = folder, guard, 0
        self.child: processes.Child | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> Sink:
        """Start it, on the same port as before when it ran already."""
        self.port = self.port or engines.free_port()
        (self.folder / "port").unlink(missing_ok=True)
        self.child = processes.start(
            "sink",
            [sys.executable, "-m", "tests.sink", self.folder, str(self.port)],
            env=os.environ,
            cwd=Path(__file__).parent.parent,
            log=self.folder / "errors",
        )
        self.guard.watch(self.child)
        assert processes.wait_until((self.folder / "port").is_file, seconds=60, pause=0.02), self.child.tail()
        return self

    def stop(self) -> None:
        if self.child:
            self.child.process.kill()
            self.child.process.wait()
            self.guard.forget(self.child)
            self.child = None

    def faults(self, *rules: Rule) -> None:
        """From now on these rules hold; none clears them."""
        scratch = self.folder / "faults.new"
        scratch.write_text(json.dumps(rules))
        scratch.rename(self.folder / "faults")

    def events(self) -> list[dict[str, Any]]:
        try:
            text = (self.folder / "log").read_text()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def accepted(self) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["event"] == "accepted"]

    def recipients(self) -> list[str]:
        """Every recipient of every message taken, in order, repeated when told twice."""
        return [address for event in self.accepted() for address in event["to"]]

    def messages(self, to: str = "") -> list[EmailMessage]:
        """The messages taken, parsed; those to one address when it is given."""
        chosen = [event for event in self.accepted() if not to or to in event["to"]]
        if not chosen:
            return []
        with (self.folder / "mail").open("rb") as file:
            found = []
            for event in chosen:
                file.seek(event["offset"])
                found.append(message_from_bytes(file.read(event["length"]), policy=policy.default))
        return found  # type: ignore[return-value]

    def wait_for(self, number: int, *, seconds: float = 60) -> list[str]:
        """Wait until so many messages are in; returns their recipients."""
        processes.wait_until(lambda: len(self.accepted()) >= number, seconds=seconds)
        found = self.recipients()
        assert len(found) >= number, f"{len(found)} of {number} messages came within {seconds} s"
        return found


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2])))
