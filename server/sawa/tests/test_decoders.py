# SPDX-License-Identifier: MIT
"""Decoders of what comes from outside: any input is read, or refused with the code that says so. Nothing else."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import Till
from sawa import canonical, stamps
from sawa.api import body, limits, messages
from sawa.errors import SyncError
from sawa.feed import Cursor
from sawa.models import Conflict
from sawa.services.mutation import IncomingMutation, make_plan

CODES = {"request_malformed", "request_too_large", "protocol_version_unsupported"}
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | numbers | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
objects = st.dictionaries(st.text(), values)
uuids = st.uuids().map(str)
#: What an envelope needs, and anything in its place.
fields = {
    "protocol": st.just(1) | values,
    "schema": st.just(1) | values,
    "incarnation": uuids | values,
    "cursor": st.none() | st.text() | values,
    "limit": st.integers() | values,
    "username": st.text() | values,
    "password": st.text() | values,
    "device_name": st.text() | values,
    "credential": st.sampled_from(["cookie", "body"]) | values,
    "device": uuids | values,
    "shop": st.none() | uuids | values,
}
mutations = st.fixed_dictionaries(
    {"seq": st.integers(0, 3) | values, "id": uuids | values},
    optional={"ops": st.lists(objects) | values, "stamp": st.text() | values, "name": values, "actor": values},
)
envelopes = st.fixed_dictionaries({}, optional={**fields, "mutations": st.lists(mutations, max_size=3) | values})


def refused_or(decode: Callable[[Any], Any], given_value: Any) -> Any:
    """What it decodes to; None if it was refused as it must be."""
    try:
        return decode(given_value)
    except SyncError as error:
        assert error.code in CODES
        assert 400 <= error.status < 500
        return None


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
@example(data=b'{"a":"\\ud800"}')
@example(data=b'{"a":1e400}')
@example(data=b'{"a":-0.0}')
def test_a_body_is_read_or_refused(data: bytes) -> None:
    decoded = refused_or(body.parse, data)
    assert decoded is None or isinstance(decoded, dict)


@settings(max_examples=100, deadline=None)
@given(value=objects)
@example(value={"": 1e20})
def test_what_was_written_canonically_is_read_back(value: dict[str, Any]) -> None:
    text = canonical.canonical_text(value)
    decoded = body.parse(text.encode("utf-8", "surrogatepass")) if is_unicode(text) else None
    assert decoded is None or canonical.canonical_text(decoded) == text


def is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def test_numbers_beyond_exact_whole_ones_are_read_as_the_engine_reads_them() -> None:
    decoded = body.parse(b'{"a": 9223372036854775807, "b": -100000000000000000000, "c": 9007199254740991}')
    assert decoded == {"a": 9.223372036854775807e18, "b": -1e20, "c": 2**53 - 1}
    assert [type(value) for value in decoded.values()] == [float, float, int]


@pytest.mark.django_db
def test_a_number_from_a_json_column_can_be_sent(till: Till) -> None:
    """PostgreSQL gives 1e20 back as the whole number 10^20."""
    shop = till.device.shop
    values = {"mutation_id": shop.pk, "record_id": shop.pk, "at": timezone.now(), "mine": [{"a": 1e20}]}
    conflict = Conflict.objects.create(shop=shop, **values)
    # A record with stamps of its own is not encoded by the database.
    conflict.state = Conflict.State.RESOLVED
    conflict.save()
    [change] = [each for each in till.pull_all().values() if each["collection"] == "sawa_conflicts"]
    assert change["fields"]["mine"] == [{"a": 1e20}]


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300), cut=st.integers(0, 20), flip=st.integers(0, 200), tail=st.binary(max_size=5))
def test_damaged_gzip_is_refused(data: bytes, cut: int, flip: int, tail: bytes) -> None:
    whole = gzip.compress(data)
    damaged = bytearray(whole[: len(whole) - cut] + tail)
    if flip < len(damaged):
        damaged[flip] ^= 0x41
    request = RequestFactory().generic(
        "POST", "/", bytes(damaged), content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    decoded = refused_or(body.read_json, request)
    # What gzip does not check (its header's time, say) may be damaged, but never the content.
    assert decoded is None or canonical.canonical_text(decoded) == canonical.canonical_text(json.loads(data))


@pytest.mark.parametrize("decode", [messages.sync_request, messages.enroll_request, messages.login_request])
@settings(max_examples=100, deadline=None)
@given(envelope=envelopes)
def test_an_envelope_is_understood_or_refused(decode: Callable[[Any], Any], envelope: dict[str, Any]) -> None:
    decoded = refused_or(decode, envelope)
    if isinstance(decoded, messages.SyncRequest):
        assert 1 <= decoded.limit <= 5000
        assert len(decoded.mutations) <= limits.MAX_MUTATIONS


@settings(max_examples=100, deadline=None)
@given(payload=objects | mutations, seq=st.none() | st.integers(1, 5), mutation_id=st.uuids())
def test_a_mutation_is_planned_or_refused(payload: dict[str, Any], seq: int | None, mutation_id: Any) -> None:
    mutation = IncomingMutation(mutation_id, seq, payload)
    plan = make_plan(mutation, 1_790_000_000_000)
    assert plan.refused is not None or stamps.is_stamp(plan.stamp)
    assert mutation.hashes() == IncomingMutation(mutation_id, seq, dict(reversed(payload.items()))).hashes()
    assert len(mutation.name) <= 100


@settings(max_examples=100, deadline=None)
@given(text=st.text() | st.from_regex(r"[0-9a-f]{32}\.[0-9]{1,20}", fullmatch=True))
@example(text="0" * 32 + ".٣")
@example(text="0" * 32 + ".a.9.8")
@example(text="0" * 32 + ".a.9.8." + "1" * 32 + ".sales.of.today")
def test_a_cursor_is_read_or_refused(text: str) -> None:
    try:
        cursor = Cursor.parse(text)
    except SyncError as error:
        assert error.code == "cursor_invalid"
    else:
        assert Cursor.parse(str(cursor)) == cursor


@settings(max_examples=100, deadline=None)
@given(text=st.text() | st.from_regex(r"[0-9a-f]{16}-[0-9a-f]{16}", fullmatch=True), now=st.integers(0, 2**47))
@example(text="0" * 16 + "-" + "0" * 16 + "\n", now=0)
def test_a_stamp_is_no_stamp_or_is_clamped(text: str, now: int) -> None:
    if stamps.is_stamp(text):
        clamped = stamps.clamp(text, now)
        assert stamps.is_stamp(clamped)
        assert clamped <= text
        assert int(clamped[:12], 16) <= now + stamps.MAX_AHEAD_MS
        assert stamps.node_of(clamped) == stamps.node_of(text)
        assert stamps.tick_of(text) < stamps.next_tick(stamps.tick_of(text), now) or text.startswith("f" * 12)
