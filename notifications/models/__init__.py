from notifications.models.bounce import Bounce, BounceKind, BounceSource
from notifications.models.filing import Filing
from notifications.models.notice import (
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
    "BounceKind",
    "BounceSource",
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
