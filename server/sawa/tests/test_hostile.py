# SPDX-License-Identifier: MIT
"""Bodies that nobody's device sends."""

import gzip
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bidhaa.models import Customer
from conftest import Till, increment, new_id, put
from sawa.api import limits
from sawa.api.body import parse
from sawa.errors import SyncError

pytestmark = pytest.mark.django_db


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


MALFORMED = (400, "request_malformed")
TOO_LARGE = (413, "request_too_large")


def test_gzip_is_understood(till: Till) -> None:
    body = gzip.compress(json.dumps(till.request(till.mutation(put("customers", new_id(), jina="A")))).encode())
    response = till.post("/sync/v1/sync", body, **{"Content-Encoding": "gzip"})
    assert response.json()["verdicts"][0]["status"] == "applied"


def test_a_gzip_bomb_is_refused(till: Till) -> None:
    bomb = gzip.compress(b'{"a":"' + b"0" * (50 * 1024 * 1024) + b'"}')
    assert len(bomb) < limits.MAX_WIRE_BYTES
    assert code(till.post("/sync/v1/sync", bomb, **{"Content-Encoding": "gzip"})) == TOO_LARGE


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"{}")[:-4], gzip.compress(b"{}") + b"tail"])
def test_broken_gzip_is_refused(till: Till, body: bytes) -> None:
    assert code(till.post("/sync/v1/sync", body, **{"Content-Encoding": "gzip"})) == MALFORMED


def test_other_encodings_are_refused(till: Till) -> None:
    assert code(till.post("/sync/v1/sync", b"{}", **{"Content-Encoding": "br"})) == MALFORMED


def test_a_body_beyond_the_limit_is_refused(till: Till) -> None:
    assert code(till.post("/sync/v1/sync", b" " * (limits.MAX_WIRE_BYTES + 1))) == TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"protocol": 1, "protocol": 1}',
        b'{"protocol": NaN}',
        b'{"protocol": Infinity}',
        b'{"protocol": 1e999}',
        b'{"protocol": 9007199254740992}',
        b'{"protocol": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": ' + b"[" * 17 + b"]" * 17 + b"}",
        b'{"a": ' + b"[" * 100_000,
        b'{"a": ' + b'{"b":' * 400_00 + b"1" + b"}" * 400_00 + b"}",
        b'{"a": 1} x',
        b"\xef\xbb\xbf{}",
        b'{"a": 01}',
    ],
)
def test_what_is_not_json_of_this_protocol_is_refused(till: Till, body: bytes) -> None:
    assert code(till.post("/sync/v1/sync", body)) == MALFORMED


def test_the_deepest_allowed_nesting_is_taken() -> None:
    parse(b'{"a": ' + b"[" * 15 + b"]" * 15 + b"}")
    with pytest.raises(SyncError):
        parse(b'{"a": ' + b"[" * 16 + b"]" * 16 + b"}")


def test_a_long_text_is_refused(till: Till) -> None:
    fits, long = "é" * 32_768, "é" * 32_769
    assert till.verdict(put("customers", new_id(), jina=fits))["status"] == "applied"
    assert code(till.send(till.mutation(put("customers", new_id(), jina=long)))) == TOO_LARGE


def test_too_many_mutations_or_operations_are_refused(till: Till) -> None:
    many = [till.mutation() for _ in range(201)]
    assert code(till.send(*many)) == TOO_LARGE
    till.seq = 0
    assert code(till.send(till.mutation(*[put("customers", new_id())] * 2001))) == TOO_LARGE


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": None},
        {"protocol": "1"},
        {"protocol": True},
        {"incarnation": None},
        {"incarnation": "x"},
        {"cursor": 5},
        {"limit": "many"},
        {"limit": None},
        {"mutations": None},
        {"mutations": {}},
        {"mutations": [None]},
        {"mutations": [{"seq": 1}]},
        {"mutations": [{"seq": 0, "id": new_id()}]},
        {"mutations": [{"seq": True, "id": new_id()}]},
        {"mutations": [{"seq": 1, "id": new_id()}, {"seq": 3, "id": new_id()}]},
        {"mutations": [{"seq": 1, "id": 7}]},
    ],
)
def test_a_broken_envelope_is_refused(till: Till, changes: dict[str, Any]) -> None:
    assert code(till.send(**changes)) == MALFORMED


def test_another_protocol_version_is_told_which_are_spoken(till: Till) -> None:
    response = till.send(protocol=2)
    assert code(response) == (426, "protocol_version_unsupported")
    assert response.json()["error"]["details"] == {"supported": [1]}


def test_a_counter_cannot_overflow(till: Till, product: Any) -> None:
    edge = 2**53 - 1
    assert till.verdict(increment("bidhaas", str(product.pk), "stock", edge))["code"] == "mutation_invalid"
    assert till.verdict(increment("bidhaas", str(product.pk), "stock", edge - 10))["status"] == "applied"
    assert till.verdict(put("bidhaas", new_id(), jina="A", stock=edge))["status"] == "applied"


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_refused(till: Till, method: str) -> None:
    response = getattr(till.client, method)("/sync/v1/sync", headers=till.headers())
    assert response.status_code == 405
    assert response.headers["Sawa-Protocol"] == "1"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
operations = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "op": st.sampled_from(["put", "patch", "increment", "remove"]) | anything,
            "collection": st.sampled_from(["bidhaas", "customers", "sales", "sale_items", "ghosts"]) | anything,
            "id": st.just(new_id()) | st.just(new_id()) | anything,
            "field": st.sampled_from(["stock", "jina"]) | anything,
            "delta": st.integers(-5, 5) | anything,
            "fields": st.dictionaries(st.sampled_from(["jina", "price", "stock", "sale_id", "total"]), anything)
            | anything,
        },
    )
    | anything,
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ops=operations, body=st.none() | anything)
def test_no_mutation_stops_the_queue_or_the_server(till: Till, ops: Any, body: Any) -> None:
    """Whatever an operation looks like, the mutation gets a verdict, and the next one is handled."""
    try:
        request = json.dumps(till.request(till.mutation(*ops)), allow_nan=False).encode()
    except ValueError:
        till.seq -= 1
        return
    response = till.post("/sync/v1/sync", request)
    if response.status_code == 200:
        assert response.json()["verdicts"][0]["status"] in {"applied", "merged", "rejected", "quarantined"}
    else:
        assert code(response) in (MALFORMED, TOO_LARGE)
        till.seq -= 1
    answer = till.sync(till.mutation(put("customers", new_id(), jina=str(random.random()))))
    assert answer["verdicts"][0]["status"] == "applied"
    envelope = till.post("/sync/v1/sync", json.dumps(body).encode())
    assert envelope.status_code == 400
    assert Customer.objects.exists()
