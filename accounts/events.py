from django.db.models import TextChoices


class AccountEvent(TextChoices):
    ORGANISATION_SET_UP = "organisation_set_up", "set up the organisation"
    USER_INVITED = "user_invited", "added a person"
    ROLES_CHANGED = "roles_changed", "changed roles"
