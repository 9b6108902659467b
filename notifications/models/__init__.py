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
    "MailDomain",
    "Notice",
    "NoticeTemplate",
    "Purpose",
    "TemplateVersion",
    "UncertainPolicy",
]
