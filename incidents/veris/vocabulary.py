"""The fields and words of VERIS 1.2.1 to 1.4.1 that this importer knows, and what they mean to us."""

from __future__ import annotations

from typing import Final

from incidents.models.incident import ViolationType

_SECTIONS: Final = {
    "": "incident_id source_id security_incident schema_version schema_name summary notes reference confidence "
    "targeted campaign_id control_failure corrective_action cost_corrective_action discovery_notes discovery_method",
    "timeline.incident": "year month day time",
    "timeline.compromise": "unit value",
    "timeline.exfiltration": "unit value",
    "timeline.discovery": "unit value",
    "timeline.containment": "unit value",
    "victim": "victim_id industry employee_count country state region government locations_affected notes",
    "victim.revenue": "amount iso_currency_code",
    "victim.secondary": "amount notes victim_id",
    "actor.external": "country motive name notes region variety",
    "actor.internal": "job_change motive notes variety",
    "actor.partner": "country industry motive name notes region variety",
    "actor.unknown": "notes",
    "action.hacking": "cve notes result variety vector",
    "action.malware": "cve name notes result variety vector",
    "action.social": "notes result target variety vector",
    "action.error": "notes variety vector",
    "action.misuse": "notes result variety vector",
    "action.physical": "location notes result variety vector",
    "action.environmental": "notes variety",
    "action.unknown": "notes result",
    "asset": "cloud country governance hosting management notes ownership role total_amount accessibility",
    "asset.assets": "amount variety",
    "attribute.confidentiality": "data_disclosure data_total data_victim data_volume notes state",
    "attribute.confidentiality.data": "amount variety",
    "attribute.integrity": "notes variety",
    "attribute.availability": "notes variety",
    "attribute.availability.duration": "unit value",
    "attribute.unknown": "notes result",
    "discovery_method.external": "variety",
    "discovery_method.internal": "variety",
    "discovery_method.partner": "variety",
    "discovery_method": "other unknown",
    "impact": "iso_currency_code notes overall_amount overall_max_amount overall_min_amount overall_rating",
    "impact.loss": "amount max_amount min_amount rating variety",
    "ioc": "comment indicator",
    "value_chain": "NA",
    **{
        f"value_chain.{name}": "notes variety"
        for name in (
            "cash-out",
            "development",
            "distribution",
            "money laundering",
            "non-distribution services",
            "targeting",
        )
    },
}
FIELDS: Final = frozenset(
    f"{section}.{name}".lstrip(".") for section, names in _SECTIONS.items() for name in names.split()
)
OWN_EXTRAS: Final = "plus"  # the database's own additions, kept as they are

FINDINGS: Final = frozenset({"Confirmed", "Suspected", "Near miss", "False positive"})
NO_BREACH: Final = frozenset({"Near miss", "False positive"})
DISCLOSURES: Final = frozenset({"Yes", "Potentially", "No", "Unknown"})
UNITS: Final = frozenset(
    {"NA", "Seconds", "Minutes", "Hours", "Days", "Weeks", "Months", "Years", "Never", "Unknown"}
)
ASSET_CLASSES: Final = frozenset("SNUTMPE")
PEOPLE: Final = frozenset(
    {"Customer", "Employee", "Partner", "Patient", "Student", "Victim organization", "Other", "Unknown"}
)
# Kinds of data that the law's vocabulary has a word for; the rest of the known ones say too little for one.
ELEMENTS: Final = {
    "Medical": "medical",
    "Payment": "payment_card",
    "Bank": "bank_account_number",
    "Credentials": "online_credentials",
    "Multi-factor credential": "shared_secret_token",
}
DATA_KINDS: Final = frozenset(ELEMENTS) | {
    "API key", "Classified", "Copyrighted", "Digital certificate", "Internal", "Other", "Personal", "Secrets",
    "Sensitive Personal", "Session key", "Source code", "System", "Unknown", "Virtual currency",
}  # fmt: skip

# How an incident came about, most telling first: (action, its variety or "" for any, our word).
VIOLATIONS: Final[tuple[tuple[str, str, ViolationType], ...]] = (
    ("malware", "Ransomware", ViolationType.RANSOMWARE),
    ("hacking", "Use of stolen creds", ViolationType.ACCOUNT_TAKEOVER),
    ("hacking", "Brute force", ViolationType.ACCOUNT_TAKEOVER),
    ("misuse", "", ViolationType.INSIDER),
    ("error", "Misdelivery", ViolationType.MISDIRECTED),
    ("error", "Publishing error", ViolationType.MISDIRECTED),
    ("error", "Gaffe", ViolationType.MISDIRECTED),
    ("error", "Loss", ViolationType.LOST_DEVICE),
    ("error", "Disposal error", ViolationType.LOST_DEVICE),
    ("physical", "Theft", ViolationType.LOST_DEVICE),
    ("error", "Misconfiguration", ViolationType.LEAK),
    ("hacking", "", ViolationType.LEAK),
    ("social", "Pretexting", ViolationType.IMPERSONATION),
    ("social", "Phishing", ViolationType.IMPERSONATION),
    ("social", "Forgery", ViolationType.IMPERSONATION),
    ("malware", "", ViolationType.OTHER),
    ("error", "", ViolationType.OTHER),
    ("physical", "", ViolationType.OTHER),
    ("social", "", ViolationType.OTHER),
    ("environmental", "", ViolationType.OTHER),
)
