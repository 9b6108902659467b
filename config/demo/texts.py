"""Texts of notices that Lantern has read and approved, and one that changed since."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit.events import SYSTEM
from config.demo.cast import Cast
from notifications import commands as notifying
from notifications.models import TemplateVersion


def approve_texts(cast: Cast, now: datetime) -> None:
    """English guidance and the mail in English and German are approved; California's text has a second version."""
    notifying.add_ready_templates(by=SYSTEM, now=now - timedelta(days=200))
    versions = TemplateVersion.objects.select_related("template")
    german = versions.get(template__name="High risk to people", language="de", channel="email")
    german = notifying.clear_draft_mark(
        german, by=cast.legal, now=now - timedelta(days=190), reason="Read by our counsel in Berlin."
    )
    english = versions.filter(language="en")
    approved = [
        german,
        english.get(template__name="High risk to people", channel="email"),
        *english.filter(template__block__in=["what_to_do", "contact"]),
    ]
    for version in approved:
        notifying.approve_template(version, by=cast.legal, now=now - timedelta(days=189))
    california = english.get(template__name="California", channel="email")
    notifying.write_template(
        california.template,
        language="en",
        subject=california.subject,
        body=california.body.replace(
            "This notice was not delayed by an investigation of law enforcement.",
            "We waited for three days with this notice because law enforcement asked us to.",
        ),
        remark="For the case that the police ask us to wait.",
        by=cast.lead,
        now=now - timedelta(days=30),
    )
