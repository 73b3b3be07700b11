"""Where Intuit tells of changes: one address for all companies here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from closebook.apps.sync.services.inbox import MOST_BYTES, inbox_take
from closebook.transport import clock
from closebook.web.frame.access import public


@public
@csrf_exempt
@require_POST
def books_webhook(request: HttpRequest) -> HttpResponse:
    """Store a signed delivery and answer at once; what nobody here signed is refused unread."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    taken = inbox_take(request.body, request.headers.get("intuit-signature", ""), clock.now())
    return HttpResponse(status=401 if taken is None else 200)
