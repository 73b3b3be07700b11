"""The WSGI application that gunicorn and the in-process transport call."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
application = get_wsgi_application()
