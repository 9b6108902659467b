"""Names of acts in the record; never renamed."""

from django.db.models import TextChoices


class ReportEvent(TextChoices):
    FILED = "report_filed", "reported what they saw"
    DISMISSED = "report_dismissed", "dismissed the report"
    DUPLICATE = "report_marked_duplicate", "marked the report as a duplicate"
    PROMOTED = "report_promoted", "took the report up as an incident"
    RETURNED = "report_returned", "returned the report to the inbox"
    PUT_OFF = "report_put_off", "put the report off"
    ANSWERED = "report_answered", "answered the reporter"
    WROTE_AGAIN = "reporter_wrote_again", "wrote again about the report"
    NOTED = "report_note_added", "added a note to the report"
    NO_ANSWER = "report_needs_no_answer", "said that the report needs no answer"


class IncidentEvent(TextChoices):
    OPENED = "incident_opened", "opened the incident"
    DESCRIBED = "incident_described", "changed the description"
    LEAD_SET = "lead_set", "set the lead"
    RESTRICTED = "incident_restricted", "restricted the incident"
    UNRESTRICTED = "incident_unrestricted", "lifted the restriction"
    GRANTED = "access_granted", "granted access"
    GRANT_ENDED = "access_ended", "ended access"
    ASSESSING = "assessment_started", "started the assessment"
    BREACH_CONFIRMED = "breach_confirmed", "confirmed a personal data breach"
    DISMISSED = "incident_dismissed", "found that this is no breach"
    CLOSED = "incident_closed", "closed the incident"
    REOPENED = "incident_reopened", "reopened the incident"
    EVENT_TIME_SET = "event_time_set", "set a time"
    FACT_SET = "fact_set", "set a fact"
    COUNTS_SET = "counts_set", "set the number of people"
    CONTACTABILITY_SET = "contactability_set", "set how people can be reached"
    ASSESSED = "severity_assessed", "assessed the severity"
    OVERRIDDEN = "severity_overridden", "stated another severity"
    RISK_SIGNED = "risk_tier_signed", "signed the legal risk"
    RISK_ANSWERED = "risk_questions_answered", "answered questions about the risk"
    RISK_COUNTERSIGNED = "risk_finding_countersigned", "signed the legal risk as the second person"
    RISK_WITHDRAWN = "risk_finding_withdrawn", "withdrew a finding of risk"
    NOTE_ADDED = "note_added", "added a note"
    ENTRY_CORRECTED = "entry_corrected", "corrected an entry of the timeline"
    POLICY_CITED = "policy_cited", "cited a policy"
    IMPORTED = "incident_imported", "imported a past incident"
    REVIEWED = "review_written", "wrote the review"
    DELAY_ASKED = "delay_asked", "kept a request of law enforcement to wait"
    DELAY_LIFTED = "delay_lifted", "kept that law enforcement no longer asks to wait"
    DELAY_STRUCK = "delay_struck_out", "struck out a request to wait that was entered by mistake"
    JUDGED = "condition_judged", "judged a condition that the law leaves to a person"
    IMPROVEMENT_ADDED = "improvement_added", "said what will be better"
    IMPROVEMENT_DONE = "improvement_settled", "settled an improvement"
    REVIEW_CHECKED = "review_checked", "looked whether the improvements held"
    FEEDBACK_GIVEN = "feedback_given", "said how the work went"
    SIGHTING_KEPT = "sighting_kept", "kept where it can be seen"
    SIGHTING_CHANGED = "sighting_changed", "changed where it can be seen"
    SIGHTING_STRUCK = "sighting_struck_out", "struck out a place that was entered by mistake"
    OPENED_VIEW = "incident_read", "read personal data"


class ObligationEvent(TextChoices):
    ASSESSED = "obligations_assessed", "assessed what the law asks"
    REQUIRED = "obligation_required", "decided that a duty applies"
    NOT_REQUIRED_PROPOSED = "not_required_proposed", "proposed that a duty does not apply"
    NOT_REQUIRED = "not_required_signed", "signed that a duty does not apply"
    WITHDRAWN = "decision_withdrawn", "withdrew a decision"
    MET = "obligation_met", "met an obligation"
    LATE_REASON = "late_reason_given", "gave the reason for delay"
    REMINDED = "deadlines_reminded", "reminded people of deadlines"
    HAD = "obligations_taken", "said that they have deadlines in hand"
    HANDED_OVER = "obligation_handed_over", "handed an obligation over"
    DIFFERENCE_ACCEPTED = "difference_accepted", "accepted what a later text of the law says"
    DIFFERENCE_KEPT = "difference_kept", "kept a duty under the earlier text of the law"


class EvidenceEvent(TextChoices):
    RECEIVED = "evidence_received", "received a file"
    SCANNED = "evidence_scanned", "scanned a file for viruses"
    OPENED = "evidence_opened", "looked into a file"
    DOWNLOADED = "evidence_downloaded", "downloaded a file"
    CHECKED = "evidence_checked", "checked that a file is unchanged"
    DIFFERS = "evidence_differs", "found a file changed or damaged"
    MOVED = "evidence_moved", "took a file over from a report"
    HELD = "evidence_held", "placed a legal hold"
    RELEASED = "evidence_released", "released a legal hold"
    PRIVILEGED = "evidence_privileged", "made a file privileged"
    ORDINARY = "evidence_ordinary", "lifted the privilege of a file"
    EXPORTED = "evidence_exported", "exported a file"
    DELETED = "evidence_deleted", "deleted a file"


class MatterEvent(TextChoices):
    OPENED = "matter_opened", "opened a matter"
    SETTLED = "matter_settled", "settled a matter"


class OrganisationEvent(TextChoices):
    STANDING_FACTS_SET = "standing_facts_set", "set what holds in every incident"
