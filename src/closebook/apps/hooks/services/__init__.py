"""Making events and endpoints, and sending."""
