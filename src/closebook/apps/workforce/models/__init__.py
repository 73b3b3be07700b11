"""Everything that is stored of assistants: found, contracted, asked, timed, settled, paid."""

from __future__ import annotations

from closebook.apps.workforce.models.contracts import (
    Contract,
    Evidence,
    HourlyRate,
    IdlePolicy,
    SiteRule,
    Term,
)
from closebook.apps.workforce.models.finding import (
    Agency,
    Application,
    ApplicationStep,
    Candidate,
    Interview,
    Posting,
    RateRange,
    Screening,
    Trial,
    TrialScore,
)
from closebook.apps.workforce.models.paying import (
    Bill,
    BillLine,
    Expense,
    Link,
    Milestone,
    Payee,
    PaymentLine,
    PaymentRun,
    Timesheet,
    TimesheetLine,
)
from closebook.apps.workforce.models.tasks import (
    Appointment,
    ChecklistItem,
    Decision,
    Draft,
    Task,
    TaskFile,
    TaskStep,
)
from closebook.apps.workforce.models.time import (
    AccessLog,
    Device,
    EvidenceDay,
    EvidenceSpan,
    ManualTime,
    Prompt,
    Proposal,
    Reckoning,
    Reply,
    Ruling,
    Segment,
    Timer,
    TimerMove,
    TimerSpan,
)

__all__ = [
    "AccessLog", "Agency", "Application", "ApplicationStep", "Appointment", "Bill", "BillLine",
    "Candidate", "ChecklistItem", "Contract", "Decision", "Device", "Draft", "Evidence", "EvidenceDay",
    "EvidenceSpan", "Expense", "HourlyRate", "IdlePolicy", "Interview", "Link", "ManualTime", "Milestone",
    "Payee", "PaymentLine", "PaymentRun", "Posting", "Prompt", "Proposal", "RateRange", "Reckoning",
    "Reply", "Ruling", "Screening", "Segment", "SiteRule", "Task", "TaskFile", "TaskStep", "Term",
    "Timer", "TimerMove", "TimerSpan", "Timesheet", "TimesheetLine", "Trial", "TrialScore",
]  # fmt: skip
