"""Webhooks out: who wants to be told of what, what is to be sent, and what became of it."""
