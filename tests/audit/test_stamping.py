"""Time stamps of a real authority: OpenSSL's, behind a small web server."""

from __future__ import annotations

import base64
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, transaction

from accounts.models import User
from audit import commands, queries, tasks
from audit.models import Anchor

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="the authority is OpenSSL's"),
]


def openssl(*words: str | Path) -> bytes:
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and certificate that may stamp."""
    folder = tmp_path_factory.mktemp("tsa")
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem", "-subj", "/CN=Authority of the tests",
        "-addext", "extendedKeyUsage=critical,timeStamping",
    )  # fmt: skip
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    return folder


@pytest.fixture
def stamping(authority: Path) -> Iterator[Callable[[bytes | None], str]]:
    """The authority's address; it answers what is given instead of a stamp of its own."""
    servers = []

    def serve(instead: bytes | None = None) -> str:
        class Authority(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = authority / "query.tsq"
                query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()
                words = (
                    "ts",
                    "-reply",
                    "-config",
                    authority / "tsa.cnf",
                    "-section",
                    "it",
                    "-queryfile",
                    query,
                )
                self.wfile.write(openssl(*words) if instead is None else instead)

            def log_message(self, *_: Any) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Authority)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def anchor(employee: User) -> Anchor:
    with transaction.atomic():
        commands.record("tried", employee, by=employee, stream="stamps")
    taken = commands.anchor_heads(now=NOON)
    assert taken is not None
    return taken


def test_the_newest_root_is_stamped_and_openssl_agrees(
    anchor: Anchor, stamping: Callable[..., str], authority: Path, settings: Any, tmp_path: Path
) -> None:
    settings.TIMESTAMP_URL, settings.ANCHOR_FILE = stamping(), tmp_path / "anchors.jsonl"
    tasks.anchor_record()
    [proof] = queries.anchors_of("stamps")
    (tmp_path / "root.bin").write_bytes(bytes.fromhex(proof["root"]))
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(proof["stamp"]))
    said = openssl(
        "ts", "-verify", "-data", tmp_path / "root.bin", "-in", tmp_path / "stamp.tsr",
        "-CAfile", authority / "tsa.pem",
    )  # fmt: skip
    assert b"OK" in said
    assert commands.stamp_newest(settings.TIMESTAMP_URL, now=NOON) is None, "once is enough"
    anchor.refresh_from_db()
    anchor.stamp = b"another"
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        anchor.save(update_fields=["stamp"])


def test_what_is_no_stamp_of_this_root_is_refused_and_asked_again_later(
    anchor: Anchor, stamping: Callable[..., str], settings: Any, tmp_path: Path
) -> None:
    other = commands.stamping.asked(stamping(), b"another root")
    for address in (stamping(b"no answer"), stamping(other), "http://127.0.0.1:1/"):
        with pytest.raises(commands.NotStamped):
            commands.stamp_newest(address, now=NOON)
    settings.TIMESTAMP_URL, settings.ANCHOR_FILE = stamping(other), tmp_path / "anchors.jsonl"
    assert tasks.anchor_record() == 1, "the root leaves by the other ways all the same"
    anchor.refresh_from_db()
    assert anchor.stamp is None
    settings.TIMESTAMP_URL = stamping()
    tasks.anchor_record()
    anchor.refresh_from_db()
    assert anchor.stamp is not None
