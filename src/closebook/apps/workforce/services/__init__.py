"""What pages, API and commands change of assistants."""
