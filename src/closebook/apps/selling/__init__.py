"""Selling: customers, opportunities, conversations, targets, coaching and the yearly summary."""
