"""Pages of the assistants' desk."""
