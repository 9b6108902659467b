from django.db.models import TextChoices


class AccountEvent(TextChoices):
    ORGANISATION_SET_UP = "organisation_set_up", "set up the organisation"
    USER_INVITED = "user_invited", "added a person"
    ROLES_CHANGED = "roles_changed", "changed roles"
    DEACTIVATED = "user_deactivated", "ended somebody's sign-in"
    REACTIVATED = "user_reactivated", "let somebody sign in again"
    TEAM_MADE = "team_made", "made a team"
    TEAM_CHANGED = "team_changed", "changed a team"
    TEAM_ENDED = "team_ended", "ended a team"
    STAND_IN_SET = "stand_in_set", "said who stands in, and when somebody is away"
    CALENDAR_MADE = "calendar_feed_made", "made a calendar address"
    CALENDAR_ENDED = "calendar_feed_ended", "ended a calendar address"
    REMINDERS_SET = "reminders_set", "set when deadlines remind"
    PASSWORD_LINK_ASKED = "password_link_asked", "asked for a link to set a password"
    SECOND_STEP_ON = "second_step_on", "switched two-step sign-in on"
    SECOND_STEP_OFF = "second_step_off", "switched two-step sign-in off"
    SECOND_STEP_TAKEN_AWAY = "second_step_taken_away", "took away somebody's two-step sign-in"
    TOKEN_MADE = "api_token_made", "made an API token"
    TOKENS_ENDED = "api_tokens_ended", "ended API tokens"
    SESSIONS_ENDED = "sessions_ended", "ended all sessions"
