"""The OAuth endpoints: discovery, authorize page, tokens, revocation and user info.

Source: RFC 6749, RFC 7009, OpenID Connect discovery, in the shapes that QuickBooks Online clients know.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from closebook.apps.qbo.calls import trace_id
from closebook.apps.qbo.models import ApiClient, Grant
from closebook.apps.qbo.services import oauth
from closebook.apps.qbo.services.oauth import OAuthError
from closebook.apps.qbo.wire import decode
from closebook.transport import clock

_ISSUER_PATH = "/op/v1"
_View = Callable[[HttpRequest], HttpResponse]


def _traced(view: _View) -> _View:
    """Have every answer of a view bear the id of the call: OAuth libraries read it, of refusals above all."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["intuit_tid"] = trace_id()
        return response

    return answer


def _base(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_GET
def discovery(request: HttpRequest, _sandbox: str | None = None) -> HttpResponse:
    """Return the discovery document; production and sandbox are the same here."""
    base = _base(request)
    return JsonResponse(
        {
            "issuer": base + _ISSUER_PATH,
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
            "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
            "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
            "jwks_uri": f"{base}/op/v1/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        }
    )


@require_GET
def keys(_request: HttpRequest) -> HttpResponse:
    """Return an empty key set: no identity tokens are signed here."""
    return JsonResponse({"keys": []})


def _refusal(error: OAuthError) -> HttpResponse:
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    response = JsonResponse(body, status=error.status)
    response["Cache-Control"] = "no-store"
    return response


def _form(request: HttpRequest) -> dict[str, str]:
    """Return the members of a form or JSON body."""
    if "json" in (request.content_type or ""):
        try:
            value = decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return {str(name): str(part) for name, part in value.items()} if isinstance(value, dict) else {}
    return {name: str(value) for name, value in request.POST.items()}


@csrf_exempt
@_traced
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code or a refresh token for tokens."""
    form = _form(request)
    try:
        client = oauth.client_of(request.headers.get("Authorization", ""), form)
        tokens = _exchanged(client, form)
    except OAuthError as error:
        return _refusal(error)
    hard = request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true"
    response = JsonResponse(oauth.token_answer(tokens, hard=hard))
    response["Cache-Control"] = "no-store"
    return response


def _exchanged(client: ApiClient, form: dict[str, str]) -> oauth.Tokens:
    kind = form.get("grant_type", "")
    if not kind:
        raise OAuthError("invalid_request")
    if kind == "authorization_code":
        if not form.get("code") or not form.get("redirect_uri"):
            raise OAuthError("invalid_request")
        return oauth.code_exchange(
            client, form["code"], form["redirect_uri"], form.get("code_verifier", ""), clock.now()
        )
    if kind == "refresh_token":
        if not form.get("refresh_token"):
            raise OAuthError("invalid_request")
        return oauth.refresh(client, form["refresh_token"], clock.now())
    raise OAuthError("unsupported_grant_type")


@csrf_exempt
@_traced
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End a consent by one of its tokens."""
    form = _form(request)
    try:
        client = oauth.client_of(request.headers.get("Authorization", ""), form)
    except OAuthError as error:
        return _refusal(error)
    given = form.get("token", "")
    if not given or not oauth.revoke(client, given, clock.now()):
        return _refusal(OAuthError("invalid_request", "The token is unknown"))
    return HttpResponse(status=200)


@_traced
@require_GET
def userinfo(request: HttpRequest) -> HttpResponse:
    """Return who consented, for a live access token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    grant = oauth.grant_of_access(given.strip(), clock.now()) if scheme.lower() == "bearer" else None
    if grant is None:
        return _refusal(OAuthError("invalid_token", status=401))
    return JsonResponse(_person(grant))


def _person(grant: Grant) -> dict[str, object]:
    first, _, last = grant.person.partition(" ")
    return {
        "sub": f"{grant.company_id}-{grant.pk}",
        "givenName": first or "Owner",
        "familyName": last,
        "email": "",
        "emailVerified": False,
    }


@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask for consent (GET) and send the browser back with a code (POST).

    Consent is given by the form only when the site is in debug; elsewhere the page says that an owner makes
    keys by command.
    """
    params = request.GET if request.method == "GET" else request.POST
    asked = {name: params.get(name, "") for name in _ASKED}
    client = oauth.client_named(asked["client_id"])
    if client is None or asked["redirect_uri"] not in client.redirect_uris.split("\n"):
        return HttpResponse("Unknown client_id, or redirect_uri is not one of the client's.", status=400)
    problem = _problem(asked)
    if problem:
        return _back(asked, {"error": problem})
    if request.method == "GET":
        return _consent_page(request, client, asked)
    if params.get("answer") != "allow" or not settings.DEBUG or not _same_token(request):
        return _back(asked, {"error": "access_denied"})
    return _allowed(client, asked, params.get("realm", ""))


_ASKED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_COOKIE = "qbo_consent"


def _problem(asked: dict[str, str]) -> str:
    if asked["response_type"] != "code":
        return "unsupported_response_type"
    if not asked["state"]:
        return "invalid_request"
    scopes = set(asked["scope"].split())
    return "" if scopes and scopes <= oauth.SCOPES else "invalid_scope"


def _back(asked: dict[str, str], answer: dict[str, str]) -> HttpResponse:
    """Send the browser back to the client."""
    query = urlencode({**answer, "state": asked["state"]})
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    response = HttpResponse(status=302)
    response["Location"] = f"{asked['redirect_uri']}{joint}{query}"
    response["Cache-Control"] = "no-store"
    return response


def _allowed(client: ApiClient, asked: dict[str, str], realm: str) -> HttpResponse:
    company = oauth.company_of_realm(realm)
    if company is None:
        return _back(asked, {"error": "access_denied"})
    code = oauth.code_create(
        client,
        company.pk,
        scope=asked["scope"],
        redirect_uri=asked["redirect_uri"],
        person="",
        now=clock.now(),
        challenge=asked["code_challenge"],
        method=asked["code_challenge_method"],
    )
    return _back(asked, {"code": code, "realmId": realm})


def _consent_page(request: HttpRequest, client: ApiClient, asked: dict[str, str]) -> HttpResponse:
    title = f"{escape(client.name)} asks for access"
    if not settings.DEBUG:
        note = "<p>The owner of this site gives access with the command <code>closebook keys</code>.</p>"
        return HttpResponse(_page(title, note), status=403)
    given = request.COOKIES.get(_COOKIE) or secrets.token_urlsafe(24)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in {**asked, "token": given}.items()
    )
    choices = "".join(
        f'<option value="{escape(company.realm_id)}">{escape(company.name)}</option>'
        for company in oauth.companies()
    )
    form = (
        f'<form method="post" action="/connect/oauth2">{hidden}'
        f'<label>Company <select name="realm">{choices}</select></label>'
        '<button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="deny">Do not allow</button></form>'
    )
    response = HttpResponse(_page(title, form))
    response.set_cookie(_COOKIE, given, httponly=True, samesite="Strict", max_age=600)
    return response


def _same_token(request: HttpRequest) -> bool:
    """Tell whether the form came from a page that this site gave to the same browser."""
    kept = request.COOKIES.get(_COOKIE, "")
    return bool(kept) and secrets.compare_digest(kept, request.POST.get("token", ""))


def _page(title: str, content: str) -> str:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<h1>{title}</h1>{content}</html>"
