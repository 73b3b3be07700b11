"""The people of a company: who they are, as what, and changing that, with a way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Membership, Role
from closebook.apps.companies.role_words import ROLE_WORDS, roles_explained
from closebook.apps.companies.selectors.people import invitations_open, members_of
from closebook.apps.companies.services.members import member_remove, member_restore, role_change
from closebook.apps.companies.services.people_mails import role_mail, shown_name
from closebook.core.errors import ClosebookError, ConflictError, HeldError, RetryError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.people.forms import RoleForm, Sure

_SALT = "closebook.member-restore"
_UNDO_FOR = timedelta(days=1)


def _page(member: Membership) -> str:
    return reverse("member", args=[member.company_id, member.pk])


COLUMNS = (
    Column("name", _("Name"), lambda each: shown_name(each.person), link=_page, sort="person__username"),
    Column("role", _("Role"), lambda each: ROLE_WORDS[Role(each.role)], sort="role"),
    Column("email", _("E-mail"), lambda each: each.person.email, sort="person__email"),
    Column(
        "last", _("Last sign-in"), lambda each: each.person.last_login, kind="time", sort="person__last_login"
    ),
    Column("factor", _("Second factor"), lambda each: _("yes") if each.second_factor else _("no")),
    Column(
        "username", _("Signs in as"), lambda each: each.person.username, sort="person__username", hidden=True
    ),
)


@company_page(Ability.MANAGE_PEOPLE)
@require_safe
def people(request: CompanyRequest) -> HttpResponseBase:
    """Show the members of the company."""
    listing = Listing(
        request,
        "people",
        members_of(request.company),
        COLUMNS,
        search=("person__username", "person__first_name", "person__last_name", "person__email"),
        choices=(Choice("role", _("Role"), "role", tuple((r.value, ROLE_WORDS[r]) for r in Role)),),
        order=("person__username", "pk"),
        facts={"invited": invitations_open(request.company).count()},
    )
    return listing.show("web/people/people.html")


@company_page(Ability.MANAGE_PEOPLE)
@require_safe
def member(request: CompanyRequest, member_id: int) -> HttpResponse:
    """Show one member with what can be changed."""
    return _show(request, _member(request, member_id))


@company_page(Ability.MANAGE_PEOPLE)
@require_POST
def member_role(request: CompanyRequest, member_id: int) -> HttpResponse:
    """Give a member another role, tell them by mail, and offer to set it back."""
    found = _member(request, member_id)
    oneself = found.person_id == request.user.pk
    form = RoleForm(request.POST, asks=oneself)
    if not form.is_valid():
        return _show(request, found, role_form=form)
    role, before = Role(form.cleaned_data["role"]), form.cleaned_data["expected"]
    try:
        changed = role_change(request.company, found.pk, role, expected=before, actor=request.user)
    except (HeldError, ConflictError) as error:
        return _refuse(request, error, "member", found.pk)
    if role != before:
        _say_role(request, changed, before, oneself=oneself)
    return redirect("start") if oneself else redirect("member", request.company.pk, found.pk)


def _say_role(request: CompanyRequest, member: Membership, before: str, *, oneself: bool) -> None:
    text = translated("%(name)s is %(role)s now.") % {
        "name": shown_name(member.person),
        "role": ROLE_WORDS[Role(member.role)],
    }
    if oneself:
        messages.success(request, text)
        return
    address = reverse("member_role", args=[request.company.pk, member.pk])
    offer_undo(request, text, address, {"role": before, "expected": member.role})
    try:
        role_mail(member, request.user)
    except RetryError as error:
        messages.warning(request, said(error))


@company_page(Ability.MANAGE_PEOPLE)
@require_POST
def member_end(request: CompanyRequest, member_id: int) -> HttpResponse:
    """Take a member out of the company, and offer to take them in again."""
    found = _member(request, member_id)
    oneself = found.person_id == request.user.pk
    form = Sure(request.POST, asks=oneself, auto_id="end_%s")
    if not form.is_valid():
        return _show(request, found, end_form=form)
    try:
        gone = member_remove(request.company, found.pk, actor=request.user)
    except HeldError as error:
        return _refuse(request, error, "member", found.pk)
    text = translated("%(name)s is no longer a member.") % {"name": shown_name(gone.person)}
    if oneself:
        messages.success(request, text)
        return redirect("start")
    facts = [request.company.pk, gone.person_id, gone.role, gone.digest]
    address = reverse("member_back", args=[request.company.pk])
    offer_undo(request, text, address, {"member": signing.dumps(facts, salt=_SALT)})
    return redirect("people", request.company.pk)


@company_page(Ability.MANAGE_PEOPLE)
@require_POST
def member_back(request: CompanyRequest) -> HttpResponse:
    """Take a member in again whose removal this site signed within the last day."""
    try:
        facts: list[Any] = signing.loads(request.POST.get("member", ""), salt=_SALT, max_age=_UNDO_FOR)
    except signing.BadSignature:
        messages.error(request, translated("This can no longer be undone; invite the person again."))
        return redirect("people", request.company.pk)
    company_id, person_id, role, digest = facts
    if company_id != request.company.pk:
        raise Http404
    try:
        back = member_restore(request.company, person_id, role, digest, actor=request.user)
    except ConflictError as error:
        return _refuse(request, error, "people")
    messages.success(request, translated("%(name)s is a member again.") % {"name": shown_name(back.person)})
    return redirect("people", request.company.pk)


def _member(request: CompanyRequest, member_id: int) -> Membership:
    found: Membership = get_object_or_404(members_of(request.company), pk=member_id)
    return found


def _show(
    request: CompanyRequest,
    found: Membership,
    *,
    role_form: RoleForm | None = None,
    end_form: Sure | None = None,
) -> HttpResponse:
    """Return the page of a member; with status 400 when a form on it was filled in wrongly."""
    oneself = found.person_id == request.user.pk
    first = {"role": found.role, "expected": found.role}
    facts = {
        "member": found,
        "name": shown_name(found.person),
        "role": ROLE_WORDS[Role(found.role)],
        "oneself": oneself,
        "role_form": role_form or RoleForm(initial=first, asks=oneself),
        "end_form": end_form or Sure(asks=oneself, auto_id="end_%s"),
        "roles": roles_explained(),
    }
    return render(request, "web/people/member.html", facts, status=400 if role_form or end_form else 200)


def _refuse(request: CompanyRequest, error: ClosebookError, page: str, *parts: int) -> HttpResponse:
    messages.error(request, said(error))
    return redirect(page, request.company.pk, *parts)
