"""Addresses of the bank pages, below a company's."""

from __future__ import annotations

from django.urls import path

from closebook.web.bank.explaining import bank_explain
from closebook.web.bank.file import bank_file
from closebook.web.bank.imported import bank_file_remove, bank_files
from closebook.web.bank.line import bank_answer, bank_contents, bank_line, bank_undo
from closebook.web.bank.lines import bank_accept, bank_statement
from closebook.web.bank.overview import bank, bank_new, bank_upload
from closebook.web.bank.plans import (
    bank_plan,
    bank_plan_act,
    bank_plan_progress,
    bank_plan_undo,
    bank_sure,
)
from closebook.web.bank.reconciling import bank_closed, bank_reconcile, bank_reopen
from closebook.web.bank.rules import bank_rule, bank_rule_new, bank_rule_use, bank_rules

company_patterns = [
    path("bank/", bank, name="bank"),
    path("bank/new/", bank_new, name="bank_new"),
    path("bank/upload/", bank_upload, name="bank_upload"),
    path("bank/files/<int:upload_id>/", bank_file, name="bank_file"),
    path("bank/imported/<int:file_id>/remove/", bank_file_remove, name="bank_file_remove"),
    path("bank/rules/", bank_rules, name="bank_rules"),
    path("bank/rules/new/", bank_rule_new, name="bank_rule_new"),
    path("bank/rules/<int:rule_id>/", bank_rule, name="bank_rule"),
    path("bank/rules/<int:rule_id>/use/", bank_rule_use, name="bank_rule_use"),
    path("bank/lines/<int:line_id>/", bank_line, name="bank_line"),
    path("bank/lines/<int:line_id>/answer/", bank_answer, name="bank_answer"),
    path("bank/lines/<int:line_id>/undo/", bank_undo, name="bank_undo"),
    path("bank/lines/<int:line_id>/contents/", bank_contents, name="bank_contents"),
    path("bank/plans/<int:plan_id>/", bank_plan, name="bank_plan"),
    path("bank/plans/<int:plan_id>/act/", bank_plan_act, name="bank_plan_act"),
    path("bank/plans/<int:plan_id>/progress/", bank_plan_progress, name="bank_plan_progress"),
    path("bank/plans/<int:plan_id>/undo/", bank_plan_undo, name="bank_plan_undo"),
    path("bank/closed/<int:close_id>/", bank_closed, name="bank_closed"),
    path("bank/closed/<int:close_id>/reopen/", bank_reopen, name="bank_reopen"),
    path("bank/<int:bank_account_id>/", bank_statement, name="bank_statement"),
    path("bank/<int:bank_account_id>/files/", bank_files, name="bank_files"),
    path("bank/<int:bank_account_id>/explain/", bank_explain, name="bank_explain"),
    path("bank/<int:bank_account_id>/sure/", bank_sure, name="bank_sure"),
    path("bank/<int:bank_account_id>/accept/", bank_accept, name="bank_accept"),
    path("bank/<int:bank_account_id>/reconcile/", bank_reconcile, name="bank_reconcile"),
]
