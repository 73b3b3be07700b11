"""Webhooks: addresses, their secrets, and what was sent."""
