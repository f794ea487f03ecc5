# SPDX-License-Identifier: MIT
"""The one shape of an error answer, and the exception that becomes it."""

from typing import Any

from django.http import HttpResponse, JsonResponse


class SyncError(Exception):
    """A request that is refused as a whole. `code` is what clients act on; `message` is for people."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after = retry_after


def error_body(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """`{"error": {"code", "message", "details"?}}`."""
    error: dict[str, Any] = {"code": code, "message": message}
    if details is not None:
        error["details"] = details
    return {"error": error}


def error_response(
    status: int, code: str, message: str, *, details: dict[str, Any] | None = None, retry_after: int | None = None
) -> HttpResponse:
    """The HTTP answer for a refused request."""
    response = JsonResponse(error_body(code, message, details), status=status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def response_for(error: SyncError) -> HttpResponse:
    """The HTTP answer for a raised `SyncError`."""
    return error_response(error.status, error.code, error.message, details=error.details, retry_after=error.retry_after)
