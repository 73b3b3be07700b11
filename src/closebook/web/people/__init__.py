"""People: signing in, the first owner, invitations, roles, sessions and the audit log."""
