"""Every scalar fact that a rule may look at, with the question that finds it out."""

from law.fact_key import FactKey, bools
from law.fact_keys_findings import HARM, NOTICE

__all__ = ["FACT_KEYS", "FactKey"]

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
    *bools(
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
            (
                "more_protective_law",
                "Bound by a stricter regime",
                "Are we bound by, and do we follow, a federal or state regime at least as protective as state breach laws?",
                "Several US states then take their own notice as given; which duties stay is in each rule.",
            ),
            (
                "own_notice_procedure",
                "Own notice procedure",
                "Do we keep an own breach-notice procedure, consistent with the law's timing, and follow it?",
                "",
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
    *bools(
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
                "household_use",
                "Household use",
                "Were the data processed only for a purely personal or household activity?",
                "",
            ),
            (
                "small_entity",
                "Relief for small bodies",
                "Do we fall under a relief that the law gives to small bodies?",
                "",
            ),
            (
                "clients_financially_affected",
                "Financial interests of clients",
                "Does the incident affect the financial interests of clients?",
                "The test of DORA Art. 19(3).",
            ),
            (
                "illegal_access",
                "Illegal access from outside",
                "Did somebody break into the system from outside?",
                "One of the tests of Korea; near to the “wrongful purpose” of Japan.",
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
    *bools(
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
            ("public_data", "Already public", "Were all the data lawfully public before?", ""),
            (
                "truncated_numbers",
                "Numbers cut short",
                "Were all listed numbers redacted or cut short (for example to the last four digits)?",
                "Several US laws leave such numbers out.",
            ),
            (
                "id_theft_sufficient",
                "Enough for identity theft",
                "Would the data be enough to commit identity theft even without the name?",
                "Some US laws (Georgia, Maine, Oregon, Washington ...) then need no name beside them.",
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

FACT_KEYS: dict[str, FactKey] = {
    fact.key: fact for fact in (*_ORGANISATION, *_BREACH, *_DATA, *HARM, *NOTICE)
}
