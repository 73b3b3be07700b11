"""What pages, API and commands read of assistants."""
