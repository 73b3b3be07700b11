"""Reading: what waits, what was decided, who is who."""
