from notifications.models.filing import Filing
from notifications.models.notice import (
    Bounce,
    Delivery,
    DrillMail,
    MailDomain,
    Notice,
    UncertainPolicy,
)
from notifications.models.template import Channel, NoticeTemplate, Purpose, TemplateVersion

__all__ = [
    "Bounce",
    "Channel",
    "Delivery",
    "DrillMail",
    "Filing",
    "MailDomain",
    "Notice",
    "NoticeTemplate",
    "Purpose",
    "TemplateVersion",
    "UncertainPolicy",
]
