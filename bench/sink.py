"""A mail server that takes everything as fast as Python can: for rates alone, it keeps nothing.

`python -m bench.sink PORT_FILE [--latency MS] [--tls PEM]`: each answer held so long, as a network would; TLS from the start.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
from pathlib import Path

EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
END = b"\r\n.\r\n"


class Taker(asyncio.Protocol):
    latency = 0.0  # seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.left = b""
        self.in_mail = False
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.left += data
        said: list[bytes] = []
        while (answer := self._next()) is not None:
            said.append(answer)
        if said and self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._say, b"".join(said))
        elif said:
            self._say(b"".join(said))

    def _say(self, words: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(words)

    def _next(self) -> bytes | None:
        """The answer to the next whole command or mail; None while more must come."""
        mark = END if self.in_mail else b"\r\n"
        found = self.left.find(mark)
        if found < 0:
            return None
        line, self.left = self.left[:found], self.left[found + len(mark) :]
        if self.in_mail:
            self.in_mail = False
            return b"250 2.0.0 taken\r\n"
        verb = line[:4].upper()
        if verb == b"EHLO":
            return EHLO
        if verb == b"DATA":
            self.in_mail = True
            return b"354 go on\r\n"
        return b"221 2.0.0 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 ok\r\n"


async def _main(port_file: Path, tls: Path | None) -> None:
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Taker, "127.0.0.1", 0, backlog=128, ssl=context)
    port_file.write_text(str(server.sockets[0].getsockname()[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("port_file", type=Path)
    words.add_argument("--latency", type=float, default=0)
    words.add_argument("--tls", type=Path)
    given = words.parse_args()
    Taker.latency = given.latency / 1000
    asyncio.run(_main(given.port_file, given.tls))
