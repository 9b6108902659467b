from stakeholders.models.erasure import Erasure
from stakeholders.models.imports import RosterImport, RosterReject
from stakeholders.models.inquiry import Channel, Direction, Inquiry, InquiryMessage, Topic
from stakeholders.models.mapping import SavedMapping
from stakeholders.models.roster import (
    Addressee,
    AffectedParty,
    ExemptReason,
    Roster,
    RosterCount,
    new_party_ids,
    own_partition,
)

__all__ = [
    "Addressee",
    "AffectedParty",
    "Channel",
    "Direction",
    "Erasure",
    "ExemptReason",
    "Inquiry",
    "InquiryMessage",
    "Roster",
    "RosterCount",
    "RosterImport",
    "RosterReject",
    "SavedMapping",
    "Topic",
    "new_party_ids",
    "own_partition",
]
