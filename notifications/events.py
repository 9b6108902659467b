"""Names of acts in the record; never renamed."""

from django.db.models import TextChoices


class TemplateEvent(TextChoices):
    CREATED = "notice_template_created", "created a notice template"
    VERSION_WRITTEN = "notice_template_written", "wrote a version of a notice template"
    VERSION_APPROVED = "notice_template_approved", "approved a version of a notice template"
    MARK_CLEARED = (
        "notice_template_cleared",
        "took the mark “draft for counsel” off a version of a notice template",
    )
    RETIRED = "notice_template_retired", "retired a notice template"
    READY_ADDED = "notice_templates_ready", "added the notice templates that come with the product"


class NoticeEvent(TextChoices):
    CREATED = "notice_created", "started a notice"
    EDITED = "notice_edited", "changed a notice"
    SUBMITTED = "notice_submitted", "asked for approval of a notice"
    APPROVED = "notice_approved", "approved a notice"
    RETURNED = "notice_returned", "returned a notice to its author"
    FINDING_ACCEPTED = "notice_finding_accepted", "let a finding on the text of a notice stand"
    SAMPLE = "notice_sample", "sent a test mail of a notice"
    SENDING = "notice_sending", "started the sending of a notice"
    PAUSED = "notice_paused", "paused the sending of a notice"
    RESUMED = "notice_resumed", "resumed the sending of a notice"
    WITHDRAWN = "notice_withdrawn", "withdrew a notice"
    FIRST_SENT = "notice_first_sent", "sent the first mail of a notice"
    FINISHED = "notice_finished", "finished the sending of a notice"
    SENT_AGAIN = "notice_sent_again", "sent a notice again to people whose mail came back"
    GIVEN_UP = "notice_given_up", "found that people cannot be reached"
    LETTERS_BEGUN = "letters_begun", "began letters to people whom no mail reaches"
    LETTERS_READY = "letters_ready", "finished letters"
    LETTERS_TAKEN = "letters_downloaded", "took letters out to print them"
    LETTERS_POSTED = "letters_posted", "handed letters over to the post"
    LETTERS_CANCELLED = "letters_cancelled", "cancelled letters"
    LETTERS_RETURNED = "letters_returned", "noted letters that came back"
    CERTIFIED = "notice_certified", "certified what became of a notice"
    PROOF_TAKEN = "notice_proof_taken", "took the proof for one person out"
    STATEMENT_WRITTEN = "statement_written", "wrote a public statement"
    STATEMENT_PUBLISHED = "statement_published", "published a statement"
    STATEMENT_WITHDRAWN = "statement_withdrawn", "withdrew a public statement"
    UPDATE_WRITTEN = "notice_update_written", "wrote an update of the public page of a notice"
    UPDATE_PUBLISHED = "notice_update_published", "published an update of the public page of a notice"
    UPDATE_DROPPED = "notice_update_dropped", "took back an update of the public page of a notice"
    UNCERTAIN_SETTLED = "delivery_uncertain_settled", "settled an uncertain delivery"


class FilingEvent(TextChoices):
    STARTED = "filing_started", "started a filing"
    EDITED = "filing_edited", "changed the answers of a filing"
    FROZEN = "filing_declared", "declared a filing"
    DRAWN = "filing_drawn", "drew the PDF of a filing"
    DRAWING_FAILED = "filing_drawing_failed", "could not draw the PDF of a filing"
    SUBMITTED = "filing_submitted", "submitted a filing"
    WITHDRAWN = "filing_withdrawn", "withdrew a filing"
    TAKEN = "filing_downloaded", "downloaded a file of a filing"
