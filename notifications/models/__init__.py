from notifications.models.filing import Filing
from notifications.models.notice import (
    Bounce,
    Delivery,
    DrillMail,
    MailDomain,
    Notice,
    Pace,
    UncertainPolicy,
)
from notifications.models.sample import SampleMail
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
    "Pace",
    "Purpose",
    "SampleMail",
    "TemplateVersion",
    "UncertainPolicy",
]
