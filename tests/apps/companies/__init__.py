"""People, companies and the audit log."""
