"""Abilities in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.abilities import Ability

ABILITY_WORDS: Mapping[Ability, Promise] = {
    Ability.SEE_COMPANY: _("see the company"),
    Ability.SEE_BOOKS: _("see the books"),
    Ability.EDIT_BOOKS: _("edit the books"),
    Ability.SEE_SYNC: _("see connections, runs and errors"),
    Ability.ADD_FILES: _("add files"),
    Ability.RUN_SYNC: _("plan, approve and undo runs"),
    Ability.CHANGE_CONNECTIONS: _("change connections and profiles"),
    Ability.SEE_AUDIT: _("see the audit log"),
    Ability.MANAGE_PEOPLE: _("manage people"),
    Ability.MANAGE_COMPANY: _("manage the company"),
    Ability.SEE_SELLING: _("see customers, opportunities and targets"),
    Ability.SELL: _("record conversations and opportunities"),
    Ability.MANAGE_SELLING: _("set targets, grades and stages, write the yearly summary"),
    Ability.COACH: _("fill in and read diagnoses of conversations"),
    Ability.DO_TASKS: _("do tasks and run the timer"),
    Ability.MANAGE_WORK: _("post work, make contracts and approve hours"),
    Ability.APPROVE_PAY: _("approve and make pay runs"),
}
"""Each ability as it is shown."""
