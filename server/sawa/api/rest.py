# SPDX-License-Identifier: MIT
"""What a plain REST API beside the sync protocol needs of DRF: device credentials, strict JSON, the one error shape."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from sawa import auth, error_codes
from sawa.api import limits
from sawa.api.body import parse, too_large
from sawa.errors import SyncError, error_body

_CODES: Final = {
    401: error_codes.AUTH_REQUIRED,
    403: error_codes.AUTH_FORBIDDEN,
    404: error_codes.RECORD_NOT_FOUND,
    413: error_codes.REQUEST_TOO_LARGE,
    429: error_codes.RATE_LIMITED,
}


class DeviceTokenAuthentication(BaseAuthentication):
    """The credential of a device, as on /sync/v1: bearer, or the cookie together with the `Sawa-Client` header."""

    def authenticate(self, request: Request) -> tuple[Any, auth.Credential] | None:
        found = auth.find_token(request._request)
        if found is None:
            return None
        if found[1] and auth.CLIENT_HEADER not in request.headers:
            return None  # a person who looks at the API in a browser that is also a till: the session decides
        credential = auth.authenticate(request._request)
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class StrictJSONParser(BaseParser):
    """JSON within the limits of the sync protocol: depth, numbers, duplicate keys."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        data = stream.read(limits.MAX_INFLATED_BYTES + 1)
        if len(data) > limits.MAX_INFLATED_BYTES:
            raise too_large("The body is larger than 8 MiB.")
        return parse(data)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answers every refused REST request in the one error shape. Anything unexpected goes on to Django."""
    if isinstance(error, SyncError):
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return Response(error_body(error.code, error.message, error.details), status=error.status, headers=headers)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    code = _CODES.get(error.status_code, error_codes.REQUEST_MALFORMED)
    details = {"fields": error.detail} if isinstance(error, exceptions.ValidationError) else None
    message = "The request breaks a rule of this API." if details else str(error.detail)
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    return Response(error_body(code, message, details), status=error.status_code, headers=headers)
