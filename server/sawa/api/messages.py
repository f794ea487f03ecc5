# SPDX-License-Identifier: MIT
"""The envelopes of requests: checked and typed. What is inside a mutation is judged mutation by mutation, later."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sawa import error_codes
from sawa.api import limits
from sawa.api.body import malformed, too_large
from sawa.canonical import MAX_SAFE_INTEGER
from sawa.errors import SyncError
from sawa.services.digest import Range
from sawa.services.mutation import IncomingMutation
from sawa.services.pull import DEFAULT_LIMIT, MAX_LIMIT

PROTOCOL: Final = 1
_MAX_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """A sync request whose envelope is sound. `partial`: of what the device has, changed fields are enough."""

    incarnation: uuid.UUID
    cursor: str | None
    limit: int
    partial: bool
    mutations: list[IncomingMutation]


@dataclass(frozen=True, slots=True)
class EnrollRequest:
    """Who enrols, as what, where."""

    username: str
    password: str
    device_name: str
    shop: uuid.UUID | None
    as_cookie: bool


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """Who logs in again, on which device."""

    username: str
    password: str
    device: uuid.UUID
    as_cookie: bool


def check_protocol(body: Mapping[str, Any]) -> None:
    """Raises SyncError unless the request speaks a version that this server speaks."""
    version = body.get("protocol")
    if isinstance(version, int) and not isinstance(version, bool):
        if version == PROTOCOL:
            return
        raise SyncError(
            426,
            error_codes.PROTOCOL_VERSION_UNSUPPORTED,
            f"This server speaks version {PROTOCOL} of the protocol.",
            details={"supported": [PROTOCOL]},
        )
    raise malformed("The protocol version is missing.", "protocol")


def sync_request(body: Mapping[str, Any]) -> SyncRequest:
    """The request of POST /sync/v1/sync."""
    check_protocol(body)
    cursor = body.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise malformed("The cursor is a text or null.", "cursor")
    limit = _integer(body.get("limit", DEFAULT_LIMIT), "limit")
    return SyncRequest(
        incarnation=_uuid(body.get("incarnation"), "incarnation"),
        cursor=cursor,
        limit=max(1, min(limit, MAX_LIMIT)),
        partial=body.get("partial") is True,
        mutations=_mutations(body.get("mutations", [])),
    )


def digest_request(body: Mapping[str, Any]) -> list[Range]:
    """The request of POST /sync/v1/digest."""
    check_protocol(body)
    ranges = body.get("ranges")
    if not isinstance(ranges, list):
        raise malformed("The ranges are not a list.", "ranges")
    if len(ranges) > limits.MAX_RANGES:
        raise too_large(f"More than {limits.MAX_RANGES} ranges in one request.")
    return [_range(raw, f"ranges[{index}]") for index, raw in enumerate(ranges)]


def enroll_request(body: Mapping[str, Any]) -> EnrollRequest:
    """The request of POST /sync/v1/enroll."""
    check_protocol(body)
    shop = body.get("shop")
    return EnrollRequest(
        username=_text(body.get("username"), "username"),
        password=_text(body.get("password"), "password"),
        device_name=_text(body.get("device_name", ""), "device_name")[:100],
        shop=None if shop is None else _uuid(shop, "shop"),
        as_cookie=_as_cookie(body),
    )


def login_request(body: Mapping[str, Any]) -> LoginRequest:
    """The request of POST /sync/v1/login."""
    check_protocol(body)
    return LoginRequest(
        username=_text(body.get("username"), "username"),
        password=_text(body.get("password"), "password"),
        device=_uuid(body.get("device"), "device"),
        as_cookie=_as_cookie(body),
    )


def _mutations(value: object) -> list[IncomingMutation]:
    if not isinstance(value, list):
        raise malformed("The mutations are not a list.", "mutations")
    if len(value) > limits.MAX_MUTATIONS:
        raise too_large(f"More than {limits.MAX_MUTATIONS} mutations in one request.")
    mutations: list[IncomingMutation] = []
    for index, raw in enumerate(value):
        mutation = _mutation(raw, f"mutations[{index}]")
        if mutations and mutation.seq != (mutations[-1].seq or 0) + 1:
            raise malformed("Sequence numbers must ascend by one.", f"mutations[{index}].seq")
        mutations.append(mutation)
    return mutations


def _range(raw: object, path: str) -> Range:
    if not isinstance(raw, dict):
        raise malformed("A range is not an object.", path)
    fields = raw.get("fields")
    if not isinstance(fields, list) or len(fields) > limits.MAX_RANGE_FIELDS:
        raise malformed(f"The fields are a list of at most {limits.MAX_RANGE_FIELDS} names.", f"{path}.fields")
    after, upto = raw.get("after"), raw.get("upto")
    return Range(
        collection=_text(raw.get("collection"), f"{path}.collection"),
        after=None if after is None else _uuid(after, f"{path}.after"),
        upto=None if upto is None else _uuid(upto, f"{path}.upto"),
        fields=frozenset(_text(name, f"{path}.fields") for name in fields),
        rows=raw.get("rows") is True,
    )


def _mutation(raw: object, path: str) -> IncomingMutation:
    if not isinstance(raw, dict):
        raise malformed("A mutation is not an object.", path)
    seq = _integer(raw.get("seq"), f"{path}.seq")
    if not 1 <= seq <= MAX_SAFE_INTEGER:
        raise malformed("Sequence numbers begin with 1.", f"{path}.seq")
    operations = raw.get("ops")
    if isinstance(operations, list) and len(operations) > limits.MAX_OPERATIONS:
        raise too_large(f"More than {limits.MAX_OPERATIONS} operations in one mutation.")
    return IncomingMutation(_uuid(raw.get("id"), f"{path}.id"), seq, raw)


def _as_cookie(body: Mapping[str, Any]) -> bool:
    match body.get("credential"):
        case "cookie":
            return True
        case "body":
            return False
        case _:
            raise malformed("The credential goes into the cookie or the body.", "credential")


def _integer(value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise malformed("A whole number is expected.", path)
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT or "\0" in value:
        raise malformed("A short text is expected.", path)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise malformed("A text is not Unicode.", path) from error
    return value


def _uuid(value: object, path: str) -> uuid.UUID:
    if isinstance(value, str) and len(value) == 36:
        try:
            return uuid.UUID(value)
        except ValueError:
            pass
    raise malformed("A UUID is expected.", path)
