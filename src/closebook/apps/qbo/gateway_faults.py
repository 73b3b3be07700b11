"""The faults of the gateway, made before a request reaches the service.

Source: QuickBooks Online Accounting API, authentication and throttling errors.
"""

from __future__ import annotations

from typing import Any


class GatewayFault(Exception):  # noqa: N818 - the protocol's own word
    """A refusal made before the request reaches the service: lower-case members, time in milliseconds."""

    def __init__(self, status: int, code: str, kind: str, message: str, detail: str) -> None:
        """Keep the facts of the refusal."""
        super().__init__(f"{status} {code} {detail}")
        self.status, self.code, self.kind, self.message, self.detail = status, code, kind, message, detail

    def as_body(self, epoch_milliseconds: int) -> dict[str, Any]:
        """Return the whole answer."""
        error = {"message": self.message, "detail": self.detail, "code": self.code, "element": None}
        return {
            "warnings": None,
            "intuitObject": None,
            "fault": {"error": [error], "type": self.kind},
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": epoch_milliseconds,
            "status": None,
            "cdcresponse": [],
        }


def unauthenticated(detail: str = "Token expired") -> GatewayFault:
    """Return 401 code 3200: the access token is missing, malformed, expired or revoked."""
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    return GatewayFault(401, "3200", "AUTHENTICATION", message, detail)


def wrong_realm(detail: str = "The application is not authorised for this company") -> GatewayFault:
    """Return 403 code 3100: the token is good, but not for this company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    return GatewayFault(403, "3100", "AUTHORIZATION", message, detail)


def throttled() -> GatewayFault:
    """Return 429 code 3001."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return GatewayFault(429, "3001", "SERVICE", message, "The request limit was reached. Try again later")
