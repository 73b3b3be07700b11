"""What changes companies, people and the audit log."""
