"""Addresses of the assistants' desk."""

from __future__ import annotations

from django.urls import path

from closebook.web.work import (
    applications,
    contract_life,
    contracts,
    drafts,
    machines,
    pay_details,
    pay_runs,
    postings,
    public,
    tasks,
    timers,
)

company_patterns = [
    path("hiring/", postings.postings, name="postings"),
    path("hiring/new/", postings.posting_new, name="posting-new"),
    path("hiring/<int:posting_id>/", postings.posting, name="posting"),
    path("hiring/<int:posting_id>/edit/", postings.posting_edit, name="posting-edit"),
    path("hiring/<int:posting_id>/move/", postings.posting_move, name="posting-move"),
    path("hiring/<int:posting_id>/list/", postings.applicants, name="posting-list"),
    path("hiring/people/<int:application_id>/", applications.application, name="application"),
    path("hiring/people/<int:application_id>/move/", applications.application_move, name="application-move"),
    path(
        "hiring/people/<int:application_id>/check/", applications.application_check, name="application-check"
    ),
    path("hiring/people/<int:application_id>/file/", applications.application_file, name="application-file"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/new/", contracts.contract_new, name="contract-new"),
    path("contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("contracts/<int:contract_id>/change/", contracts.term_new, name="term-new"),
    path("contracts/<int:contract_id>/sign/", contracts.term_signed, name="term-sign"),
    path("contracts/<int:contract_id>/move/", contract_life.contract_moved, name="contract-move"),
    path("contracts/<int:contract_id>/milestones/", contract_life.milestone_new, name="milestone-new"),
    path("milestones/<int:milestone_id>/move/", contract_life.milestone_moved, name="milestone-move"),
    path(
        "milestones/<int:milestone_id>/release/", contract_life.milestone_released, name="milestone-release"
    ),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.task_new, name="task-new"),
    path("tasks/<int:task_id>/", tasks.task, name="task"),
    path("tasks/<int:task_id>/move/", tasks.task_moved, name="task-move"),
    path("tasks/<int:task_id>/estimate/", tasks.task_estimated, name="task-estimate"),
    path("tasks/<int:task_id>/timer/", timers.timer_begin, name="timer-start"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/new/", drafts.draft_new, name="draft-new"),
    path("drafts/<int:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<int:draft_id>/move/", drafts.draft_moved, name="draft-move"),
    path("time/", timers.week, name="week"),
    path("time/move/", timers.timer_moved, name="timer-move"),
    path("time/add/", timers.time_added, name="time-add"),
    path("machines/", machines.machines, name="machines"),
    path("machines/new/", machines.machine_new, name="machine-new"),
    path("machines/<int:device_id>/revoke/", machines.machine_end, name="machine-revoke"),
    path("pay/", pay_runs.pay_runs, name="pay-runs"),
    path("pay/new/", pay_runs.pay_run_new, name="pay-run-new"),
    path("pay/ways/", pay_details.ways, name="ways"),
    path("pay/ways/<str:rail>/", pay_details.way, name="way"),
    path("pay/me/", pay_details.my_pay, name="my-pay"),
    path("pay/<int:run_id>/", pay_runs.pay_run, name="pay-run"),
    path("pay/<int:run_id>/approve/", pay_runs.pay_run_approve, name="pay-run-approve"),
    path("pay/<int:run_id>/cancel/", pay_runs.pay_run_cancel, name="pay-run-cancel"),
    path("pay/<int:run_id>/file/", pay_runs.pay_run_file, name="pay-run-file"),
    path("pay/<int:run_id>/send/", pay_runs.pay_run_send, name="pay-run-send"),
    path("pay/<int:run_id>/read/", pay_runs.pay_run_read, name="pay-run-read"),
    path("pay/<int:run_id>/payment/", pay_runs.pay_line, name="pay-line"),
]
public_patterns = [
    path("jobs/<str:token>/", public.job, name="job"),
    path("jobs/<str:token>/sent/", public.job_sent, name="job_sent"),
    path("applied/<str:link>/", public.applied, name="applied"),
]
