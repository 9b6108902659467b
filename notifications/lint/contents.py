"""What the duties that a notice serves ask it to say, and not to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from notifications.lint.finding import Checked, Finding, Place, Served


@dataclass(frozen=True)
class Evidence:
    """By what one can tell that a text says something: a field it holds, or English words."""

    fields: frozenset[str] = frozenset()
    words: str = ""
    place: Place = Place.BODY
    hint: str = ""


def _by(*fields: str, words: str = "", place: Place = Place.BODY, hint: str = "") -> Evidence:
    return Evidence(frozenset(fields), words, place, hint)


_MONTH: Final = r"(January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE: Final = rf"\b(\d{{1,2}}(st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})\b"
_HAPPENED: Final = _by("statement.what_happened", place=Place.WHAT_HAPPENED)
_DATA: Final = _by("party.elements", "party.elements_list", hint="Insert {{ party.elements_list }}.")
_MEASURES: Final = _by("statement.measures", place=Place.MEASURES)
_ADVICE: Final = _by("statement.advice", "block.what_to_do", place=Place.ADVICE)
_CONTACT: Final = _by(
    "organisation.contact_email",
    "organisation.contact_phone",
    "organisation.contact_name",
    hint="Insert {{ block.contact }}.",
)
_INSERT: Final = "Insert {{ block.state_insert }}, or write it."
_DATED: Final = _by(words=_DATE, place=Place.WHAT_HAPPENED, hint="Write the date into “What happened”.")

EVIDENCE: Final[dict[str, Evidence]] = {
    **dict.fromkeys(("nature", "breach_nature", "incident_general", "incident_summary"), _HAPPENED),
    **dict.fromkeys(("info_types", "data_categories"), _DATA),
    "consequences": _by("statement.consequences", place=Place.CONSEQUENCES),
    **dict.fromkeys(("measures_taken", "measures_planned", "protective_acts", "remedial_action"), _MEASURES),
    **dict.fromkeys(("mitigation_advice", "individual_steps"), _ADVICE),
    **dict.fromkeys(("contact_point", "contact_entity", "dpo_contact"), _CONTACT),
    **dict.fromkeys(
        ("entity_name", "controller_identity"),
        _by("organisation.name", hint="Insert {{ organisation.name }}."),
    ),
    "contact_phone": _by(
        "organisation.contact_phone",
        words=r"\+?\d[\d ()-]{7,}\d",
        hint="Insert {{ organisation.contact_phone }}.",
    ),
    "contact_toll_free": _by(
        words=r"\b1?[ -]?\(?8(00|33|44|55|66|77|88)\)?[ -]\d{3}", hint="Write a toll-free number."
    ),
    **dict.fromkeys(("breach_date", "occurrence_time", "exposure_timeframe"), _DATED),
    **dict.fromkeys(
        ("discovery_date", "discovery_time"),
        _by(words=r"discover|found out|became aware|learned|noticed|detected", place=Place.WHAT_HAPPENED),
    ),
    "vigilance_advice": _by(
        words=r"(statement|account)s?.{0,60}credit report|credit report.{0,60}statement", hint=_INSERT
    ),
    "cra_contacts": _by(words=r"(?s)(?=.*Equifax)(?=.*Experian)(?=.*TransUnion)", hint=_INSERT),
    "ftc_contact": _by(words=r"Federal Trade Commission|\bftc\.gov", hint=_INSERT),
    "state_ag_contact": _by(words=r"Attorney General", hint=_INSERT),
    "state_agency_contacts": _by(words=r"Attorney General|Department of State", hint=_INSERT),
    "fraud_alert_freeze_info": _by(words=r"(?s)(?=.*fraud alert)(?=.*freeze)", hint=_INSERT),
    "freeze_free_statement": _by(
        words=r"freeze.{0,80}(free|no charge|without cost)|free.{0,40}freeze", hint=_INSERT
    ),
    "police_report_right": _by(words=r"police report", hint=_INSERT),
    "report_to_law_enforcement_advice": _by(
        words=r"report.{0,80}(law enforcement|police|Attorney General)", hint=_INSERT
    ),
    "fcra_rights": _by(words=r"Fair Credit Reporting Act", hint=_INSERT),
    "credit_monitoring_offer": _by(
        words=r"(credit|identity)[ -](theft )?(monitoring|protection|restoration)",
        place=Place.ADVICE,
        hint="Say how to enrol, and for how long it is free.",
    ),
    "le_delay_statement": _by(
        words=r"law enforcement", hint="Say whether law enforcement delayed the notice."
    ),
    "parent_company": _by(
        words=r"parent company|parent corporation|affiliat|part of the .{1,60} group",
        hint="Name the parent or affiliated company, or let this stand because there is none.",
    ),
    "rights_remedies": _by(words=r"complain|compensation|claim|court"),
    "authority_contact": _by(words=r"authority|commissioner|ombudsman|ombudsperson"),
    "password_change_advice": _by("block.what_to_do", words=r"password", place=Place.ADVICE),
    "number_affected": _by(
        words=r"\b\d[\d,.]* (people|persons|individuals|residents|customers|patients|users)"
    ),
    "statement_of_unauthorized_acquisition": _by(words=r"unauthori[sz]ed", place=Place.WHAT_HAPPENED),
    "entity_website": _by("notice.url", words=r"https?://|www\."),
}
# Told by the mail itself: it bears its date.
GIVEN: Final = frozenset({"notice_date"})
COUNTED: Final = re.compile(
    r"\b\d[\d,.]*\s+(?:\w+\s+){0,2}(people|persons|individuals|residents|customers|patients|users)\b", re.I
)
NATURE: Final = frozenset({"breach_nature", "nature"})
NUMBERS: Final = frozenset({"number_affected", "residents_count", "total_count", "subject_count"})


def missing(checked: Checked) -> Iterator[Finding]:
    """Required content that the text does not hold, one finding each with all rules that ask for it."""
    asked: dict[tuple[str, str], list[Served]] = {}
    unclear: dict[str, list[str]] = {}
    for duty in checked.served:
        for tag, label in duty.content:
            said = _says(checked, duty, tag)
            if said is None:
                unclear.setdefault(duty.cited, []).append(label)
            elif not said:
                asked.setdefault((tag, label), []).append(duty)
    for (tag, label), duties in asked.items():
        evidence = EVIDENCE[tag]
        yield Finding(
            key=f"content:{tag}",
            text=f"The text does not say: {label.lower()}.",
            todo=evidence.hint or _show(evidence),
            place=evidence.place,
            blocking=True,
            rules=tuple(duty.cited for duty in duties),
        )
    for cited, labels in unclear.items():
        yield Finding(
            key=f"unclear:{cited[:80]}",
            text=f"No program can tell whether the text says: {', '.join(labels).lower()}.",
            todo="Read it for that.",
            place=Place.BODY,
            rules=(cited,),
        )


def _show(evidence: Evidence) -> str:
    field = next((one for one in sorted(evidence.fields) if one.startswith("statement.")), "")
    return f"Write it, and insert {{{{ {field} }}}}." if field else "Write it into the text."


def _says(checked: Checked, duty: Served, tag: str) -> bool | None:
    """Whether the text says it to everybody it must; None where no program can tell."""
    evidence = EVIDENCE.get(tag)
    if tag in GIVEN:
        return True
    if evidence is None:
        return None
    if evidence.fields & checked.fields:
        return True
    if not evidence.words:
        return False
    if not checked.english:
        return None
    pattern = re.compile(evidence.words, re.I)
    return all(pattern.search(said) for said in checked.read_in(duty.place))


def forbidden(checked: Checked) -> Iterator[Finding]:
    """Content that the text holds against a rule."""
    for duty in checked.served:
        own = "Write a notice of its own for these people, that does not say it."
        tags = {tag for tag, _ in duty.forbidden}
        if tags & NATURE and "statement.what_happened" in checked.fields:
            yield Finding(
                key=f"forbidden:nature:{duty.rule_id}",
                text="The text tells the nature of the breach, and must not.",
                todo=own,
                place=Place.BODY,
                blocking=True,
                rules=(duty.cited,),
            )
        if tags & NATURE and "notice.url" in checked.fields:
            yield Finding(
                key=f"forbidden:page:{duty.rule_id}",
                text="The text leads to a page that tells what happened.",
                todo="Leave {{ notice.url }} out, unless counsel holds that the page is not part of the notice.",
                place=Place.BODY,
                rules=(duty.cited,),
            )
        if tags & NUMBERS and (found := _counted(checked, duty)):
            yield Finding(
                key=f"forbidden:number:{duty.rule_id}",
                text=f"The text tells how many are affected (“{found}”), and must not.",
                todo="Leave the number out.",
                place=Place.BODY,
                blocking=True,
                rules=(duty.cited,),
            )


def _counted(checked: Checked, duty: Served) -> str:
    found = (COUNTED.search(said) for said in sorted(checked.read_in(duty.place)))
    return next((match.group() for match in found if match), "")


_TITLE: Final = re.compile(r'title "([^"]+)"')
_HEADINGS: Final = re.compile(r"headings: (.+)")
_OTHER_WAY: Final = re.compile(r"breached (mailbox|e-mail account)|e-mail account.{0,40}another channel")


def formal(checked: Checked) -> Iterator[Finding]:
    """Forms that rules fix: a title, headings in their order, no mail to a mailbox whose password is known."""
    heads = [
        line.lstrip("# ").strip().casefold()
        for line in checked.source.body.split("\n")
        if line.startswith("#")
    ]
    for duty in checked.served:
        for rule in duty.format_rules:
            if found := _TITLE.search(rule):
                title = found[1].casefold()
                if title not in heads and title != checked.source.subject.strip().casefold():
                    yield _form(
                        duty,
                        "title",
                        f"The title is not “{found[1]}”.",
                        f"Begin the text with “# {found[1]}”.",
                    )
            if found := _HEADINGS.search(rule):
                wanted = [one.strip() for one in found[1].split("/")]
                if not _in_order([one.casefold() for one in wanted], heads):
                    yield _form(
                        duty,
                        "headings",
                        f"The headings are not those of the law: {', '.join(wanted)}.",
                        "Write each as “## …”, in this order.",
                    )
    yield from _mailboxes(checked)


def _form(duty: Served, which: str, text: str, todo: str) -> Finding:
    return Finding(f"form:{which}:{duty.rule_id}", text, todo, Place.BODY, blocking=True, rules=(duty.cited,))


def _in_order(wanted: list[str], heads: list[str]) -> bool:
    left = iter(heads)
    return all(any(one == head for head in left) for one in wanted)


def _mailboxes(checked: Checked) -> Iterator[Finding]:
    exposed = sum(
        group.number
        for group in checked.profile.groups
        if group.mailable and "email_credentials" in group.elements
    )
    rules = tuple(
        duty.cited for duty in checked.served if any(_OTHER_WAY.search(rule) for rule in duty.format_rules)
    )
    if exposed:
        yield Finding(
            key="mailboxes",
            text=f"Somebody may read the mailboxes of {exposed:,} of these people: their passwords were exposed.",
            todo="Tell them by letter or phone, or let a mail go out beside it with a reason.",
            place=Place.SEGMENT,
            blocking=bool(rules),
            rules=rules,
        )
