"""What gunicorn does beside answering: it makes ready what the first request would wait for."""

from __future__ import annotations

import threading


def post_worker_init(_worker: object) -> None:
    """Draw a chart that nobody sees: the first one of a process takes more than a second."""
    from closebook.web.books.charts import warm

    threading.Thread(target=warm, daemon=True).start()
