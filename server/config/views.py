# SPDX-License-Identifier: MIT
"""The pages that belong to no app."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.http import require_safe

from sawa import error_codes
from sawa.errors import error_response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the process and its database answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return error_response(503, error_codes.SERVER_UNAVAILABLE, "The database does not answer.")
    return JsonResponse({"status": "ok", "database": connection.vendor})


@require_safe
def till_not_built(request: HttpRequest) -> HttpResponse:
    """What `/` says when the till has not been built yet."""
    text = "The till is not built yet. Run `npm run build` in the repository, then start the server again.\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=503)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: in the one error shape where programs ask, else a page."""
    if _is_for_programs(request):
        return error_response(404, error_codes.RECORD_NOT_FOUND, "There is nothing at this address.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: likewise."""
    if _is_for_programs(request):
        return error_response(500, error_codes.SERVER_UNAVAILABLE, "Something is wrong on the server; try later.")
    return defaults.server_error(request)


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/sync/"))
