# SPDX-License-Identifier: MIT
"""What a script's requests bring along: the time, and perhaps a defect."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse

from script_shop import defects

_NOW_HEADER: Final = "Script-Now-Ms"
_now_ms: ContextVar[int] = ContextVar("script_now_ms", default=0)


def now_ms() -> int:
    """Takes the place of `sawa.stamps.now_ms`."""
    return _now_ms.get()


class ScriptMiddleware:
    """A request is answered in one thread from here to its end, so what is set here is for this request alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = _now_ms.set(int(request.headers.get(_NOW_HEADER, "0")))
        defect = defects.named.set(request.headers.get(defects.HEADER, ""))
        try:
            return self._get_response(request)
        finally:
            _now_ms.reset(now)
            defects.named.reset(defect)
