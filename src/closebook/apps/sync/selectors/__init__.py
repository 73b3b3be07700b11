"""Reading connections, source rows, runs and links."""
