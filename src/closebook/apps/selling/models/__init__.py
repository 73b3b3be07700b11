"""The memory of selling."""

from __future__ import annotations

from closebook.apps.selling.models.coaching import ActionPoint, Complaint, Diagnosis
from closebook.apps.selling.models.collecting import Dispute, PayPromise
from closebook.apps.selling.models.notes import WeeklyNote
from closebook.apps.selling.models.planning import Judgement, Promise, Reckoning, SellingCalendar, Target
from closebook.apps.selling.models.row import SellingRow
from closebook.apps.selling.models.selling import (
    Concession,
    Contact,
    Conversation,
    Customer,
    FollowUp,
    NextStep,
    Opportunity,
    Question,
    StageEvent,
)
from closebook.apps.selling.models.standing import GradeChange, Merge
from closebook.apps.selling.models.summary import AnnualReport, ReportItem, SummaryTemplate

__all__ = [
    "ActionPoint",
    "AnnualReport",
    "Complaint",
    "Concession",
    "Contact",
    "Conversation",
    "Customer",
    "Diagnosis",
    "Dispute",
    "FollowUp",
    "GradeChange",
    "Judgement",
    "Merge",
    "NextStep",
    "Opportunity",
    "PayPromise",
    "Promise",
    "Question",
    "Reckoning",
    "ReportItem",
    "SellingCalendar",
    "SellingRow",
    "StageEvent",
    "SummaryTemplate",
    "Target",
    "WeeklyNote",
]
