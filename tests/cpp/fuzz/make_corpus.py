# SPDX-License-Identifier: MIT
"""Writes the seed inputs of the fuzz targets to corpus/<name>/. Run it after a change of a format."""

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


UUID = bytes.fromhex(ID.replace("-", ""))
# A value by each code of MessagePack that the format has, but for the lengths of more than a byte.
VALUES = [
    b"\xc0",
    b"\xc2",
    b"\xc3",
    b"\x07",
    b"\xe0",
    b"\xcc\xff",
    b"\xcd" + struct.pack(">H", 3000),
    b"\xce" + struct.pack(">I", 70000),
    b"\xcf" + struct.pack(">Q", 2**53 - 1),
    b"\xd3" + struct.pack(">q", -40),
    b"\xcb" + struct.pack(">d", 2.5),
    b"\xa6Sukari",
    b"\xd9\x28" + b"Unga wa mahindi ".ljust(40, b"x"),
    b"\xd8\x02" + UUID,
    b"\xc7\x09\x01" + b'{"a":[1]}',
]
FEED_STAMP = struct.pack("<QQ", 0x01A0C4506C000000, 0xAA)
NO_STAMP = bytes(16)


def names(count: int) -> bytes:
    return varint(count) + b"".join(block(f"field{index:02}") for index in range(count))


def record(stamps: list[bytes], removed: bool = False) -> bytes:
    """A record with a value of each kind and the names of its own fields, which have the stamps in turn."""
    stamp_kind = 0 if not stamps else 2 if len(stamps) == 1 else 4
    out = bytes([stamp_kind | removed]) + varint(0) + names(len(VALUES)) + (FEED_STAMP if removed else b"")
    if stamp_kind == 4:
        places = bytes(index % len(stamps) for index in range(len(VALUES)))
        out += varint(len(stamps)) + b"".join(stamps) + places
    else:
        out += b"".join(stamps)
    return out + b"".join(VALUES)


def page(entries: list[tuple[bytes, bytes]]) -> bytes:
    written = [block(key) + block(value) for key, value in entries]
    offset = 13 + 4 * len(written)
    offsets = b""
    for entry in written:
        offsets += struct.pack("<I", offset)
        offset += len(entry)
    return frame(b"SWPG", struct.pack("<I", len(written)) + offsets + b"".join(written))


def directory(next_page_id: int, tables: list[tuple[str, list[tuple[int, bytes, int]]]]) -> bytes:
    body = struct.pack("<I", next_page_id) + varint(len(tables))
    for name, pages in tables:
        body += block(name) + varint(len(pages))
        for page_id, first_key, count in pages:
            body += struct.pack("<I", page_id) + block(first_key) + struct.pack("<I", count)
    return frame(b"SWDR", body)


def put(table: str, key: str | bytes, value: str | bytes) -> bytes:
    return b"\x00" + block(table) + block(key) + block(value)


def batch(*changes: bytes) -> bytes:
    return frame(b"SWLB", varint(len(changes)) + b"".join(changes))


MUTATION = json.dumps(
    {
        "seq": 1,
        "id": ID,
        "name": "sale.complete",
        "stamp": STAMP,
        "actor": "1",
        "base": None,
        "ops": [
            {
                "op": "put",
                "collection": "sales",
                "id": ID,
                "fields": {"receipt": "A1-1", "rate": 0.1, "extra": {"a": [1]}},
            },
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
        {
            "collection": "products",
            "id": ID,
            "version": 1,
            "stamp": STAMP,
            "stamps": {"price": STAMP},
            "fields": {"name": "Sukari", "price": 3000, "stock": 9007199254740991},
        },
        {"collection": "customers", "id": ID, "version": 2, "stamp": STAMP, "removed": True},
    ],
    "blocks": [
        {
            "collection": "products",
            "ids": [ID[:-1] + "2", ID[:-1] + "3"],
            "versions": [1, 2],
            "stamps": [STAMP, STAMP],
            "fields": {"name": ["Chai", None], "price": [2500, 1.5]},
        }
    ],
}
ENROLMENT = {
    "device": {"id": ID, "name": "Till", "series": "A1"},
    "shop": {"id": ID, "name": "Shop"},
    "actor": {"id": "1", "name": "demo"},
    "token": None,
}

QUERY = {
    "where": {"name": "Sukari", "price": {"atLeast": 1, "in": [1, 2.5, None]}},
    "orderBy": [{"field": "rate", "descending": True}],
    "search": "suk 1",
    "limit": 2,
    "offset": 1,
}
SCHEMA = {
    "version": 1,
    "collections": {
        "products": {
            "fields": {
                "name": {"type": "text", "merge": "last_writer", "required": True},
                "price": {"type": "integer", "merge": "last_writer", "required": False},
            },
            "search": ["name"],
            "indexes": [["name"], ["price", "name"]],
            "paged": True,
        }
    },
}

SEEDS: dict[str, dict[str, str | bytes]] = {
    "batch": {
        "empty": batch(),
        "changes": batch(
            put("meta", "cursor", "e1:2"),
            put("shapes", struct.pack(">I", 1), names(len(VALUES))),
            put("records/products", UUID, record([FEED_STAMP, NO_STAMP])),
            put("index/products/price,", b"\x04\xc0\xa7\x70" + bytes(5) + UUID, b""),
            b"\x01" + block("outbox") + block("0000000000000001"),
            b"\x02" + block("records/sales"),
        ),
        "reload": batch(b"\x03" + block("")),
        "huge_count": frame(b"SWLB", varint(2**64 - 1)),
    },
    "page": {
        "one": page([(b"", b"")]),
        "entries": page([(UUID, record([])), (b"a", b"\x00\x00"), (b"ab", b""), (b"\xff", b"x" * 200)]),
    },
    "directory": {
        "empty": directory(1, []),
        "tables": directory(
            9,
            [
                ("meta", [(8, b"cursor", 12)]),
                ("records/products", [(3, b"", 500), (7, UUID, 2**32 - 1)]),
                ("search/products/name,", []),
            ],
        ),
        # The second list's first key does not come behind the first one's.
        "table_twice": directory(9, [("meta", [(8, b"cursor", 12)]), ("meta", [(7, b"", 1)])]),
        "shape": names(len(VALUES)),
        # The target reads a shape's bytes as a record of that shape, too. These are both: three names, the last of them
        # long; and a removed record with one stamp and three small numbers.
        "shape_and_record": b"\x03" + block("x") + block("name") + block("y" * 28),
    },
    "record": {
        "no_fields": b"\x00" + varint(0) + varint(0),
        "zero_stamp": record([]),
        "one_stamp": record([FEED_STAMP]),
        "many_stamps": record([FEED_STAMP, NO_STAMP]),
        "removed": record([FEED_STAMP, NO_STAMP], removed=True),
    },
    "outbox": {"mutation.json": MUTATION, "entry": varint(300) + varint(2 * 1780000000000) + block(MUTATION)},
    "sync_response": {
        "response.json": json.dumps(RESPONSE),
        "enrolment.json": json.dumps(ENROLMENT),
        "error.json": '{"error":{"code":"sequence_gap","message":"gap","details":{"expected":3}}}',
    },
    "query": {
        "query.json": json.dumps(QUERY),
        "schema.json": json.dumps(SCHEMA),
        "merge.json": json.dumps(
            {
                "schema": {
                    "fields": {
                        "name": {"type": "text", "merge": "last_writer"},
                        "stock": {"type": "integer", "merge": "counter"},
                    }
                },
                "record": {"fields": {"name": "A", "stock": 5}, "stamps": {"name": STAMP}, "removed": None},
                "stamp": STAMP,
                "ops": [
                    {"op": "patch", "fields": {"name": "B"}},
                    {"op": "increment", "field": "stock", "delta": 1},
                    {"op": "remove"},
                ],
            }
        ),
    },
}

for target, seeds in SEEDS.items():
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
