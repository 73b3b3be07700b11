"""Pages about people, invitations, mails and the company."""
