"""Names of acts in the record; never renamed."""

from django.db.models import TextChoices


class RosterEvent(TextChoices):
    OPENED = "roster_opened", "opened the list of affected people"
    IMPORT_UPLOADED = "import_uploaded", "uploaded a file of affected people"
    IMPORT_STARTED = "import_started", "started an import"
    IMPORT_CANCELLED = "import_cancelled", "stopped an import"
    IMPORT_RESUMED = "import_resumed", "went on with a stopped import"
    IMPORT_DONE = "import_done", "imported affected people"
    IMPORT_FAILED = "import_failed", "could not finish an import"
    REJECTS_DOWNLOADED = "rejects_downloaded", "downloaded the rows that were refused"
    MAPPING_KEPT = "columns_kept", "kept how columns are matched"
    MAPPING_FORGOTTEN = "columns_forgotten", "forgot how columns were matched"
    PARTY_EXEMPTED = "party_exempted", "exempted an affected person"
    PARTY_REVEALED = "party_revealed", "revealed contact details"
    PARTY_ADDRESSED = "party_addressed", "said who is written to"
    PARTY_CORRECTED = "party_corrected", "corrected how a person is reached"
    LIST_EXPORTED = "roster_exported", "took the list of people out, sealed with a password"
    REWRAPPED = "roster_rewrapped", "put the keys of the people under a newer key"
    COUNTS_DIFFER = "roster_counts_differ", "found that the counts are not those of the people"
    COUNTS_AGREE = "roster_counts_agree", "found the counts to be those of the people again"
    COUNTS_CORRECTED = "roster_counts_corrected", "set the counts of the people right"
    COUNTS_TAKEN = "roster_counts_taken", "took the numbers of the list as confirmed"
    COUNTS_LEFT = "roster_counts_left", "left the confirmed numbers as they were typed"
    ERASURE_PROPOSED = "erasure_proposed", "proposed to erase all affected people"
    ERASURE_SIGNED = "erasure_signed", "signed the erasure of all affected people"
    ERASURE_WITHDRAWN = "erasure_withdrawn", "took the erasure of the people back"
    ERASED = "roster_erased", "erased all affected people"


class InquiryEvent(TextChoices):
    LOGGED = "inquiry_logged", "logged an inquiry"
    ASKED = "inquiry_asked", "asked a question"
    ANSWERED = "inquiry_answered", "answered an inquiry"
    CLOSED = "inquiry_closed", "closed an inquiry"
    REOPENED = "inquiry_reopened", "reopened an inquiry"
    CONTACT_REVEALED = "inquiry_contact_revealed", "revealed who asked"
    LINKED = "inquiry_linked", "moved an inquiry to an incident"
