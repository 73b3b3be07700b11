"""The web framework's side of the protocol: requests become calls, answers become responses."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from closebook import __version__
from closebook.apps.qbo import faults
from closebook.apps.qbo.calls import Answer, Call, enveloped, trace_id
from closebook.apps.qbo.dispatch import answer
from closebook.apps.qbo.files import file_of_url
from closebook.apps.qbo.requests import inflated_body
from closebook.transport import clock
from closebook.transport.inprocess import ACTOR


def call_of(request: HttpRequest, realm: str, rest: str, now: dt.datetime) -> Call:
    """Return the call of a request. Raises the fault of a body that cannot be inflated."""
    return Call(
        method=request.method or "GET",
        realm=realm,
        segments=tuple(part for part in rest.split("/") if part),
        params={name.lower(): str(value) for name, value in request.GET.items()},
        body=inflated_body(request.body, request.headers.get("Content-Encoding", "")),
        content_type=request.headers.get("Content-Type", ""),
        authorization=request.headers.get("Authorization", ""),
        now=now,
        base_url=f"{request.scheme}://{request.get_host()}",
        actor=str(request.META.get(ACTOR, "")),
    )


def response_of(result: Answer) -> HttpResponse:
    """Return the response of an answer, with the headers that every answer has."""
    response = HttpResponse(result.body, status=result.status, content_type=result.content_type)
    response["intuit_tid"] = trace_id()
    response["QBO-Version"] = f"closebook-{__version__}"
    response["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate, private"
    for name, value in result.headers.items():
        response[name] = value
    return response


@csrf_exempt
def company(request: HttpRequest, realm: str, rest: str) -> HttpResponse:
    """Answer ``/v3/company/<realm>/…``."""
    now = clock.now()
    try:
        call = call_of(request, realm, rest, now)
    except (UnreadablePostError, RawPostDataException):
        fault = faults.malformed("The request body could not be read")
        return response_of(enveloped({"Fault": fault.as_body()}, now, 400))
    except faults.Fault as fault:
        return response_of(enveloped({"Fault": fault.as_body()}, now, fault.status))
    return response_of(answer(call))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that met a defect of ours: 10000 for calls of the protocol, plain text elsewhere.

    The site's ``handler500``.
    """
    if not request.path.startswith("/v3/company/"):
        return HttpResponse("Something went wrong.", status=500, content_type="text/plain")
    return refusal(faults.system_failure())


def refusal(fault: faults.Fault) -> HttpResponse:
    """Return a fault as the protocol answers it."""
    return response_of(enveloped({"Fault": fault.as_body()}, clock.now(), fault.status))


@require_GET
def temporary_file(request: HttpRequest, realm: str, wire_id: str) -> HttpResponse:
    """Return the bytes of an uploaded file for a temporary address; browsers save it, they never show it."""
    found = file_of_url(
        realm, wire_id, request.GET.get("expires", ""), request.GET.get("signature", ""), clock.now()
    )
    if found is None:
        return HttpResponse("The address is unknown or has expired.", status=403, content_type="text/plain")
    data, content_type, file_name = found
    response = HttpResponse(data, content_type=content_type or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
