"""Facts that are findings of harm, and facts about the notice itself."""

from law.fact_key import FactKey, bools

HARM = [
    FactKey(
        "risk_tier",
        "Risk to people",
        "How likely is a risk to people's rights and freedoms? (signed finding)",
        "enum",
        "RISK_TIERS",
        "A legal finding with reasons; the severity score only informs it.",
        "harm",
    ),
    *bools(
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
                "reasonable_risk",
                "Reasonable risk",
                "Is there a reasonable risk to people's rights? (signed finding)",
                "",
            ),
            (
                "property_damage_likely",
                "Damage to property",
                "May the breach lead to damage to property by misuse of the data? (signed finding)",
                "One of the tests of Japan.",
            ),
            (
                "wrongful_purpose",
                "Wrongful purpose",
                "May the breach have been done for a wrongful purpose?",
                "One of the tests of Japan: attack, theft by staff, ransomware.",
            ),
            (
                "remedial_action",
                "Remedial action removed the risk",
                "Have later measures made sure that the (high) risk or harm is no longer likely?",
                "",
            ),
        ],
    ),
]

NOTICE = [
    *bools(
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
                "federal_regime_followed",
                "Notice under the rules of our own regulator",
                "Do people get notice under the procedures of our primary or functional regulator?",
                "GLBA guidance, HIPAA or another regime; US states differ in which of their duties it meets.",
            ),
            (
                "own_notice_procedure",
                "Notice procedure of our own",
                "Do we keep and follow a notice procedure of our own, no slower than the law asks?",
                "Many US states take notice under it for notice under their law.",
            ),
            (
                "state_regulator_copied",
                "Copy to the state",
                "Was the state given a copy of the notice made under the federal regime?",
                "A condition of deemed compliance in several US states.",
            ),
            (
                "harm_exemption_used",
                "Exemption for no harm relied on",
                "Do we rely on the exemption for breaches without likely harm?",
                "Some laws then ask for a written finding, kept or filed.",
            ),
            (
                "suggests_credit_report",
                "Notice suggests a credit report",
                "Does the notice suggest getting a report from a consumer reporting agency?",
                "",
            ),
            (
                "advance_notice_arranged",
                "Advance procedure arranged",
                "Did we arrange in advance, under oath, with the state how consumers would be told?",
                "Vermont, 9 V.S.A. § 2435(b)(3).",
            ),
            (
                "controller_notified_people",
                "The owner has told people",
                "Has the owner or controller already told people and authorities?",
                "",
            ),
            (
                "national_security_bar",
                "National security",
                "Does a duty of national security or public interest forbid or suspend the notice?",
                "",
            ),
            (
                "legal_privilege",
                "Legal privilege",
                "Would the notice break a legal secrecy or privilege?",
                "",
            ),
            (
                "us_attorney_general_finding",
                "Finding of the US Attorney General",
                "Has the US Attorney General found in writing that disclosure threatens national security or public safety?",
                "The only delay that the SEC rules know.",
            ),
            (
                "extension_granted",
                "Extension granted or reasons given",
                "Was more time granted, or were the reasons for it given in writing within the first limit?",
                "Where a law allows an extension, the later limit holds only then.",
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
    ),
    FactKey(
        "notice_cost_usd",
        "Cost of notice (US dollars)",
        "What would notice to each person cost, in US dollars?",
        "int",
        "",
        "Many US laws open substitute notice above a cost, often 250,000.",
        "notice",
    ),
    FactKey(
        "people_without_contact",
        "People without contact data",
        "For how many people are contact data missing or out of date?",
        "int",
        "",
        "",
        "notice",
    ),
]
