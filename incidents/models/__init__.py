from incidents.models.access import IncidentGroupGrant, IncidentUserGrant
from incidents.models.alert import Alert
from incidents.models.assessment import Assessment
from incidents.models.delay import DelayRequest
from incidents.models.facts import AffectedCount, EventTime, Fact, Precision
from incidents.models.inbound import InboundMail
from incidents.models.incident import Can, Incident, OpenMatter, PostIncidentReview
from incidents.models.judgement import Judgement
from incidents.models.note import Note
from incidents.models.obligation import Decision, Difference, Obligation
from incidents.models.report import Door, Report
from incidents.models.sighting import Sighting

__all__ = [
    "AffectedCount",
    "Alert",
    "Assessment",
    "Can",
    "Decision",
    "DelayRequest",
    "Difference",
    "Door",
    "EventTime",
    "Fact",
    "InboundMail",
    "Incident",
    "IncidentGroupGrant",
    "IncidentUserGrant",
    "Judgement",
    "Note",
    "Obligation",
    "OpenMatter",
    "PostIncidentReview",
    "Precision",
    "Report",
    "Sighting",
]
