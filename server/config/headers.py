# SPDX-License-Identifier: MIT
"""Response headers that protect the browser, and the cache rules of the till's files."""

from collections.abc import Callable
from pathlib import Path
from wsgiref.headers import Headers

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

STRICT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
    ]
)
# The admin theme and the API docs page evaluate expressions in attributes; they too load nothing from elsewhere.
LAX_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)
LAX_PREFIXES = ("/admin/", "/api/docs/")


class SecurityHeadersMiddleware:
    """Adds the content security policy and its companions to every response, static files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        lax = request.path.startswith(LAX_PREFIXES)
        response.headers["Content-Security-Policy"] = LAX_POLICY if lax else STRICT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=()"
        return response


def cache_static(headers: Headers, path: str, url: str) -> None:
    """Files with a hash in their name never change; the others (index.html, sw.js, ...) are asked for anew."""
    if url.startswith("/assets/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif url.startswith("/static/"):
        headers["Cache-Control"] = "public, max-age=3600"
    else:
        headers["Cache-Control"] = "no-cache"
    if Path(path).name == "sw.js":
        headers["Service-Worker-Allowed"] = "/"
