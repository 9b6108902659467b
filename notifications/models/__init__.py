from notifications.models.bounce import Bounce, BounceKind, BounceSource
from notifications.models.certificate import Certificate, CertificateChunk
from notifications.models.filing import Filing
from notifications.models.letter import Letter, LetterBatch, LetterRun, LetterStatus, Paper
from notifications.models.notice import (
    Delivery,
    DrillMail,
    MailDomain,
    Notice,
    Pace,
    UncertainPolicy,
)
from notifications.models.sample import SampleMail
from notifications.models.statement import PublicStatement, StatementStatus
from notifications.models.template import Channel, NoticeTemplate, Purpose, TemplateVersion
from notifications.models.update import NoticeUpdate

__all__ = [
    "Bounce",
    "BounceKind",
    "BounceSource",
    "Certificate",
    "CertificateChunk",
    "Channel",
    "Delivery",
    "DrillMail",
    "Filing",
    "Letter",
    "LetterBatch",
    "LetterRun",
    "LetterStatus",
    "MailDomain",
    "Notice",
    "NoticeTemplate",
    "NoticeUpdate",
    "Pace",
    "Paper",
    "PublicStatement",
    "Purpose",
    "SampleMail",
    "StatementStatus",
    "TemplateVersion",
    "UncertainPolicy",
]
