"""Addresses of people and the company, below ``/c/<company>/``, and of accepting an invitation."""

from __future__ import annotations

from django.urls import path

from closebook.web.people.accepting import invitation
from closebook.web.people.company import company
from closebook.web.people.invitations import invitation_again, invitation_end, invitations
from closebook.web.people.members import member, member_back, member_end, member_role, people

company_patterns = [
    path("people/", people, name="people"),
    path("people/back/", member_back, name="member_back"),
    path("people/<int:member_id>/", member, name="member"),
    path("people/<int:member_id>/role/", member_role, name="member_role"),
    path("people/<int:member_id>/remove/", member_end, name="member_end"),
    path("people/invitations/", invitations, name="invitations"),
    path("people/invitations/<int:invitation_id>/again/", invitation_again, name="invitation_again"),
    path("people/invitations/<int:invitation_id>/withdraw/", invitation_end, name="invitation_end"),
    path("company/", company, name="company"),
]
public_patterns = [
    path("invitation/<int:invitation_id>/<str:token>/", invitation, name="invitation"),
]
