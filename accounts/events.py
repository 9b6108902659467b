from django.db.models import TextChoices


class AccountEvent(TextChoices):
    ORGANISATION_SET_UP = "organisation_set_up", "set up the organisation"
    USER_INVITED = "user_invited", "added a person"
    ROLES_CHANGED = "roles_changed", "changed roles"
    DEACTIVATED = "user_deactivated", "ended somebody's sign-in"
    REACTIVATED = "user_reactivated", "let somebody sign in again"
    STAND_IN_SET = "stand_in_set", "said who stands in, and when somebody is away"
    CALENDAR_MADE = "calendar_feed_made", "made a calendar address"
    CALENDAR_ENDED = "calendar_feed_ended", "ended a calendar address"
    REMINDERS_SET = "reminders_set", "set when deadlines remind"
    PASSWORD_LINK_ASKED = "password_link_asked", "asked for a link to set a password"
