"""Settings and wiring of the Django project."""
