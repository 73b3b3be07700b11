"""What changes an embedded company."""
