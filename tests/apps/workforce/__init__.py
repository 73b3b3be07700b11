"""The assistants' desk."""
