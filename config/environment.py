"""Every environment variable the product reads: one list for settings, `.env.example` and the README."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    name: str
    meaning: str
    default: str = ""
    required: bool = False
    secret: bool = False


VARIABLES: Final = (
    Variable(
        "FORTHRIGHT_MODE", "`production`, `local` (embedded engines, `/mail/`) or `test`.", "production"
    ),
    Variable("SECRET_KEY", "Django's signing key; any long random text.", required=True, secret=True),
    Variable(
        "SEALING_KEYS",
        "Keys that wrap the data keys of rosters: `id:base64 of 32 bytes`, comma between, newest first.",
        required=True,
        secret=True,
    ),
    Variable(
        "DATABASE_URL",
        "PostgreSQL, for example `postgresql://user:password@host:5432/name`.",
        required=True,
        secret=True,
    ),
    Variable(
        "REDIS_URL",
        "Redis or Valkey, for broker and cache: `redis://host:6379/0`.",
        required=True,
        secret=True,
    ),
    Variable("PUBLIC_URL", "Where people reach the product; base of the links in mail.", required=True),
    Variable("ALLOWED_HOSTS", "Host names served, comma between. Empty: the host of PUBLIC_URL."),
    Variable(
        "SMTP_URL",
        "Mail relay: `smtp://`, `smtp+tls://` (STARTTLS) or `smtps://`.",
        required=True,
        secret=True,
    ),
    Variable("MAIL_FROM", "Sender of everything that is mailed.", required=True),
    Variable("SMTP_CONNECTIONS", "Connections one sending lane opens to the relay.", "2"),
    Variable(
        "SMTP_REPLY_SECONDS",
        "How long to wait for the relay's answer to one mail; RFC 5321 asks for ten minutes.",
        "600",
    ),
    Variable(
        "SMTP_PER_MINUTE", "Most mails a minute to the relay, of all workers together. 0: no limit.", "0"
    ),
    Variable("SMTP_DOMAIN_PER_MINUTE", "Most mails a minute to one receiving domain. 0: no limit.", "0"),
    Variable("DKIM_KEY_FILE", "RSA private key (PEM) that mails are signed with. Empty: unsigned."),
    Variable("DKIM_SELECTOR", "Where the key's other half is published: `SELECTOR._domainkey.DOMAIN`."),
    Variable(
        "INTAKE_IMAP_URL",
        "Mailbox that reports come to: `imaps://user:password@host:993/INBOX`. Empty: none.",
        secret=True,
    ),
    Variable("INTAKE_ADDRESS", "Address of that mailbox; answers go out with it, so that replies come back."),
    Variable(
        "BOUNCE_ADDRESS",
        "Address that undeliverable mail comes back to, with `+` and a code of each mail before the `@`. Empty: MAIL_FROM.",
    ),
    Variable(
        "BOUNCE_IMAP_URL",
        "Mailbox of that address: `imaps://user:password@host/INBOX`, signs percent-encoded.",
        secret=True,
    ),
    Variable("BOUNCE_MAILDIR", "Or a maildir that a mail server here puts such mail into."),
    Variable(
        "BOUNCE_WEBHOOK_SECRET",
        "Secret of the mail provider's reports at `/hooks/bounces/`. Empty: that address is closed.",
        secret=True,
    ),
    Variable(
        "UNCERTAIN_POLICY", "A delivery whose answer was lost: `resend` or `park` for a person.", "park"
    ),
    Variable(
        "STATE_DIR", "Sender's journal; must survive a restart of the container.", "/var/lib/forthright/state"
    ),
    Variable("FILES_DIR", "Stored files: uploads, PDFs.", "/var/lib/forthright/files"),
    Variable("EVIDENCE_FILE_MB", "Largest file of evidence, in MB.", "2048"),
    Variable("EVIDENCE_INCIDENT_MB", "Most that the evidence of one incident may take up, in MB.", "20480"),
    Variable(
        "CLAMD_ADDRESS",
        "Virus scanner (clamd): `host:port` or `unix:/path`. Empty: none; files then say that they were not scanned.",
    ),
    Variable(
        "ANCHOR_FILE",
        "Where roots of the record are written, one JSON object a line; best on another machine's disk.",
        "",
    ),
    Variable(
        "TIMESTAMP_URL",
        "Time-stamping authority (RFC 3161) that stamps each root of the record: its `https://` address. Empty: none.",
    ),
    Variable(
        "ANCHOR_MAIL_TO",
        "Who keeps the roots for you: addresses, comma between. Best outside your organisation. Empty: no mail.",
    ),
    Variable(
        "MFA_REQUIRED",
        "`1`: whoever may send, export, reveal, file, grant or administer signs in with two steps, and confirms "
        "before such an act; `0`: nobody must. Empty: `1`, but `0` in local mode.",
    ),
    Variable(
        "SESSION_IDLE_MINUTES",
        "After how long without use a sign-in ends; it ends after 12 hours anyway.",
        "120",
    ),
    Variable("CONFIRM_AFTER_MINUTES", "How long a sign-in counts as fresh before such an act.", "30"),
    Variable(
        "BREACHED_PASSWORDS_FILE",
        "File of SHA-1 hashes of breached passwords, in order, one a line, such as that of Have I Been Pwned; nobody "
        "chooses what stands in it. Empty: none.",
    ),
    Variable(
        "EXPORTS_PER_HOUR",
        "How many exports and downloads one person takes in an hour; five times that in a day. 0: no limit.",
        "40",
    ),
    Variable(
        "LOOKUPS_PER_HOUR",
        "How many contact details one person reveals or looks up in an hour; five times that in a day. 0: no limit.",
        "60",
    ),
    Variable(
        "SEARCHES_PER_HOUR",
        "How often one person searches in an hour; five times that in a day. 0: no limit.",
        "600",
    ),
    Variable("MAIL_CATCHER_DIR", "Maildir of the local mail catcher; read by `/mail/` in local mode only."),
    Variable("TRUSTED_PROXY", "`1` when a proxy in front sets X-Forwarded-Proto and X-Forwarded-For.", "0"),
    Variable("LIVE_SECONDS", "How often an open page asks what others changed, in seconds; 0: never.", "15"),
    Variable("LOG_LEVEL", "Least severe level that is logged.", "INFO"),
)

DEFAULTS: Final = {variable.name: variable.default for variable in VARIABLES}


class Misconfigured(SystemExit):
    """Settings cannot be read: says what is missing and how to mend it, without a stack trace."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"Forthright is not configured: {problem}")


def local_dir() -> Path:
    """Where `make run` keeps its engines, secrets and files."""
    return Path(os.environ.get("FORTHRIGHT_LOCAL_DIR") or ROOT / ".local")


def read_files() -> None:
    """Fill the environment from `.env`, then from what the launcher wrote; what is set already wins."""
    for path in (ROOT / ".env", local_dir() / "env"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                name, separator, value = line.strip().partition("=")
                if separator and not name.startswith("#"):
                    os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def value(name: str) -> str:
    """The variable's value; `NAME_FILE` may name a file that holds it. Refuses names not in the list."""
    default = DEFAULTS[name]
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {file}, which cannot be read ({error.strerror})."
            ) from error
    return os.environ.get(name, default)


def missing() -> list[Variable]:
    return [variable for variable in VARIABLES if variable.required and not value(variable.name)]


def temporary_dir(name: str) -> str:
    """A folder of this machine for tests."""
    return str(Path(tempfile.gettempdir()) / f"forthright-{os.getuid()}-{name}")


def example() -> str:
    """The text of `.env.example`."""
    lines = ["# Every variable Forthright reads. Copy to .env and fill in what has no default.", ""]
    for variable in VARIABLES:
        need = " Required in production." if variable.required else ""
        lines += [f"# {variable.meaning}{need}", f"{variable.name}={variable.default}", ""]
    return "\n".join(lines)
