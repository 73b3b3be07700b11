"""Companies (the tenants), their people and roles, and the audit log."""
