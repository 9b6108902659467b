from incidents.models.access import IncidentGroupGrant, IncidentUserGrant
from incidents.models.alert import Alert
from incidents.models.assessment import Assessment
from incidents.models.delay import DelayRequest
from incidents.models.evidence import Attachment, Evidence, LegalHold, Origin, Upload
from incidents.models.facts import AffectedCount, EventTime, Fact, Precision
from incidents.models.inbound import InboundMail
from incidents.models.incident import Can, Incident, OpenMatter, PostIncidentReview
from incidents.models.joining import IncidentLink, IncidentMerge
from incidents.models.judgement import Judgement
from incidents.models.lesson import Improvement, ReviewCheck, TeamFeedback
from incidents.models.look import DayRead, LastLook
from incidents.models.note import Note
from incidents.models.obligation import Decision, Difference, Obligation
from incidents.models.picked import PickedSystem
from incidents.models.playbook import Playbook, PlaybookRun, PlaybookVersion
from incidents.models.report import Door, Report
from incidents.models.report_draft import ReportDraft
from incidents.models.report_message import ReportMessage, Said
from incidents.models.risk import RiskAssessment, RiskState
from incidents.models.saved_view import ListName, SavedView
from incidents.models.sighting import Sighting
from incidents.models.stored import FilePart, PreviewState, ScanState, StoredFile
from incidents.models.supplier_link import SupplierLink
from incidents.models.work import ActionItem, ItemAlert, ItemComment

__all__ = [
    "ActionItem",
    "AffectedCount",
    "Alert",
    "Assessment",
    "Attachment",
    "Can",
    "DayRead",
    "Decision",
    "DelayRequest",
    "Difference",
    "Door",
    "EventTime",
    "Evidence",
    "Fact",
    "FilePart",
    "Improvement",
    "InboundMail",
    "Incident",
    "IncidentGroupGrant",
    "IncidentLink",
    "IncidentMerge",
    "IncidentUserGrant",
    "ItemAlert",
    "ItemComment",
    "Judgement",
    "LastLook",
    "LegalHold",
    "ListName",
    "Note",
    "Obligation",
    "OpenMatter",
    "Origin",
    "PickedSystem",
    "Playbook",
    "PlaybookRun",
    "PlaybookVersion",
    "PostIncidentReview",
    "Precision",
    "PreviewState",
    "Report",
    "ReportDraft",
    "ReportMessage",
    "ReviewCheck",
    "RiskAssessment",
    "RiskState",
    "Said",
    "SavedView",
    "ScanState",
    "Sighting",
    "StoredFile",
    "SupplierLink",
    "TeamFeedback",
    "Upload",
]
