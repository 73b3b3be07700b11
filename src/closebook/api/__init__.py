"""The HTTP API under /api/v1: JSON for programs that act for a person in one company."""
