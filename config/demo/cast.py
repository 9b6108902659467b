"""Lantern and the people who work there."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from accounts import commands as accounts
from accounts.models import Role, User
from audit.events import SYSTEM
from incidents import commands as cases
from law.vocabulary import EEA

DOMAIN: Final = "lantern.example"
ZONE: Final = "Europe/Dublin"
CAST: Final = (
    (Role.RESPONDER, "responder", "Mara Lind"),
    (Role.LEAD, "lead", "Ana Ruiz"),
    (Role.LEGAL, "legal", "Tom Keane"),
    (Role.SUPPORT, "support", "Bea Novak"),
    (Role.PRIVACY_OFFICER, "privacy", "Aoife Byrne"),
    (Role.AUDITOR, "auditor", "Ken Adeyemi"),
    (Role.EMPLOYEE, "employee", "Jo Park"),
)

# What holds of Lantern in every case: no health provider, no bank, no public body.
STANDING: Final = {
    "places_served": [*sorted(EEA), "GB", "US", "BR"],
    "sectors": ["social_media"],
    "capacities": ["digital_provider"],
    "hipaa_role": "none",
    **dict.fromkeys(
        ("public_task", "glba_institution", "dfs_covered_entity", "small_agent", "app_entity"), False
    ),
}


@dataclass(frozen=True)
class Cast:
    """Who acts in the demonstration."""

    responder: User
    lead: User
    legal: User
    support: User
    privacy: User
    auditor: User
    employee: User


def hire(sign_ins: Path, *, now: datetime) -> Cast:
    """Set up the organisation and its people; their random passwords go to a file that only its owner reads."""
    accounts.set_up_organisation(
        by=SYSTEM,
        name="Lantern",
        zone=ZONE,
        establishments=["IE", "GB", "US-CA", "BR"],
        main="IE",
        contact_name="Aoife Byrne, data protection officer",
        contact_email=f"privacy@{DOMAIN}",
        contact_phone="+353 20 915 0100",
        address="Lantern Platforms Ltd\n1 Harbour Row\nDublin\nIreland",
    )
    users, lines = {}, [f"{'Role':<17}{'E-mail':<28}Password"]
    for role, name, person in CAST:
        password = secrets.token_urlsafe(12)
        email = f"{name}@{DOMAIN}"
        users[name] = accounts.add_user(
            by=SYSTEM, email=email, name=person, roles=[role], password=password, zone=ZONE
        )
        lines.append(f"{role.label!s:<17}{email:<28}{password}")
    cast = Cast(**users)
    cases.set_standing_facts(facts=STANDING, by=cast.privacy, now=now)
    _keep(sign_ins, "\n".join(lines) + "\n")
    return cast


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    path.chmod(0o600)
