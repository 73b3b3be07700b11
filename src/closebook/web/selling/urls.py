"""Addresses of selling, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling.board import board, opportunities
from closebook.web.selling.coached import coached
from closebook.web.selling.coaching import coaching, diagnoses, point_answer
from closebook.web.selling.conversation import (
    conversation,
    conversation_prepare,
    conversation_state,
    conversations,
)
from closebook.web.selling.diagnosis import diagnosis, diagnosis_answer, diagnosis_share
from closebook.web.selling.importing import (
    deals_export,
    deals_import,
    deals_import_progress,
    deals_import_run,
)
from closebook.web.selling.opportunity import opportunity, opportunity_edit, opportunity_new
from closebook.web.selling.owed import owed, owed_dispute, owed_document, owed_promise
from closebook.web.selling.talk import conversation_edit, conversation_new, conversation_plan
from closebook.web.selling.to_books import opportunity_books
from closebook.web.selling.today import answer_question, follow_up_close, follow_up_open, step_close, today
from closebook.web.selling.week import selling_week

_TALK = "selling/conversations/<int:conversation_id>/"

company_patterns = [
    path("selling/", board, name="board"),
    path("selling/all/", opportunities, name="opportunities"),
    path("selling/new/", opportunity_new, name="opportunity-new"),
    path("selling/import/", deals_import, name="deals-import"),
    path("selling/import/<slug:token>/", deals_import_run, name="deals-import-run"),
    path("selling/import/<slug:token>/progress/", deals_import_progress, name="deals-import-progress"),
    path("selling/export/<slug:table>/", deals_export, name="deals-export"),
    path("selling/<int:opportunity_id>/", opportunity, name="opportunity"),
    path("selling/<int:opportunity_id>/books/", opportunity_books, name="opportunity-books"),
    path("selling/<int:opportunity_id>/edit/", opportunity_edit, name="opportunity-edit"),
    path("selling/receivables/", owed, name="owed"),
    path("selling/receivables/<int:record>/", owed_document, name="owed-document"),
    path("selling/receivables/<int:record>/promise/", owed_promise, name="owed-promise"),
    path("selling/receivables/<int:record>/dispute/", owed_dispute, name="owed-dispute"),
    path("selling/coaching/", coaching, name="coaching"),
    path("selling/coaching/all/", diagnoses, name="diagnoses"),
    path("selling/coaching/findings/", coached, name="coached"),
    path("selling/coaching/points/", point_answer, name="point-answer"),
    path("selling/coaching/<int:conversation_id>/", diagnosis, name="diagnosis"),
    path("selling/coaching/<int:conversation_id>/share/", diagnosis_share, name="diagnosis-share"),
    path("selling/coaching/<int:conversation_id>/reply/", diagnosis_answer, name="diagnosis-reply"),
    path("selling/today/", today, name="today"),
    path("selling/today/close/", follow_up_close, name="follow-up-close"),
    path("selling/today/reopen/", follow_up_open, name="follow-up-open"),
    path("selling/today/step/", step_close, name="step-close"),
    path("selling/today/answer/", answer_question, name="question-answer"),
    path("selling/week/", selling_week, name="selling-week"),
    path("selling/conversations/", conversations, name="conversations"),
    path("selling/conversations/new/", conversation_new, name="conversation-new"),
    path("selling/conversations/plan/", conversation_plan, name="conversation-plan"),
    path(_TALK, conversation, name="conversation"),
    path(f"{_TALK}edit/", conversation_edit, name="conversation-edit"),
    path(f"{_TALK}prepare/", conversation_prepare, name="conversation-prepare"),
    path(f"{_TALK}state/", conversation_state, name="conversation-state"),
]
