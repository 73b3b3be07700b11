"""Addresses of errors, holds, decisions, posting profiles and schedules, below a company."""

from __future__ import annotations

from django.urls import path

from closebook.web.sync import errors, hold_group, holds, profile_versions, profiles, schedules

company_patterns = [
    path("errors/", errors.errors, name="errors"),
    path("errors/list/", errors.error_list, name="error-list"),
    path("errors/retry/", errors.errors_retry, name="errors-retry"),
    path("errors/<int:error_id>/", errors.error, name="error"),
    path("errors/<int:error_id>/retry/", errors.error_retry, name="error-retry"),
    path("errors/holds/", holds.holds, name="holds"),
    path("errors/holds/all/", hold_group.hold_group, name="hold-group"),
    path("errors/holds/take-back/", hold_group.hold_group_take_back, name="hold-group-take-back"),
    path("errors/decisions/", holds.decisions, name="decisions"),
    path("errors/decisions/<int:decision_id>/", holds.decision, name="decision"),
    path(
        "errors/decisions/<int:decision_id>/take-back/", holds.decision_take_back, name="decision-take-back"
    ),
    path("schedules/", schedules.schedules, name="schedules"),
    path("connections/<int:connection_id>/schedule/", schedules.schedule, name="schedule"),
    path("connections/<int:connection_id>/schedule/now/", schedules.schedule_now, name="schedule-now"),
    path("connections/<int:connection_id>/profile/", profiles.profile, name="profile"),
    path(
        "connections/<int:connection_id>/profile/versions/",
        profile_versions.profile_versions,
        name="profile-versions",
    ),
    path(
        "connections/<int:connection_id>/profile/versions/<int:number>/restore/",
        profile_versions.profile_restore,
        name="profile-restore",
    ),
]
