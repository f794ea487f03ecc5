# SPDX-License-Identifier: MIT
"""What all sync endpoints have in common: their headers, their errors, and no cookies of Django's."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import orjson
import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from isal import igzip

from sawa import error_codes
from sawa.errors import SyncError, error_response, response_for
from sawa.retry import is_transient

_COMPRESS_FROM_LENGTH: Final = 200
_COMPRESS_LEVEL: Final = 2
_ACCEPTS_GZIP: Final = re.compile(r"\bgzip\b")
PROTOCOL_HEADER: Final = "Sawa-Protocol"
View = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)


def endpoint(method: str) -> Callable[[View], View]:
    """Makes a view an endpoint of the protocol: one method, one error shape, `Sawa-Protocol` on every answer."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            # Whoever notes log-ins (django-axes) would begin a session, and set its cookie, just to note its name.
            if hasattr(request, "session"):
                del request.session
            response = _answer(view, request, method)
            response.headers[PROTOCOL_HEADER] = "1"
            response.headers["Cache-Control"] = "no-store"
            return response

        # No form of another site can send the Sawa-Client header: that takes the place of Django's CSRF token.
        return csrf_exempt(answer)

    return decorate


def json_response(request: HttpRequest, value: Any) -> HttpResponse:
    """A 200 with JSON, compressed if it is long and the client can take it."""
    content = orjson.dumps(value)
    response = HttpResponse(content, content_type="application/json")
    if len(content) >= _COMPRESS_FROM_LENGTH:
        patch_vary_headers(response, ("Accept-Encoding",))
        if _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = igzip.compress(content, compresslevel=_COMPRESS_LEVEL)
            # Django's middleware, several times slower, leaves alone what is compressed already.
            response.headers["Content-Encoding"] = "gzip"
    return response


def _answer(view: View, request: HttpRequest, method: str) -> HttpResponse:
    if request.method != method:
        response = error_response(405, error_codes.REQUEST_MALFORMED, f"Use {method}.")
        response.headers["Allow"] = method
        return response
    try:
        return view(request)
    except SyncError as error:
        return response_for(error)
    except OperationalError as error:
        if not is_transient(error):
            log.exception("database_failed")
        return error_response(503, error_codes.SERVER_UNAVAILABLE, "The database is busy; try later.", retry_after=2)
    except Exception:
        log.exception("endpoint_failed", path=request.path)
        return error_response(500, error_codes.SERVER_UNAVAILABLE, "Something is wrong on the server; try later.")
