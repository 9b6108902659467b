"""A small IMAP server on a loopback socket: what a mailbox reader needs of RFC 3501, and nothing else."""

from __future__ import annotations

import re
import socketserver
import threading
from typing import Any, Final

USER, PASSWORD = "intake@lantern.example", "let me/in"
FETCH: Final = re.compile(rb"BODY\.PEEK\[\]<(\d+)\.(\d+)>")


class Mailbox(socketserver.ThreadingTCPServer):
    """One folder of mails; `seen` holds the numbers of those marked as read."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.mails: list[bytes] = []
        self.seen: set[int] = set()
        self.down = False
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, password: str = PASSWORD) -> str:
        user, word = USER.replace("@", "%40"), password.replace(" ", "%20").replace("/", "%2F")
        return f"imap://{user}:{word}@127.0.0.1:{self.server_address[1]}/INBOX"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))

    def handle(self) -> None:
        if self.server.down:
            return
        self.say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().partition(b" ")
            words = rest.split(b" ")
            verb = words[0].upper() + (b" " + words[1].upper() if words[0].upper() == b"UID" else b"")
            getattr(self, verb.decode().lower().replace(" ", "_"), self.bad)(tag, rest)
            if verb == b"LOGOUT":
                return

    def bad(self, tag: bytes, rest: bytes) -> None:
        self.say(tag + b" BAD not spoken here")

    def capability(self, tag: bytes, rest: bytes) -> None:
        self.say(b"* CAPABILITY IMAP4rev1", tag + b" OK done")

    def login(self, tag: bytes, rest: bytes) -> None:
        right = USER.encode() in rest and PASSWORD.encode() in rest
        self.say(tag + (b" OK in" if right else b" NO wrong"))

    def select(self, tag: bytes, rest: bytes) -> None:
        self.say(b"* %d EXISTS" % len(self.server.mails), tag + b" OK [READ-WRITE] open")

    def uid_search(self, tag: bytes, rest: bytes) -> None:
        unread = [n + 1 for n in range(len(self.server.mails)) if n + 1 not in self.server.seen]
        self.say(b"* SEARCH " + b" ".join(b"%d" % n for n in unread), tag + b" OK done")

    def uid_fetch(self, tag: bytes, rest: bytes) -> None:
        number, found = int(rest.split(b" ")[2]), FETCH.search(rest)
        assert found, rest
        start, most = map(int, found.groups())
        raw = self.server.mails[number - 1][start : start + most]
        self.wfile.write(b"* %d FETCH (UID %d BODY[]<%d> {%d}\r\n" % (number, number, start, len(raw)))
        self.wfile.write(raw)
        self.say(b")", tag + b" OK done")

    def uid_store(self, tag: bytes, rest: bytes) -> None:
        assert rb"(\Seen)" in rest
        self.server.seen.add(int(rest.split(b" ")[2]))
        self.say(tag + b" OK done")

    def logout(self, tag: bytes, rest: bytes) -> None:
        self.say(b"* BYE", tag + b" OK bye")


def mail(subject: str = "I see phone numbers", text: str = "Of strangers.", **headers: Any) -> bytes:
    """A mail as programs send it; a header given as None is left out."""
    told = {
        "From": "Ana Ruiz <ana@post.example>",
        "To": USER,
        "Subject": subject,
        "Message-ID": f"<{abs(hash((subject, text)))}@post.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    return ("\r\n".join([*lines, "", text]) + "\r\n").encode()
