"""What Lantern kept to prove what happened: a log, a post, a picture of the screen, counsel's reading."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Final

from PIL import Image, ImageDraw

from config.demo.cast import Cast
from incidents import commands as cases
from incidents.commands.attachments import ATTACHMENTS, LARGEST_ATTACHMENT
from incidents.models import Incident, Report

POST: Final = """Selling: 2k Lantern profiles, names, mails, birthdays. Private ones too.
Sample of five on request. Escrow only.

Replies: 14 · Views: 1,204
"""
ADVICE: Final = "Draft advice on the contract with the analytics partner. For counsel alone.\n"


def keep_evidence(incident: Incident, cast: Cast, now: datetime) -> None:
    """Three files for all, the log under a legal hold, and one for counsel alone."""
    log = "".join(
        f"{now - timedelta(minutes=number):%Y-%m-%dT%H:%MZ} contact-import account={41_000 + number % 41} matches={50 + number}\n"
        for number in range(400)
    ).encode()
    kept = cases.add_evidence(
        incident, [log], name="contact-import.log", size=len(log), by=cast.responder, now=now,
        title="Look-ups of the 41 accounts", note="Taken from the import service in Dublin, before its logs rotate.",
    )  # fmt: skip
    cases.place_hold(
        incident, evidence=kept, reason="The authority asked to keep it.", until=now + timedelta(days=180),
        by=cast.legal, now=now,
    )  # fmt: skip
    post = POST.encode()
    cases.capture_page(
        incident, [post], name="page.txt", size=len(post), title="Offer of the list on a message board",
        page_url="https://board.example/t/48213", page_account="@datadeals", captured_at=now - timedelta(minutes=5),
        by=cast.responder, now=now,
    )  # fmt: skip
    screen = screenshot()
    cases.add_evidence(
        incident, [screen], name="import-result.png", size=len(screen), by=cast.lead, now=now,
        title="What the tool answered", note="Tried with made-up numbers; the people on it do not exist.",
    )  # fmt: skip
    advice = ADVICE.encode()
    cases.add_evidence(
        incident, [advice], name="advice.txt", size=len(advice), by=cast.legal, now=now,
        title="Draft advice on the analytics contract", privileged=True,
    )  # fmt: skip


def attach_screenshot(report: Report, now: datetime) -> None:
    """A reporter from outside sent a picture along."""
    file = cases.keep_file(
        [screenshot()], root=ATTACHMENTS, name="screenshot.png", limit=LARGEST_ATTACHMENT, now=now
    )
    cases.attach_file(report, file, by=None, now=now)


def screenshot() -> bytes:
    """A window of a tool that never was, with people who do not exist."""
    picture = Image.new("RGB", (880, 420), "#eef1f5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 880, 44), fill="#14507a")
    draw.text((20, 14), "Lantern  -  Contact import  -  5 matches", fill="white", font_size=16)
    rows = (
        ("Number", "Name", "Born", "Visible to"),
        ("+353 20 915 0141", "Ida Lindqvist", "1988-04-12", "nobody"),
        ("+353 20 915 0142", "Marek Zielony", "1994-09-30", "nobody"),
        ("+353 20 915 0143", "Oona Hartley", "2001-01-08", "friends"),
        ("+353 20 915 0144", "Piet van Loon", "1979-11-23", "nobody"),
        ("+353 20 915 0145", "Rosa Quintal", "1990-06-17", "nobody"),
    )
    for place, row in enumerate(rows):
        for left, words in zip((20, 260, 480, 680), row, strict=True):
            draw.text((left, 70 + 52 * place), words, fill="#1b1d21", font_size=18)
        draw.line((20, 108 + 52 * place, 860, 108 + 52 * place), fill="#d6d3cb")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
