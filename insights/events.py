"""Names of acts in the record; never renamed."""

from django.db.models import TextChoices


class PreparednessEvent(TextChoices):
    EXPOSURE_SET = "exposure_profile_set", "set where how many people are and which data are held"
    OUTLOOK_SAVED = "outlook_saved", "saved what a scenario would ask of us"
    CONTACT_SET = "authority_contact_set", "noted how an authority is reached"
