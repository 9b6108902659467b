"""Words of the research that the pack is encoded from, and ours."""

EVENTS: dict[str, object] = {
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
    "occurrence": "occurred",
    "suspicion": "suspected",
    "confirmation": "confirmed",
    "classification": "classified",
    "assessment_started": "assessment_started",
    "assessment_completed": "assessment_completed",
    "corrective_measure_available": "fix_available",
    "incident_resolved": "resolved",
    "end_of_impact": "impact_ended",
    "causal_link": "causal_link",
    "payment_made": "ransom_paid",
    "order_received": "order_received",
    "on_request": "information_requested",
    "unspecified": None,
}

# Chained on the stage that was filed before.
STAGE_FILED = {
    "initial_submitted": ("initial", "early_warning", "single"),
    "notification_submitted": ("notification",),
    "intermediate_submitted": ("intermediate",),
    "authority_notified": ("initial", "early_warning", "single", "notification"),
}

ELEMENTS: dict[str, str] = {
    "dob": "birth_date",
    "financial_account_no_code": "financial_account",
    "card_number_no_code": "payment_card",
    "geolocation": "location",
    "alpr": "licence_plate_reads",
    "phi_unsecured": "phi",
    "phr_identifiable_health_information": "phr",
    "dissociated_data_if_link_accessed": "dissociated_data_with_link",
    "id_theft_sufficient": "gov_id_other",  # any listed element without a name: written out when encoded
}

INCIDENTS: dict[str, str] = {
    "computer_security_incident_notification_level": "bank_notification_incident",
    "reportable_cyber_incident": "reportable_cyber_incident",
    "material_cybersecurity_incident": "material",
    "covered_cyber_incident": "covered_cyber_incident",
    "cybersecurity_incident_dfs": "dfs_cybersecurity_event",
    "ransom_payment": "ransom_payment",
}

BREACH_KINDS = {"C": "confidentiality", "I": "integrity", "A": "availability", "S": "service"}

RECIPIENTS = {
    "authority": "authority",
    "supervisory_body": "authority",
    "police": "police",
    "individuals": "individuals",
    "public": "public",
    "users": "clients",
    "service_recipients": "clients",
    "clients": "clients",
    "customers": "clients",
}
