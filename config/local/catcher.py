"""The mail catcher of local mode: takes every mail, delivers none, keeps them in a maildir for `/mail/`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOSTNAME = "catcher.localhost"
SIZE_LIMIT_BYTES = 40_000_000


class Keeper:
    """Writes each mail as one file, named so that names sort by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # The server reads line by line from a buffer, so commands sent ahead are simply waiting there.
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        name = f"{time.time_ns()}.{secrets.token_hex(4)}"
        head = [f"Return-Path: <{envelope.mail_from or ''}>"]
        head += [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        scratch = self.folder / "tmp" / name
        descriptor = os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write("".join(f"{line}\r\n" for line in head).encode("utf-8", "surrogateescape") + content)
        scratch.rename(self.folder / "new" / name)
        return "250 2.0.0 kept"


async def serve(folder: Path, *, host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    keeper = Keeper(folder)

    def dialogue() -> SMTP:
        return SMTP(
            keeper, hostname=HOSTNAME, enable_SMTPUTF8=True, data_size_limit=SIZE_LIMIT_BYTES, loop=loop
        )

    server = await loop.create_server(dialogue, host=host, port=port)
    print(f"Catching mail on {host}:{server.sockets[0].getsockname()[1]} into {folder}", flush=True)
    async with server:
        await over.wait()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m config.local.catcher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--folder", type=Path, default=os.environ.get("MAIL_CATCHER_DIR") or None)
    chosen = parser.parse_args(arguments)
    if chosen.folder is None:
        parser.error("say where with --folder or MAIL_CATCHER_DIR")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.folder, host=chosen.host, port=chosen.port))


if __name__ == "__main__":
    main()
