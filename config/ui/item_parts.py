"""What lists of action items tell of each: whose, until when, how it stands, what comes next. Fifty rows want it quick."""

from __future__ import annotations

from typing import Final

from django.template import Context
from django.utils.safestring import SafeString

from accounts.models import User
from config.ui.addresses import address
from config.ui.chips import state
from config.ui.library import drawn, escaped, register
from config.ui.times import when
from config.ui.words import nothing
from incidents.lifecycle import WorkStatus
from incidents.models import ActionItem
from incidents.queries import due_words

TONES: Final = {WorkStatus.WAITING: "warn", WorkStatus.IN_PROGRESS: "info", WorkStatus.DONE: "ok"}


@register.simple_tag
def item_whose(item: ActionItem, stand_in: User | None = None) -> SafeString:
    """A person, with who stands in; or a role."""
    if item.owner:
        away = f' <span class="muted">away, {escaped(stand_in)} stands in</span>' if stand_in else ""
        return drawn(escaped(item.owner) + away)
    if item.role:
        return drawn(f'{escaped(item.get_role_display())} <span class="muted">role</span>')
    return nothing("nobody yet")


@register.simple_tag(takes_context=True)
def item_due(context: Context, item: ActionItem, overdue: bool = False) -> SafeString:
    """When it was settled, else when it is due, else what that counts from."""
    if item.settled_at:
        return drawn(f'<span class="muted">{when(context, item.settled_at)}</span>')
    if item.due_at:
        late, word = (' class="late"', " <b>overdue</b>") if overdue else ("", "")
        return drawn(f"<span{late}>{when(context, item.due_at)}{word}</span>")
    told = due_words(item.due_kind, item.due_hours) if item.due_kind else "No due time"
    return drawn(f'<span class="muted">{escaped(told)}</span>')


@register.simple_tag
def item_state(item: ActionItem) -> SafeString:
    """The chip of its state."""
    status = WorkStatus(item.status)
    return state(str(status.label), TONES.get(status, "idle"))


@register.simple_tag(takes_context=True)
def item_next(
    context: Context, reference: str, item: ActionItem, blocked: object, back: str = ""
) -> SafeString:
    """The button of the next act: to start, or to be done with it; nothing while something comes before it."""
    if item.status == WorkStatus.NOT_STARTED:
        act, word = "incidents:start_item", "Start"
    elif item.is_open and not blocked:
        act, word = "incidents:finish_item", "Done"
    else:
        return drawn("")
    once = context.render_context
    if "token" not in once:
        once["token"] = escaped(context["csrf_token"])  # made anew whenever it is asked for
    return drawn(
        f'<form method="post" action="{address(act, reference, item.pk)}">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{once["token"]}">'
        f'<input type="hidden" name="back" value="{escaped(back)}">'
        f'<button class="button small">{word}<span class="vh">: {escaped(item.title)}</span></button></form>'
    )
