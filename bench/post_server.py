"""A Postfix of our own on loopback: private folders and ports; an installed one's instance is neither used nor touched."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from email import message_from_bytes
from pathlib import Path
from typing import Final

from bench.ground import Ground
from config.local import processes

OWN: Final = "lantern.example"  # of the bounce address
MAILBOXES: Final = 65534  # uid and gid that owns all mailboxes: nobody
GREY_SECONDS: Final = 1.5
FULL_BYTES: Final = 100_000
QUEUES: Final = ("incoming", "active", "deferred", "maildrop")

# Domains by how they treat their mail; `taken` also refuses whom it does not know, at RCPT.
DOMAINS: Final = ("taken", "later", "full", "refused", "grey")
AWAY: Final = "away.example"  # its server does not answer

# As installed, but with its waits made short: the sleep after an error, and between its own tries.
MAIN: Final = """\
compatibility_level = 3.6
config_directory = {folder}/config
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/logs/mail.log
maillog_file_prefixes = {folder}/logs
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.1/32
default_transport = error:only the domains of this bench are known
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = +
smtputf8_enable = yes
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/config/mailboxes
virtual_uid_maps = static:{owner}
virtual_gid_maps = static:{owner}
transport_maps = inline:{{ full.example=full:, {away}=smtp:[127.0.0.1]:{closed} }}
relay_domains = {away}
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
    check_policy_service inet:127.0.0.1:{policy},
    check_recipient_access inline:{{ later.example=OK }},
    reject_unlisted_recipient
smtpd_error_sleep_time = 0s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
delay_warning_time = 1s
maximal_queue_lifetime = 4s
bounce_queue_lifetime = 4s
"""
MASTER: Final = """\
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
full unix - n n - - virtual -o message_size_limit={full} -o virtual_mailbox_limit={full}
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class PostServer:
    """Takes mail for a few domains, each with its way to refuse; what it delivered lies in mailboxes."""

    def __init__(self, ground: Ground, addresses: Iterable[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fr-postfix-"))
        ground.guard.remove_folder(self.folder)
        self.folder.chmod(0o711)  # its processes run as users of their own
        for name in ("config", "queue", "data", "logs"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        for path in (
            self.folder / "mail",
            self.bounces,
            *(self.bounces / name for name in ("new", "cur", "tmp")),
        ):
            path.mkdir()
            shutil.chown(path, MAILBOXES, MAILBOXES)
        self.gate = Gate()
        self.port = _free_port()
        self._configure(addresses)
        config = self.folder / "config"
        subprocess.run(["postfix", "-c", config, "check"], check=True, capture_output=True, timeout=60)
        daemon = _setting("daemon_directory")
        # The master process itself is the child, and the leader of all of its processes.
        self.child = processes.start(
            "postfix",
            [f"{daemon}/master", "-c", config, "-s"],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            cwd=self.folder,
            log=self.folder / "logs" / "master.log",
            guard=ground.guard,
        )
        assert processes.wait_until(self._answers, seconds=20), self.words()

    def _configure(self, addresses: Iterable[str]) -> None:
        values = {
            "folder": self.folder, "owner": MAILBOXES, "policy": self.gate.port, "smtp": self.port, "full": FULL_BYTES,
            "closed": _free_port(), "away": AWAY, "domains": " ".join([OWN, *(f"{one}.example" for one in DOMAINS)]),
        }  # fmt: skip
        config = self.folder / "config"
        (config / "main.cf").write_text(MAIN.format(**values))
        (config / "master.cf").write_text(MASTER.format(**values))
        lines = [f"bounces@{OWN} bounces/"]
        for address in addresses:
            local, _, domain = address.partition("@")
            # A full mailbox is one file: a folder of mails has no limit of its own here.
            lines.append(f"{address} {domain}/{local}{'' if domain == 'full.example' else '/'}")
        (config / "mailboxes").write_text("\n".join(lines) + "\n")

    def _answers(self) -> bool:
        with socket.socket() as line:
            line.settimeout(2)
            return line.connect_ex(("127.0.0.1", self.port)) == 0 and line.recv(3) == b"220"

    def words(self) -> str:
        """What it wrote down."""
        logs = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(log.read_text(errors="replace")[-6_000:] for log in logs)

    def end(self) -> None:
        processes.end_children([self.child], grace=10)
        self.gate.close()

    # --- what lies where

    @property
    def bounces(self) -> Path:
        return self.folder / "mail" / "bounces"

    def waiting(self) -> int:
        """Mails in its queues."""
        return sum(
            path.is_file() for name in QUEUES for path in (self.folder / "queue" / name).rglob("*")
        )  # fmt: skip

    def settle(self, seconds: float = 60) -> None:
        """Wait until nothing waits in its queues."""

        def empty() -> bool:
            if self.waiting():
                return False
            time.sleep(0.2)  # a bounce is queued as its mail leaves
            return not self.waiting()

        assert processes.wait_until(empty, seconds=seconds, pause=0.1), self.words()

    def fill(self, address: str) -> None:
        """Leave no room for another mail in a mailbox that is one file."""
        path = self._file(address)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(
            b"From someone@example.org Mon Nov 23 06:00:00 2026\n\n" + b"x" * (FULL_BYTES - 100) + b"\n\n"
        )
        shutil.chown(path, MAILBOXES, MAILBOXES)
        shutil.chown(path.parent, MAILBOXES, MAILBOXES)

    def empty(self, address: str) -> None:
        self._file(address).write_bytes(b"")

    def _file(self, address: str) -> Path:
        local, _, domain = address.partition("@")
        return self.folder / "mail" / domain / local

    def delivered(self, address: str) -> list[str]:
        """The Message-IDs in a person's mailbox."""
        path = self._file(address)
        if path.is_file():
            mails = [part for part in path.read_bytes().split(b"\nFrom ")]
            heads = [part for part in mails if b"\nMessage-ID: " in part]
        else:
            heads = [mail.read_bytes() for mail in (path / "new").glob("*")] if path.is_dir() else []
        return [str(message_from_bytes(head.partition(b"\n")[2])["Message-ID"]) for head in heads]


class Gate:
    """Postfix asks it about each recipient: greylisting, and a server that refuses full mailboxes at once."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.seen: dict[tuple[str, str, str], float] = {}
        self.said: Counter[str] = Counter()
        self.has_room: set[str] = set()
        threading.Thread(target=self._serve, name="gate", daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as asked:
            words: dict[str, str] = {}
            for raw in asked:
                name, mark, value = raw.decode().strip().partition("=")
                if mark:
                    words[name] = value
                    continue
                line.sendall(f"action={self.answer(words)}\n\n".encode())
                words = {}

    def answer(self, words: dict[str, str]) -> str:
        recipient = words.get("recipient", "")
        if recipient.endswith("@refused.example") and recipient not in self.has_room:
            self.said["full"] += 1
            return "552 5.2.2 Mailbox full"
        if recipient.endswith("@grey.example"):
            triplet = (words.get("client_address", ""), words.get("sender", ""), recipient)
            first = self.seen.setdefault(triplet, time.monotonic())
            if time.monotonic() - first < GREY_SECONDS:
                self.said["grey"] += 1
                return "450 4.2.0 Greylisted, try again later"
        return "DUNNO"

    def close(self) -> None:
        self.server.close()


def missing() -> str:
    """Why no server can be started here, in words; empty when one can."""
    import os

    if not shutil.which("postfix"):
        return "Postfix is missing: apt-get install postfix"
    return "" if os.getuid() == 0 else "Postfix starts as root only"


def _setting(name: str) -> str:
    done = subprocess.run(["postconf", "-dh", name], check=True, capture_output=True, text=True, timeout=20)
    return done.stdout.strip()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
