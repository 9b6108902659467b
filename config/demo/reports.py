"""Reports of this morning, by every door: one talked about, two of the same, one put off, one dismissed for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from config.demo.cast import Cast
from incidents import commands as cases
from incidents.models import Door, Report
from incidents.models.incident import ViolationType
from incidents.models.report import Whose

FAKE: Final = "https://lantern.example/u/not-me-really"
MAIL: Final = f"""From: Jo Lane <jo.lane@post.example>
To: report@lantern.example
Subject: Somebody pretends to be my sister
Message-ID: <5c1f-fake-account@post.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello,
the account @not_me_really ({FAKE}) uses my sister's name and photos. It asks her friends for money.
Please take it down. Jo
"""


def fresh_reports(cast: Cast, now: datetime) -> None:
    """Six that wait, one put off, one dismissed until more like it come."""
    _talked_about(cast, now)
    cases.file_report(
        door=Door.STAFF, title="Badge list on the printer on floor 2", reporter=cast.employee,
        words="A list of all badges with names lay on the printer. I have it in my drawer now.",
        violation=ViolationType.MISDIRECTED, noticed_at=now - timedelta(hours=6), now=now - timedelta(hours=5),
    )  # fmt: skip
    _by_supplier(cast, now)
    cases.file_report(
        door=Door.API, title="Export of 4,100 profiles by one support account", reporter=cast.responder,
        words="Raised by the watch on exports: one support account took 4,100 profiles in 20 minutes, at night. "
        "File hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.",
        violation=ViolationType.INSIDER, whose=Whose.MANY, noticed_at=now - timedelta(hours=2), now=now - timedelta(hours=1.5),
    )  # fmt: skip
    cases.file_report(
        door=Door.PUBLIC, title="Fake Lantern account with my photo", link=FAKE, contact="sam.lane@mail.example",
        words="Somebody made an account, @not_me_really, with my name and photos and writes to my colleagues.",
        violation=ViolationType.IMPERSONATION, whose=Whose.OWN, now=now - timedelta(hours=0.8),
    )  # fmt: skip
    cases.keep_mail(MAIL.encode(), now=now - timedelta(hours=0.5))
    cases.take_in_next_mail(now=now - timedelta(hours=0.5))
    _set_aside(cast, now)


def _talked_about(cast: Cast, now: datetime) -> Report:
    """The responder asked, and the reporter answered."""
    told = cases.file_report(
        door=Door.PUBLIC, title="I can see another person's messages", contact="noor@inbox.example",
        words="After the update I got somebody else's message list for a minute. I closed the app. It did not come back.",
        violation=ViolationType.UNAUTHORISED_SHARING, whose=Whose.OTHER, now=now - timedelta(hours=7.5),
    ).report  # fmt: skip
    cases.answer_reporter(
        told, by=cast.responder, now=now - timedelta(hours=6.5),
        text="Thank you. Which version of the app do you use, and about what time was it?",
    )  # fmt: skip
    cases.add_report_note(
        told,
        by=cast.responder,
        now=now - timedelta(hours=6.4),
        text="The app team looks at the cache of 8.2.",
    )
    cases.write_again(told, text="Version 8.2, at about ten past seven.", now=now - timedelta(hours=5.5))
    return told


def _by_supplier(cast: Cast, now: datetime) -> None:
    link = cases.make_supplier_link(
        supplier="Northbeam Hosting", by=cast.lead, now=now - timedelta(days=90)
    ).link
    cases.file_supplier_report(
        link, title="Notice of our hosting partner", link="https://hosting.example/notices/77",
        words="We inform you that a technician opened a backup volume of your tenant by mistake on Thursday. No export is "
        "visible in the logs.", contact="Duty manager, noc@hosting.example", violation=ViolationType.UNAUTHORISED_SHARING,
        noticed_at=now - timedelta(hours=20), now=now - timedelta(hours=3.2),
    )  # fmt: skip


def _set_aside(cast: Cast, now: datetime) -> None:
    later = cases.file_report(
        door=Door.STAFF, title="Old laptop missing from the storage room", reporter=cast.employee,
        words="The list says eleven, I count ten. Facilities looks through the other room on Monday.",
        violation=ViolationType.LOST_DEVICE, now=now - timedelta(hours=9),
    ).report  # fmt: skip
    cases.put_off_report(
        later, until=now + timedelta(hours=20), by=cast.responder, now=now - timedelta(hours=8),
        reason="Facilities looks through the other room first.",
    )  # fmt: skip
    spam = cases.file_report(
        door=Door.PUBLIC, title="I get advertising since I joined", whose=Whose.OWN,
        words="Three advertising mails this week from a shop I do not know.", now=now - timedelta(days=2),
    ).report  # fmt: skip
    cases.dismiss_report(
        spam, by=cast.responder, after=3, now=now - timedelta(days=1),
        reason="One such report says little; three more would point to a list.",
    )  # fmt: skip
