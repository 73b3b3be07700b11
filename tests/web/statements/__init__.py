"""Statements, their postings and files, certificates, and the home."""
