from incidents.forms.assessment import AssessmentForm
from incidents.forms.delays import DelayRequestForm, LiftDelayForm
from incidents.forms.evidence import CaptureForm, DownloadForm, EvidenceForm, HoldForm
from incidents.forms.facts import (
    GROUPS,
    CountsForm,
    EventTimeForm,
    FactGroupForm,
    count_lines,
    shown_keys,
)
from incidents.forms.incidents import (
    ConfirmBreachForm,
    DescribeForm,
    EntryForm,
    GrantForm,
    InviteForm,
    MetForm,
    NewIncidentForm,
    NoteForm,
    PolicyForm,
    ReviewForm,
)
from incidents.forms.judging import JudgementForm
from incidents.forms.reports import (
    PublicReachForm,
    PublicSeenForm,
    PublicWhereForm,
    PublicWhoseForm,
    StaffReportForm,
    StatusForm,
    SupplierForm,
    SupplierReportForm,
    WriteAgainForm,
)
from incidents.forms.risk import RiskFindingForm, RiskQuestionsForm
from incidents.forms.triage import DismissForm, PromoteForm, PutOffForm, SameAsForm, WordsForm
from incidents.forms.words import NoQuestionForm, ReasonForm

__all__ = [
    "GROUPS",
    "AssessmentForm",
    "CaptureForm",
    "ConfirmBreachForm",
    "CountsForm",
    "DelayRequestForm",
    "DescribeForm",
    "DismissForm",
    "DownloadForm",
    "EntryForm",
    "EventTimeForm",
    "EvidenceForm",
    "FactGroupForm",
    "GrantForm",
    "HoldForm",
    "InviteForm",
    "JudgementForm",
    "LiftDelayForm",
    "MetForm",
    "NewIncidentForm",
    "NoQuestionForm",
    "NoteForm",
    "PolicyForm",
    "PromoteForm",
    "PublicReachForm",
    "PublicSeenForm",
    "PublicWhereForm",
    "PublicWhoseForm",
    "PutOffForm",
    "ReasonForm",
    "ReviewForm",
    "RiskFindingForm",
    "RiskQuestionsForm",
    "SameAsForm",
    "StaffReportForm",
    "StatusForm",
    "SupplierForm",
    "SupplierReportForm",
    "WordsForm",
    "WriteAgainForm",
    "count_lines",
    "shown_keys",
]
