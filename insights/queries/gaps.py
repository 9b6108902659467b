"""What we lack to do in time what a scenario asks: each gap says what to do and where; mended, it is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.permissions import MANAGING
from incidents.models import Can
from incidents.permissions import ORGANISATION_ROLES, roles_that_can
from incidents.places import place_name
from incidents.rules import STANDING_FACTS
from insights.models import AuthorityContact, ExposureProfile
from insights.permissions import EXPOSURE_WRITERS, PREPAREDNESS_KEEPERS
from insights.queries.outlook import Item, Outlook
from insights.queries.tongues import language_words
from law.calendars import Calendars
from law.pack import Pack, load_pack
from law.vocabulary import EEA, FACT_KEYS
from notifications import words
from notifications.lifecycle import VersionStatus as TextStatus
from notifications.models import Channel, TemplateVersion
from notifications.permissions import TEMPLATE_APPROVERS, TEMPLATE_WRITERS
from policies.models import ContractClause
from policies.permissions import WRITERS as POLICY_WRITERS
from policies.queries import versions_in_force

MOST_NAMED: Final = 5
TELLING: Final = ("sectors", "capacities", "places_served", "public_task")
# Two people each: whoever prepares something cannot be the one who approves it.
SECOND_PEOPLE: Final = (
    (Can.SIGN, "sign that a duty does not apply", "signs"),
    (Can.APPROVE, "approve a notice before it is sent", "approves"),
)


@dataclass(frozen=True)
class Gap:
    """Something that is missing; `limit` is one that nobody can mend here."""

    key: str
    text: str
    todo: str
    url: str
    who: frozenset[Role]  # whose page that is
    limit: bool = False

    def may(self, user: User) -> bool:
        return bool(user.roles & self.who) or (user.is_superuser and self.who <= MANAGING)

    @property
    def who_words(self) -> str:
        return " or ".join(sorted(str(role.label).lower() for role in self.who))


def standing_gaps(profile: ExposureProfile, organisation: Organisation) -> list[Gap]:
    """What is missing whatever happens."""
    return [
        *_who_we_are(organisation),
        *_whom_it_could_reach(profile, organisation),
        *_people(),
        *_rules_of_ours(),
    ]


def outlook_gaps(found: Outlook, profile: ExposureProfile, organisation: Organisation) -> list[Gap]:
    """What is missing for one scenario: first what it needs itself, then what is missing whatever happens."""
    wanted = [*found.owed, *found.open]
    return [
        *_contacts(wanted),
        *_texts(found),
        *_lead_authority(wanted, organisation),
        *_contracts(found),
        *_calendars(wanted, found.law.pack),
        *standing_gaps(profile, organisation),
    ]


def for_reader(found: Iterable[Gap], user: User) -> list[tuple[Gap, bool]]:
    """Each gap with whether this person can mend it; what nobody can mend here stands last."""
    return [(one, one.may(user)) for one in sorted(found, key=lambda gap: gap.limit)]


# Who we are


def _who_we_are(organisation: Organisation) -> Iterator[Gap]:
    edit, facts = reverse("incidents:edit_organisation"), reverse("incidents:standing_facts")
    if not (organisation.pk and organisation.establishments.exists()):
        yield Gap("establishments", "Nobody has said where we are established.", "Name the places: which law applies and which authority leads depends on them.", edit, ORGANISATION_ROLES)  # fmt: skip
    if not organisation.contact_email:
        yield Gap("contact", "No data protection contact is named.", "Name one with an e-mail address: most authorities ask for it in the first report.", edit, ORGANISATION_ROLES)  # fmt: skip
    unsaid = [FACT_KEYS[key].label for key in TELLING if key in STANDING_FACTS and key not in organisation.standing_facts]  # fmt: skip
    if unsaid:
        yield Gap("standing-facts", f"Not said yet of the organisation: {'; '.join(unsaid)}.", "Say it once; laws of sectors and places are asked about until then.", facts, ORGANISATION_ROLES)  # fmt: skip


def _whom_it_could_reach(profile: ExposureProfile, organisation: Organisation) -> Iterator[Gap]:
    edit = reverse("preparedness:edit_exposure")
    if not profile.people:
        yield Gap("people", "Nobody has said how many people are where.", "Give rough numbers by place; without them no law of a place can be told.", edit, EXPOSURE_WRITERS)  # fmt: skip
    if not profile.elements:
        yield Gap("elements", "Nobody has said which kinds of data we hold.", "Tick them; scenarios then leave out what we do not have.", edit, EXPOSURE_WRITERS)  # fmt: skip
    served = organisation.standing_facts.get("places_served")
    if profile.people and served and (missing := sorted(set(served) - set(profile.people))):
        yield Gap("places-without-number", f"We serve people here, and no number is given: {_named(missing)}.", "Add a rough number for each.", edit, EXPOSURE_WRITERS)  # fmt: skip
    if served and (beyond := sorted(set(profile.people) - set(served))):
        yield Gap("places-not-served", f"The profile has people here, and the settings say we serve nobody there: {_named(beyond)}.", "Add these places to those we serve, or take them out of the profile.", reverse("incidents:standing_facts"), ORGANISATION_ROLES)  # fmt: skip


def _named(places: Sequence[str]) -> str:
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    return ", ".join(place_name(place) for place in places[:MOST_NAMED]) + more


# People and rules of ours


def _people() -> Iterator[Gap]:
    people = reverse("accounts:people")
    if not _holders(frozenset({Role.LEAD})):
        yield Gap("lead", "Nobody is an incident lead.", "Give the role to at least one person who can lead an incident at any hour.", people, MANAGING)  # fmt: skip
    for can, what, verb in SECOND_PEOPLE:
        number = _holders(roles_that_can(can))
        if number == 0:
            yield Gap(f"second-{can.value}", f"Nobody may {what}.", "Give somebody a role with that right.", people, MANAGING)  # fmt: skip
        elif number == 1:
            yield Gap(f"second-{can.value}", f"Only one person may {what}.", f"Give a second person that right: nobody {verb} what is their own, and people are away.", people, MANAGING)  # fmt: skip


def _holders(roles: Iterable[Role]) -> int:
    """How many people who can sign in hold one of the roles."""
    named = [role.value for role in roles]
    return (
        User.objects.filter(is_active=True, groups__name__in=named)
        .exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .distinct()
        .count()
    )


def _rules_of_ours() -> Iterator[Gap]:
    if not versions_in_force().exists():
        yield Gap("policy", "No policy is in force.", "Put one in force that says who does what after a breach; incidents cite it.", reverse("policies:list"), POLICY_WRITERS)  # fmt: skip


def _contracts(found: Outlook) -> Iterator[Gap]:
    today = timezone.localdate()
    holds = Q(in_force_until=None) | Q(in_force_until__gte=today)
    if found.given.scenario.role == "processor" and not ContractClause.objects.filter(holds, in_force_from__lte=today).exists():  # fmt: skip
        yield Gap("clauses", "No clause of a contract is entered, though we hold these data for clients.", "Enter what each contract asks: clients often want to be told within 24 or 48 hours.", reverse("policies:clauses"), POLICY_WRITERS)  # fmt: skip


# Authorities and people to be told


def _contacts(items: Iterable[Item]) -> Iterator[Gap]:
    """One gap for each authority that would have to be told and that we do not know how to reach."""
    pack = load_pack()
    named = {one.authority_id for one in items if one.authority_id in pack.authorities}
    silent = [pack.authorities[key] for key in sorted(named) if not (pack.authorities[key].portal or pack.authorities[key].email)]  # fmt: skip
    reached = set(
        AuthorityContact.objects.filter(authority_id__in=[one.id for one in silent])
        .exclude(portal="", email="", phone="")
        .values_list("authority_id", flat=True)
    )
    for one in silent:
        if one.id not in reached:
            yield Gap(f"reach-{one.id}", f"No portal or address is known for {one.called}.", "Find out how it takes reports, and note it.", reverse("preparedness:authority_contact", args=[one.id]), PREPAREDNESS_KEEPERS)  # fmt: skip


def _texts(found: Outlook) -> Iterator[Gap]:
    """Notices to people exist in a language once a text in it is approved."""
    needed = {code.partition("-")[0]: code for code in found.totals["languages"]}
    if not needed:
        return
    url, writers = reverse("notifications:templates"), TEMPLATE_WRITERS
    texts = TemplateVersion.objects.filter(channel=Channel.EMAIL, template__retired_at=None)
    states: dict[str, set[str]] = {}
    for language, status in texts.values_list("language", "status").distinct():
        states.setdefault(language.partition("-")[0], set()).add(status)
    for base in sorted(needed.keys() & words.LANGUAGES.keys()):
        name = language_words(base)
        if TextStatus.APPROVED in states.get(base, ()):
            continue
        if base in states:
            yield Gap(f"text-{base}", f"The notice template in {name} is not approved.", "Have a second person approve it.", url, TEMPLATE_APPROVERS)  # fmt: skip
        else:
            yield Gap(f"text-{base}", f"No notice template in {name}.", "Write one, or add the ready texts, and have it approved.", url, writers)  # fmt: skip
    beyond = [language_words(needed[base]) for base in sorted(needed.keys() - words.LANGUAGES.keys())]
    if beyond:
        yield Gap("texts-beyond", f"Notices cannot be written here in: {', '.join(beyond)}.", "Arrange for a translation outside, or decide that another language will do there.", url, writers, limit=True)  # fmt: skip


def _lead_authority(items: Iterable[Item], organisation: Organisation) -> Iterator[Gap]:
    if not organisation.pk or not any(one.rule_id == "eu-gdpr-33" for one in items):
        return
    rows = [one for one in organisation.establishments.all() if one.place[:2] in EEA]
    if rows and not any(one.main for one in rows):
        yield Gap("main", "No establishment is named as the main one in the EEA.", "Name it: its authority then leads, and one report is enough (GDPR Art. 56).", reverse("incidents:edit_organisation"), ORGANISATION_ROLES)  # fmt: skip


def _calendars(items: Iterable[Item], pack: Pack) -> Iterator[Gap]:
    """Where working days are counted and nobody lists the public holidays."""
    rules, calendars, unknown = {rule.id: rule for rule in pack.rules}, Calendars(), {}
    for one in items:
        rule = rules.get(one.rule_id)
        if rule is None or "business_days" not in str(rule.get("duties")):
            continue
        body = pack.authorities.get(one.authority_id)
        place = (
            (body.country if body else "")
            if rule.get("calendar") == "authority"
            else rule.get("calendar") or ""
        )
        if place and not calendars.knows(place):
            unknown[place] = one.rule_id
    for place, rule_id in sorted(unknown.items()):
        yield Gap(f"calendar-{place}", f"Public holidays of {place_name(place)} are not known: only Saturdays and Sundays are left out of working days.", "Check the due day by hand.", reverse("insights:rule", args=[rule_id]), frozenset(Role), limit=True)  # fmt: skip
