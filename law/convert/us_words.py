"""Words of the United States research in ours: events, kinds of data, states, triggers, deemed compliance."""

from collections.abc import Mapping
from typing import Any, Final

Expression = Mapping[str, Any]

EVENTS: Final[dict[str, Any]] = {
    "discovery": "discovered",
    "detection": "detected",
    "discovery_or_notification": {"earliest": ["discovered", "vendor_notified"]},
    "discovery_or_reason_to_believe": {"earliest": ["discovered", "reasonable_belief"]},
    "determination": "determined",
    "determination_or_reason_to_believe": {"earliest": ["determined", "reasonable_belief"]},
    "determination_of_likely_harm": "harm_determined",
    "determination_of_likely_misuse": "harm_determined",
    "confirmation_and_information_ascertainable": {"latest": ["confirmed", "content_known"]},
    "awareness": "aware",
    "awareness_and_scope_identified": {"latest": ["aware", "scope_known"]},
    "knowledge": "discovered",
    "knows_or_has_reason_to_know": {"earliest": ["discovered", "reasonable_belief"]},
    "reasonable_belief": "reasonable_belief",
    "notice_to_individuals": {"after": "individuals", "event": "notice_sent"},
    "notice_to_hhs": {"after": ["us-fed-hipaa/hhs-500", "us-fed-hipaa/hhs-log"]},
    "no_harm_determination": "no_harm_determined",
    "end_of_calendar_year_of_discovery": {"end_of_year": "discovered"},
    "end_of_calendar_year": {"end_of_year": "discovered"},
    "materiality_determination": "materiality_determined",
    "ransom_payment": "ransom_paid",
}
ALONGSIDE: Final = {"after": "individuals", "event": "notice_sent", "alongside": True}

ELEMENTS: Final[dict[str, str]] = {
    "dob": "birth_date",
    "financial_account_no_code": "financial_account",
    "card_number_no_code": "payment_card",
    "geolocation": "location",
    "alpr": "licence_plate_reads",
    "phi_unsecured": "phi",
    "phr_identifiable_health_information": "phr",
    "dissociated_data_if_link_accessed": "dissociated_data_with_link",
}
INCIDENTS: Final[dict[str, str]] = {
    "computer_security_incident_notification_level": "bank_notification_incident",
    "reportable_cyber_incident": "reportable_cyber_incident",
    "material_cybersecurity_incident": "material",
    "covered_cyber_incident": "covered_cyber_incident",
    "cybersecurity_incident_dfs": "dfs_cybersecurity_event",
    "ransom_payment": "ransom_payment",
}
# Written out in each rule that knows it: every listed element stands alone where it is enough for identity theft.
ENOUGH: Final = "id_theft_sufficient"

# Time zone of the capital, where the authorities sit.
ZONES: Final[dict[str, str]] = {
    state: zone
    for zone, states in {
        "America/New_York": "ct de dc fl ga ky me md ma nh nj ny nc oh pa ri sc vt va wv",
        "America/Detroit": "mi",
        "America/Indiana/Indianapolis": "in",
        "America/Chicago": "al ar il ia ks la mn ms mo ne nd ok sd tn tx wi",
        "America/Denver": "co mt nm ut wy",
        "America/Boise": "id",
        "America/Phoenix": "az",
        "America/Los_Angeles": "ca nv or wa",
        "America/Juneau": "ak",
        "Pacific/Honolulu": "hi",
        "America/Puerto_Rico": "pr",
        "America/St_Thomas": "vi",
        "Pacific/Guam": "gu",
    }.items()
    for state in states.split()
}

_ACCESS, _TAKEN, _USED = {"fact": "access"}, {"fact": "acquisition"}, {"fact": "use_or_disclosure"}
TRIGGERS: Final[dict[str, tuple[str, Expression]]] = {
    "acquisition": (
        "Somebody unauthorised acquired the data, or it is reasonable to believe so",
        _TAKEN,
    ),
    "access": (
        "Somebody unauthorised had access to the data; no proof is needed that they were taken",
        {"any": [_ACCESS, _TAKEN]},
    ),
    "access_or_acquisition": (
        "Somebody unauthorised had access to the data or acquired them",
        {"any": [_ACCESS, _TAKEN]},
    ),
    "access_and_acquisition": (
        "Somebody unauthorised had access to the data and also acquired them; this law needs both",
        {"all": [_ACCESS, _TAKEN]},
    ),
    "acquisition_or_use": (
        "The data were acquired or used by somebody unauthorised, or for an unauthorised purpose",
        {"any": [_TAKEN, _USED]},
    ),
    "acquisition_release_or_use": (
        "The data were acquired, released or used without authority",
        {"any": [_TAKEN, _USED]},
    ),
    "access_use_or_disclosure": (
        "Somebody had access to the data, used or disclosed them without authority",
        {"any": [_ACCESS, _TAKEN, _USED]},
    ),
    "access_or_use": (
        "Somebody had access to the data or used them without authority",
        {"any": [_ACCESS, _TAKEN, _USED]},
    ),
}

# Laws whose very definition of a breach needs the harm: while it is open, the duty is open too.
_FRAUD = "The breach caused, or is reasonably believed to cause, identity theft or other fraud to a resident"
_ILLEGAL_USE = "Illegal use of the data happened or is reasonably likely"
HARM_IN_DEFINITION: Final[dict[str, str]] = {
    **dict.fromkeys(("us-gu", "us-ok", "us-va", "us-wv"), _FRAUD),
    "us-hi": f"{_ILLEGAL_USE}, and creates a risk of harm",
    "us-id": "Misuse of the data happened or is reasonably likely",
    "us-ks": "Misuse happened or is reasonably likely: the breach causes, or is believed to cause, identity theft",
    "us-ky": "The breach caused, or leads to the belief that it caused or will cause, identity theft or fraud",
    "us-mt": "The breach causes, or is reasonably believed to cause, loss or injury to a resident",
    "us-nc": f"{_ILLEGAL_USE}, or there is a material risk of harm",
    "us-oh": "The breach causes, or is reasonably believed to cause, a material risk of identity theft or other fraud",
    "us-pa": "The breach materially compromises the data and causes, or is believed to cause, loss or injury",
    "us-sc": f"{_ILLEGAL_USE}, or use of them creates a material risk of harm",
}
# Known acquisition or use is enough by itself, whatever the harm.
HARM_IS_NO_TEST: Final = frozenset(["us-ma"])
# The research names no exception for good faith; these laws are not known to have one.
NO_GOOD_FAITH: Final = frozenset(["us-ct", "us-ms", "us-pr", "us-ca-hsc"])

ROLES: Final[dict[str, tuple[str, str]]] = {  # the research's word: our duty, kind of recipient
    "attorney_general": ("attorney-general", "authority"),
    "state_police": ("state-police", "police"),
    "consumer_protection_agency": ("consumer-protection", "authority"),
    "state_cyber_agency": ("cyber-agency", "authority"),
    "financial_regulator": ("financial-regulator", "authority"),
    "health_department": ("health-department", "authority"),
    "primary_regulator": ("primary-regulator", "authority"),
    "primary_federal_banking_regulator": ("regulator", "authority"),
    "ftc": ("ftc", "authority"),
    "ncua": ("ncua", "authority"),
    "sec": ("sec", "authority"),
    "cisa": ("cisa", "authority"),
    "fcc_usss_fbi": ("fcc", "authority"),
}

# The first that the wording names is the measure of haste.
HASTE: Final[tuple[tuple[str, str], ...]] = (
    ("most expedi", "most_expedient"),
    ("without unreasonable delay", "without_unreasonable_delay"),
    ("immediately", "immediately"),
    ("as soon as practicable", "as_soon_as_practicable"),
    ("as soon as reasonably practicable", "as_soon_as_practicable"),
    ("as soon as possible", "as_soon_as_possible"),
    ("expeditious", "expeditiously"),
    ("without delaying", "not_delaying_individuals"),
    ("simultaneous", "contemporaneously"),
    ("concurrent", "contemporaneously"),
    ("contemporaneous", "contemporaneously"),
    ("promptly", "promptly"),
)
HASTE_BY_ORDER: Final[dict[str, str]] = {
    "with_individuals": "not_delaying_individuals",
    "same_time": "contemporaneously",
    "same_time_or_before": "contemporaneously",
    "before_individuals": "contemporaneously",
}
OUR_AIM: Final = {"number": 30, "unit": "calendar_days"}  # policy, where the law asks for haste only

HIPAA: Final[Expression] = {"fact": "hipaa_role", "in": ["covered_entity", "business_associate"]}
GLBA: Final[Expression] = {"fact": "glba_institution"}

# Outside the law altogether: whom, and the fact that says so.
OUTSIDE: Final[dict[str, tuple[str, Expression]]] = {
    "glba_exempt": ("a financial institution under GLBA", GLBA),
    "federally_regulated_fi_exempt": ("a federally regulated financial institution", GLBA),
    "hipaa_exempt": ("an entity under HIPAA", HIPAA),
    "hipaa_covered_entity_exempt": (
        "a covered entity under HIPAA",
        {"fact": "hipaa_role", "is": "covered_entity"},
    ),
}

# Notice to people under another regime counts as notice under this law; the other recipients must still be told.
ACCEPTED: Final[dict[str, tuple[str, str]]] = {
    "hipaa": ("hipaa", "notice under HIPAA"),
    "hipaa_hitech": ("hipaa", "notice under HIPAA and HITECH"),
    "hipaa_for_health_records": ("hipaa", "notice under HIPAA, for health records only"),
    "hipaa_with_ag_copy": ("hipaa", "notice under HIPAA, with a copy to the Attorney General"),
    "hipaa_with_ag_notice": ("hipaa", "notice under HIPAA, with notice to the Attorney General"),
    "hipaa_hitech_if_ag_notified_and_idtheft_services_offered": (
        "hipaa", "notice under HIPAA and HITECH, if the Attorney General is told and identity-theft services are offered",
    ),
    "glba": ("glba", "notice under GLBA"),
    "glba_with_ag_copy": ("glba", "notice under GLBA, with a copy to the Attorney General"),
    "federal_interagency_guidance": ("glba", "notice under the federal interagency guidance for banks"),
    "federal_interagency_guidance_with_ag_notice": (
        "glba", "notice under the federal interagency guidance, with notice to the Attorney General",
    ),
    "glba_hipaa_but_ag_notice_required": ("both", "notice under GLBA or HIPAA; the Attorney General must still be told"),
    "hipaa_glba_or_other_federal": ("regulator", "notice under HIPAA, GLBA or another federal law"),
    "other_federal_plan": ("regulator", "notice under a plan that another federal law asks for"),
    "state_or_federal_regulator_incl_hipaa_glba": (
        "regulator", "notice under the rules of our state or federal regulator, HIPAA and GLBA among them",
    ),
    "primary_regulator": ("regulator", "notice under the procedures of our primary regulator"),
    "primary_regulator_procedures": ("regulator", "notice under the procedures of our primary regulator"),
    "primary_regulator_with_ag_notice": (
        "regulator", "notice under the procedures of our primary regulator, if the Attorney General is told",
    ),
    "primary_federal_regulator": ("regulator", "notice under the procedures of our federal regulator"),
    "federal_regulator": ("regulator", "notice under the procedures of our federal regulator"),
    "federal_regulator_with_ag_copy": (
        "regulator", "notice under the procedures of our federal regulator, with a copy to the Attorney General",
    ),
    "primary_federal_regulator_if_copy_given_to_department": (
        "regulator", "notice under the rules of our federal regulator, if the Department gets a copy in time",
    ),
    "federal_regime_if_notices_given_and_ag_copied_when_over_1000": (
        "regulator", "notice under a federal regime, if the Attorney General gets a copy above 1,000 people",
    ),
    "federal_procedures_if_ag_and_ocabr_notified": (
        "regulator", "notice under federal procedures, if the Attorney General and OCABR are told",
    ),
    "hospital_cybersecurity_act_with_ag_notice": (
        "hospital", "notice under the hospital cybersecurity act, with notice to the Attorney General",
    ),
    "state_regime_equally_thorough": ("stricter", "notice under a state regime at least as thorough"),
    "more_protective_law": ("stricter", "notice under a law that protects people more"),
    "regulated_by_more_protective_law": ("stricter", "notice under a law that protects people more"),
    "at_least_as_protective_federal_or_state_procedures": (
        "stricter", "notice under federal or state procedures that protect people at least as much",
    ),
}  # fmt: skip
_COPIED: Final = (  # deemed compliance only with a copy or notice to the state
    "hipaa_with_ag_copy", "hipaa_with_ag_notice", "hipaa_hitech_if_ag_notified_and_idtheft_services_offered",
    "glba_with_ag_copy", "federal_interagency_guidance_with_ag_notice", "primary_regulator_with_ag_notice",
    "federal_regulator_with_ag_copy", "primary_federal_regulator_if_copy_given_to_department",
    "federal_regime_if_notices_given_and_ag_copied_when_over_1000", "federal_procedures_if_ag_and_ocabr_notified",
    "hospital_cybersecurity_act_with_ag_notice",
)  # fmt: skip
_NOTIFIED: Final[Expression] = {"fact": "notified_under_federal_rules"}
ACCEPTED_WHEN: Final[dict[str, Expression]] = {
    "hipaa": {"all": [HIPAA, _NOTIFIED]},
    "glba": {"all": [GLBA, _NOTIFIED]},
    "both": {"all": [{"any": [HIPAA, GLBA]}, _NOTIFIED]},
    "regulator": {"fact": "federal_regime_followed"},
    "hospital": {"all": [{"fact": "capacities", "includes_any": ["hospital"]}, {"fact": "federal_regime_followed"}]},
    "stricter": {"fact": "more_protective_law"},
}  # fmt: skip

# Excuses nothing by itself, and is told to the reader.
TOLD: Final[dict[str, str]] = {
    "own_policy_consistent_timing": (
        "Who keeps a notice procedure of their own whose timing is no later than this law's, and follows it, is "
        "taken to comply."
    ),
    "hipaa_content_only": "A covered entity under HIPAA is taken to meet the rules on content only.",
    "primary_regulator_but_ag_notice_and_shortest_deadline_apply": (
        "Who follows the procedures of a primary regulator is taken to comply, but the Attorney General must still "
        "be told and the shortest of the limits applies."
    ),
    "insurance_data_security_licensees_exempt_from_ag_notice": (
        "Licensees under the insurance data security law need not tell the Attorney General."
    ),
}

SUBSTITUTES: Final[dict[str, str]] = {
    "email_if_held": "e-mail where held",
    "website_post": "a post on the web site",
    "website_post_30_days": "a post on the web site for 30 days",
    "website_post_45_days": "a post on the web site for 45 days",
    "statewide_media": "statewide media",
    "statewide_and_regional_media": "statewide and regional media",
    "print_and_broadcast_media": "print and broadcast media",
    "written_notice_to_ag_and_media": "written notice to the Attorney General and to media",
    "letter_to_ag": "a letter to the Attorney General",
    "newspaper_publication": "publication in a newspaper",
    "premises_display": "display at the premises",
    "flier_mailing_lists": "fliers and mailing lists",
    "social_media": "social media",
    "media": "media",
    "method_reasonably_calculated_to_give_actual_notice": "a method reasonably calculated to give actual notice",
}


def accepted_when(tag: str) -> Expression:
    """When notice under another regime counts; several laws ask for a copy to the state besides."""
    when = ACCEPTED_WHEN[ACCEPTED[tag][0]]
    return {"all": [*when.get("all", [when]), {"fact": "state_regulator_copied"}]} if tag in _COPIED else when
