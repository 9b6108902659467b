"""Every scalar fact that a rule may look at, with the question that finds it out."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FactKey:
    """One fact: its key, its words and the values it may hold (`vocabulary` names the list of words)."""

    key: str
    label: str
    question: str
    type: str  # bool, enum, list, place, places
    vocabulary: str = ""  # name in `law.vocabulary` of the allowed values of enum and list
    help: str = ""
    group: str = "breach"  # organisation, breach, data, harm, notice


def _bools(group: str, rows: Iterable[tuple[str, str, str, str]]) -> list[FactKey]:
    return [FactKey(key, label, question, "bool", "", hint, group) for key, label, question, hint in rows]


_ORGANISATION = [
    FactKey(
        "role",
        "Our role",
        "Do we decide about these data, or hold them for somebody else?",
        "enum",
        "ROLES",
        "A processor or vendor tells the controller or owner; the controller tells authorities and people.",
        "organisation",
    ),
    FactKey("sectors", "Sectors", "In which sectors do we work?", "list", "SECTORS", "", "organisation"),
    FactKey(
        "capacities",
        "Special capacities",
        "Do sector laws name us?",
        "list",
        "CAPACITIES",
        "An empty list says: none of these.",
        "organisation",
    ),
    FactKey(
        "establishments",
        "Establishments",
        "Where are we established?",
        "places",
        "",
        "Countries or parts of countries (ISO 3166), for example IE, GB, DE-BE, US-CA.",
        "organisation",
    ),
    FactKey(
        "main_establishment",
        "Main establishment in the EEA",
        "Which establishment in the EEA takes the decisions about these data?",
        "place",
        "",
        "Place of central administration, unless another one decides (GDPR Art. 4(16)); “none” when none does.",
        "organisation",
    ),
    FactKey(
        "establishments_concerned",
        "Establishments concerned",
        "In the context of which establishments were these data processed?",
        "places",
        "",
        "A law that follows the establishment applies to these.",
        "organisation",
    ),
    FactKey(
        "places_served",
        "Places served",
        "Where do the people live whom we serve?",
        "places",
        "",
        "Laws of other places are left out while nobody there is known to be affected.",
        "organisation",
    ),
    FactKey(
        "hipaa_role",
        "Role under HIPAA",
        "Are we a covered entity or a business associate under HIPAA for these data?",
        "enum",
        "HIPAA_ROLES",
        "",
        "organisation",
    ),
    *_bools(
        "organisation",
        [
            (
                "public_task",
                "Public authority or public task",
                "Were the data processed by a public authority, or under a legal obligation or public task?",
                "Then the authority of that state is competent, without a lead (GDPR Art. 55(2)).",
            ),
            (
                "dfs_covered_entity",
                "Covered by the New York DFS",
                "Are we a covered entity of the New York Department of Financial Services?",
                "",
            ),
            (
                "glba_institution",
                "Financial institution (GLBA)",
                "Are we a financial institution under GLBA?",
                "",
            ),
            (
                "small_agent",
                "Small processing agent",
                "Are we a small processing agent under Brazilian law (Res. CD/ANPD 2/2022)?",
                "",
            ),
            (
                "app_entity",
                "Bound by the Australian Privacy Act",
                "Are we bound by the Australian Privacy Principles (turnover over AUD 3m, health provider, agency ...)?",
                "Also credit bodies and recipients of tax file numbers, with an Australian link.",
            ),
        ],
    ),
]

_BREACH = [
    FactKey(
        "breach_kinds",
        "What was breached",
        "Did the data lose confidentiality, integrity or availability?",
        "list",
        "BREACH_KINDS",
    ),
    FactKey("medium", "Form of the data", "Were the data electronic, on paper, or both?", "enum", "MEDIA"),
    FactKey("breach_place", "Place of the breach", "Where did the breach take place?", "place"),
    FactKey(
        "incident_classes",
        "Classes of incident",
        "Has the incident been classified under a sector law?",
        "list",
        "INCIDENT_CLASSES",
        "An empty list says: classified under none.",
    ),
    *_bools(
        "breach",
        [
            ("access", "Unauthorised access", "Did somebody unauthorised have access to the data?", ""),
            (
                "acquisition",
                "Unauthorised acquisition",
                "Were the data taken, or is it reasonable to believe so?",
                "Several US laws need acquisition; access alone is not enough for them.",
            ),
            (
                "use_or_disclosure",
                "Use or disclosure",
                "Were the data used or disclosed without permission?",
                "",
            ),
            (
                "good_faith_employee",
                "Good-faith access by staff",
                "Was it only good-faith access by an employee or agent for our purposes, without further use?",
                "",
            ),
            (
                "inadvertent_by_authorised",
                "Inadvertent, by authorised people",
                "Was it an inadvertent disclosure by people who were authorised to have access?",
                "",
            ),
            (
                "internal_only",
                "Only inside the organisation",
                "Did the data stay inside the organisation?",
                "",
            ),
            (
                "recovered_deleted",
                "Recovered or deleted",
                "Is it certain that the data were recovered or deleted?",
                "",
            ),
            ("ongoing", "Still going on", "Is the breach still going on?", ""),
            (
                "places_complete",
                "All places known",
                "Does the count name every place where affected people live?",
                "Say yes when no further place can turn up.",
            ),
            (
                "source_of_breach",
                "We were the source",
                "Were we the source of the breach?",
                "California asks only the source of a breach to offer identity-theft services.",
            ),
        ],
    ),
]

_DATA = [
    FactKey(
        "elements",
        "Kinds of data",
        "Which kinds of data were affected?",
        "list",
        "DATA_ELEMENTS",
        "Used for counts that do not name their own kinds of data.",
        "data",
    ),
    *_bools(
        "data",
        [
            (
                "encrypted",
                "Encrypted",
                "Were all the data encrypted or otherwise made unintelligible?",
                "A password alone is not encryption.",
            ),
            ("key_safe", "Key safe", "Is it certain that the key or credential was out of reach?", ""),
            (
                "mailbox_credentials",
                "Mailbox credentials",
                "Are credentials of the mailbox affected to which a notice would go?",
                "",
            ),
            ("minors", "Children", "Are children among the affected people?", ""),
            ("elderly", "Elderly people", "Are elderly people a particular part of those affected?", ""),
            ("large_scale", "Large scale", "Are the data large-scale (people, volume, time, area)?", ""),
            (
                "professional_secrecy",
                "Protected secrecy",
                "Are the data protected by legal, judicial or professional secrecy?",
                "",
            ),
        ],
    ),
]

_HARM = [
    FactKey(
        "risk_tier",
        "Risk to people",
        "How likely is a risk to people's rights and freedoms? (signed finding)",
        "enum",
        "RISK_TIERS",
        "A legal finding with reasons; the severity score only informs it.",
        "harm",
    ),
    *_bools(
        "harm",
        [
            (
                "harm_likely",
                "Harm or misuse likely",
                "Is misuse, or financial or emotional harm, reasonably likely? (signed finding)",
                "The test of most US laws with a harm exemption.",
            ),
            (
                "low_probability_of_compromise",
                "Low probability of compromise",
                "Does the documented HIPAA four-factor assessment show a low probability of compromise?",
                "Kinds of data, recipient, actually acquired or viewed, mitigation.",
            ),
            (
                "serious_harm_likely",
                "Serious harm likely",
                "Would a reasonable person conclude that serious harm is likely? (signed finding)",
                "The test of Australia and of laws like it.",
            ),
            (
                "significant_harm_likely",
                "Significant harm likely",
                "Is significant harm to people likely? (signed finding)",
                "The test of Singapore.",
            ),
            (
                "real_risk_of_significant_harm",
                "Real risk of significant harm",
                "Is there a real risk of significant harm? (signed finding)",
                "The test of Canada and of laws like it.",
            ),
            (
                "interests_significantly_affected",
                "Interests significantly affected",
                "May the incident significantly affect people's interests and rights? (signed finding)",
                "The first test of Brazil.",
            ),
            ("adverse_effect_likely", "Adverse effect likely", "Is an adverse effect on people likely?", ""),
            (
                "remedial_action",
                "Remedial action removed the risk",
                "Have later measures made sure that the (high) risk or harm is no longer likely?",
                "",
            ),
        ],
    ),
]

_NOTICE = _bools(
    "notice",
    [
        (
            "law_enforcement_delay",
            "Law enforcement asks to wait",
            "Has a law-enforcement body asked to delay notice?",
            "Record who, in writing or orally, and until when.",
        ),
        (
            "contact_insufficient",
            "Contact data insufficient",
            "Are contact data missing or out of date for some of the people?",
            "",
        ),
        (
            "disproportionate_effort",
            "Disproportionate effort",
            "Would telling each person take disproportionate effort?",
            "Then public communication takes the place of direct notice.",
        ),
        (
            "notified_under_federal_rules",
            "Notice given under HIPAA, GLBA or DFS rules",
            "Do people get notice of this breach under HIPAA, GLBA or New York DFS rules?",
            "",
        ),
        (
            "hhs_notice_required",
            "Notice to HHS required",
            "Must this breach be notified to the US Secretary of Health?",
            "",
        ),
        (
            "other_entity_notified",
            "Another entity has notified",
            "Has another organisation that holds the data notified for all?",
            "",
        ),
        ("secrecy_provision", "Secrecy provision", "Does a secrecy provision forbid the notice?", ""),
        (
            "enforcement_prejudice",
            "Notice would prejudice enforcement",
            "Does an enforcement body believe that notice would prejudice its work?",
            "",
        ),
        (
            "my_health_records",
            "My Health Records breach",
            "Is this a breach under the My Health Records Act?",
            "",
        ),
        (
            "authority_waived",
            "Authority waived the notice",
            "Has the authority waived or barred the notice?",
            "",
        ),
        (
            "authority_ordered",
            "Authority ordered the notice",
            "Has the authority ordered notice to people?",
            "",
        ),
    ],
)

FACT_KEYS: dict[str, FactKey] = {
    fact.key: fact for fact in (*_ORGANISATION, *_BREACH, *_DATA, *_HARM, *_NOTICE)
}

HIPAA_ROLES: dict[str, str] = {
    "none": "Neither",
    "covered_entity": "Covered entity",
    "business_associate": "Business associate",
}

MEDIA: dict[str, str] = {"electronic": "Electronic", "paper": "On paper", "both": "Both"}

INCIDENT_CLASSES: dict[str, str] = {
    "significant": "Significant incident (network and information security)",
    "major": "Major incident (financial sector)",
    "material": "Material to investors",
    "bank_notification_incident": "Computer-security notification incident of a bank",
    "reportable_cyber_incident": "Reportable cyber incident of a credit union",
    "covered_cyber_incident": "Covered cyber incident (critical infrastructure)",
    "dfs_cybersecurity_event": "Cybersecurity incident under New York DFS Part 500",
    "severe_product": "Severe incident or exploited vulnerability of a product",
    "serious_ai": "Serious incident of an AI system",
}
