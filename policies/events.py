"""Names of acts in the record; never renamed."""

from django.db.models import TextChoices


class ClauseEvent(TextChoices):
    ADDED = "contract_clause_added", "added what a contract asks after a breach"
    ENDED = "contract_clause_ended", "ended what a contract asks after a breach"


class PolicyEvent(TextChoices):
    CREATED = "policy_created", "started a policy"
    VERSION_WRITTEN = "policy_version_written", "wrote a version"
    VERSION_EDITED = "policy_version_edited", "changed the draft"
    VERSION_SUBMITTED = "policy_version_submitted", "asked for approval"
    VERSION_APPROVED = "policy_version_approved", "approved a version"
    VERSION_RETURNED = "policy_version_returned", "returned a version to its author"
    IN_FORCE = "policy_in_force", "put a version in force"
    SUPERSEDED = "policy_superseded", "ended a version's force"


class SystemEvent(TextChoices):
    KEPT = "system_kept", "added a system to the register"
    CHANGED = "system_changed", "changed a system in the register"
    RETIRED = "system_retired", "took a system out of use"
