# SPDX-License-Identifier: MIT
"""Writes the seed inputs of the fuzz targets to corpus/<name>/. Run it after a change of a format: python3 make_corpus.py"""

import json
import struct
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
ID = "0190a000-0000-7000-8000-000000000001"
STAMP = "01a0c4506c000000-00000000000000aa"


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def block(data: str | bytes) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return varint(len(data)) + data


def frame(magic: bytes, body: bytes) -> bytes:
    return magic + b"\x01" + struct.pack("<I", crc32c(body)) + body


def record(removed: bool = False) -> bytes:
    stamp = struct.pack("<QQ", 0x01A0C4506C000000, 0xAA)
    head = (b"\x01" + stamp) if removed else b"\x00"
    fields = [b"\x02", b"\x06" + block('{"a":[1]}'), b"\x05" + block("Sukari"), b"\x00", b"\x04" + struct.pack("<d", 2.5), b"\x03" + varint(79)]
    out = head + varint(len(fields))
    for index, value in enumerate(fields):
        out += block("abcdef"[index]) + (varint(0) + stamp if index == 0 else varint(0)) + value
    return out


MUTATION = json.dumps(
    {
        "seq": 1,
        "id": ID,
        "name": "sale.complete",
        "stamp": STAMP,
        "actor": "1",
        "base": None,
        "ops": [
            {"op": "put", "collection": "sales", "id": ID, "fields": {"receipt": "A1-1", "rate": 0.1, "extra": {"a": [1]}}},
            {"op": "patch", "collection": "products", "id": ID, "fields": {"name": "Súkari", "archived": False}},
            {"op": "increment", "collection": "products", "id": ID, "field": "stock", "delta": -2},
            {"op": "remove", "collection": "products", "id": ID},
        ],
    },
    ensure_ascii=False,
)

RESPONSE = {
    "protocol": 1,
    "server_time_ms": 1780000000000,
    "verdicts": [
        {"seq": 1, "status": "duplicate", "first_status": "merged", "code": None, "message": None, "version": 1},
        {"seq": 2, "status": "rejected", "code": "mutation_invalid", "message": "no", "version": 1},
    ],
    "reset": True,
    "cursor": "e1:2",
    "version": 2,
    "head": 3,
    "more": True,
    "changes": [
        {"collection": "products", "id": ID, "version": 1, "stamp": STAMP, "stamps": {"price": STAMP}, "fields": {"name": "Sukari", "price": 3000, "stock": 9007199254740991}},
        {"collection": "customers", "id": ID, "version": 2, "stamp": STAMP, "removed": True},
    ],
}
ENROLMENT = {"device": {"id": ID, "name": "Till", "series": "A1"}, "shop": {"id": ID, "name": "Shop"}, "actor": {"id": "1", "name": "demo"}, "token": None}

SEEDS: dict[str, dict[str, str | bytes]] = {
    "batch": {
        "empty": frame(b"SWLB", varint(0)),
        "changes": frame(
            b"SWLB",
            varint(3) + b"\x00" + block("meta") + block("cursor") + block("e1:2") + b"\x01" + block("outbox") + block("0000000000000001") + b"\x02" + block("records/sales"),
        ),
        "huge_count": frame(b"SWLB", varint(2**64 - 1)),
    },
    "page": {
        "empty": frame(b"SWPG", block("meta") + varint(0)),
        "entries": frame(b"SWPG", block("records/sales") + varint(2) + block("a") + block(b"\x00\x00") + block("b") + block(b"")),
    },
    "record": {"present": record(), "removed": record(removed=True), "empty": b"\x00\x00"},
    "outbox": {"mutation.json": MUTATION, "entry": varint(300) + varint(2 * 1780000000000) + block(MUTATION)},
    "sync_response": {"response.json": json.dumps(RESPONSE), "enrolment.json": json.dumps(ENROLMENT), "error.json": '{"error":{"code":"sequence_gap","message":"gap","details":{"expected":3}}}'},
    "query": {
        "query.json": '{"where":{"name":"Sukari","price":{"atLeast":1,"in":[1,2.5,null]}},"orderBy":[{"field":"rate","descending":true}],"search":"suk 1","limit":2,"offset":1}',
        "schema.json": '{"version":1,"collections":{"products":{"fields":{"name":{"type":"text","merge":"last_writer","required":true}},"search":["name"]}}}',
        "merge.json": json.dumps({"schema": {"fields": {"name": {"type": "text", "merge": "last_writer"}, "stock": {"type": "integer", "merge": "counter"}}}, "record": {"fields": {"name": "A", "stock": 5}, "stamps": {"name": STAMP}, "removed": None}, "stamp": STAMP, "ops": [{"op": "patch", "fields": {"name": "B"}}, {"op": "increment", "field": "stock", "delta": 1}, {"op": "remove"}]}),
    },
}

for target, seeds in SEEDS.items():
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
