"""What changes connections, source rows, runs and links."""
