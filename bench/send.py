"""The sender with its whole ledger, against bare smtplib, Django's way and django-post_office, to the same server."""

from __future__ import annotations

import json
import os
import resource
import smtplib
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.ground import Ground, rounds, tell
from bench.mails import ROOT, House, desk_of, start_sink, use, without_ledger
from config.local import processes

NUMBER = int(os.environ.get("BENCH_MAILS", "2000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "4"))
LATENCY_MS = 10
MANY = 32


def run(ground: Ground) -> None:
    """Rates in turn, then what a network, TLS and a signature cost."""
    from django.conf import settings

    house = House(NUMBER)
    sink, port = start_sink(ground)
    use(port)
    variants = _variants(ground, house, port)
    rates: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, (prepare, send) in variants.items():
            prepare()
            rates[name] += rounds({name: send}, number=1)[name]
    against = {
        "send_vs_smtplib": ("lane", "smtplib", "bare smtplib, one connection, one prepared mail"),
        "send_two_vs_smtplib": ("two", "smtplib", "the same; two connections in one process, as by default"),
        "send_vs_django": ("lane", "django", "Django: two templates, EmailMultiAlternatives, one connection"),
        "send_vs_post_office": ("lane", "post_office", "django-post_office, queue and one process"),
        "ledger_speed": ("lane", "no ledger", "the same sender without ledger"),
        "send_signed": ("signed", "lane", "the same unsigned; DKIM with RSA of 2048 bits"),
    }
    for figure, (one, other, words) in against.items():
        if rates.get(other):
            tell(figure, rates[one], "mails/s", against=words, base=rates[other])
    costs = [base / rate for base, rate in zip(rates["no ledger"], rates["lane"], strict=True)]
    tell("ledger_cost", costs, "x", against="the same sender without ledger")
    settings.DKIM_KEY_FILE = ""
    _tls(ground, house, rates["lane"])
    processes.end_children([sink], grace=2)
    _latency(ground, house)


Variant = tuple[Callable[[], object], Callable[[], int]]


def _variants(ground: Ground, house: House, port: int) -> dict[str, Variant]:
    from django.conf import settings

    def nothing() -> None: ...

    def signing() -> None:
        settings.DKIM_KEY_FILE, settings.DKIM_SELECTOR = str(key), "bench"
        house.sending()

    def plain() -> None:
        settings.DKIM_KEY_FILE = ""
        house.sending()

    key = _key(ground.folder)
    notice = house.approved()
    mails = _as_templates(notice)
    file = ground.folder / "mails.json"
    file.write_text(json.dumps(mails))
    variants: dict[str, Variant] = {
        "smtplib": (nothing, _bare(port, notice)),
        "lane": (plain, lambda: lanes(1)),
        "two": (plain, lambda: lanes(2)),
        "no ledger": (nothing, without_ledger(notice)),
        "django": (nothing, _django(mails)),
        "signed": (signing, lambda: lanes(1)),
    }
    if find_spec("post_office"):
        variants["post_office"] = (nothing, _post_office(port, file))
    else:
        print('{"name": "send_vs_post_office", "value": null, "why": "django-post_office is not installed"}')
    return variants


def lanes(connections: int, *, number: int = NUMBER) -> int:
    from notifications import lane

    report = lane.run(connections_wanted=connections)
    assert report.fates["sent"] == number, report
    return number


def _bare(port: int, notice: Any) -> Callable[[], int]:
    from bench.mails import claims_of
    from notifications.transport import NullConnection

    desk = desk_of(notice)
    body = desk.write(claims_of(notice, desk)[0], NullConnection()).mail.body

    def send() -> int:
        with smtplib.SMTP("127.0.0.1", port) as relay:
            for number in range(NUMBER):
                relay.sendmail("privacy@lantern.example", [f"person{number}@mail.example"], body)
        return NUMBER

    return send


def _as_templates(notice: Any) -> dict[str, Any]:
    """The notice as Django templates with the same words and the same slots, and the people in clear."""
    from notifications import merge_fields
    from notifications.compile import Compiled
    from tests.notifications.conftest import people

    compiled = Compiled.from_json(notice.compiled)
    form = next(iter(compiled.forms.values()))

    def template(parts: tuple[str, ...]) -> str:
        return "".join(
            "{{ " + part.replace(".", "_") + " }}" if place % 2 else part for place, part in enumerate(parts)
        )

    crowd = []
    for place, one in enumerate(people(NUMBER)):
        values = {path.replace(".", "_"): value for path, value in merge_fields.values_of(one).items()}
        crowd.append({**values, "notice_url": f"http://127.0.0.1/n/{place:022}", "to": one.email})
    return {
        "sender": compiled.sender, "subject": template(form.subject), "text": template(form.text),
        "html": template(form.html), "people": crowd,
    }  # fmt: skip


def _django(mails: dict[str, Any]) -> Callable[[], int]:
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.template import engines

    engine = engines["django"]
    subject, plain, html = (engine.from_string(mails[part]) for part in ("subject", "text", "html"))

    def send() -> int:
        with get_connection("django.core.mail.backends.smtp.EmailBackend") as relay:
            for person in mails["people"]:
                mail = EmailMultiAlternatives(
                    subject.render(person), plain.render(person), mails["sender"], [person["to"]], connection=relay
                )  # fmt: skip
                mail.attach_alternative(html.render(person), "text/html")
                mail.send()
        return NUMBER

    return send


def _post_office(port: int, file: Path) -> Callable[[], int]:
    """In a process of its own; its start is not counted, so the wall time is stretched to what it says."""
    import time

    def send() -> int:
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bench.post_office", str(port), str(file)],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=900,
        )  # fmt: skip
        took = time.perf_counter() - started
        return round(
            NUMBER * took / float(done.stdout.split()[-1])
        )  # so that the rate is that of its own seconds

    return send


def _tls(ground: Ground, house: House, plain: list[float]) -> None:
    sink, port = start_sink(ground, "--tls", str(_certificate(ground.folder)))
    os.environ["SSL_CERT_FILE"] = str(ground.folder / "tls.pem")
    use(port, host="localhost", tls=True)
    rates = []
    for _ in range(ROUNDS):
        house.sending()
        rates += rounds({"tls": lambda: lanes(1)}, number=1)["tls"]
    use(port)
    tell("send_tls", rates, "mails/s", against="the same without TLS, earlier in this run", base=plain)
    processes.end_children([sink], grace=2)


def _latency(ground: Ground, house: House) -> None:
    """Each answer held 10 ms: round trips a mail on one connection, and what many connections in one process reach."""
    from notifications import lane

    sink, port = start_sink(ground, "--latency", str(LATENCY_MS))
    use(port)
    house.sending()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rates = rounds({"many": lambda: lanes(MANY)}, number=1)["many"]
    for _ in range(ROUNDS - 1):
        house.sending()
        rates += rounds({"many": lambda: lanes(MANY)}, number=1)["many"]
    tell("send_latency_per_second", rates, "mails/s", against=f"{LATENCY_MS} ms, {MANY} connections")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tell("send_memory_growth_mb", [grown], "MB", against=f"{ROUNDS * NUMBER} mails by {MANY} connections")
    house.sending()
    one = rounds({"one": lambda: lane.run(connections_wanted=1, seconds=8).fates["sent"]}, number=1)["one"]
    tell(
        "send_round_trips", [1000 / LATENCY_MS / rate for rate in one], "round trips/mail", against="one connection"
    )  # fmt: skip
    processes.end_children([sink], grace=2)


def _key(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric import rsa

    from tests.notifications.test_relay import pem

    file = folder / "dkim.pem"
    file.write_bytes(pem(rsa.generate_private_key(65537, 2048)))
    return file


def _certificate(folder: Path) -> Path:
    from tests.notifications.test_relay import self_signed

    file = folder / "tls.pem"
    file.write_bytes(self_signed())
    return file
