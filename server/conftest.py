# SPDX-License-Identifier: MIT
"""What the tests of all apps share: two shops that must never meet, and a device of each."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from bidhaa.models import Bidhaa
from sawa.models import Device, Membership, Shop
from sawa.services import devices

PASSWORD = "a-long-password"
NODE = "00000000000000aa"


def new_id() -> str:
    return str(uuid.uuid4())


def stamp(ms: int | None = None, counter: int = 0, node: str = NODE) -> str:
    """A device's stamp; now, if no time is given."""
    return f"{int(time.time() * 1000) if ms is None else ms:012x}{counter:04x}-{node}"


def put(collection: str, record_id: str, **fields: Any) -> dict[str, Any]:
    return {"op": "put", "collection": collection, "id": record_id, "fields": fields}


def patch(collection: str, record_id: str, **fields: Any) -> dict[str, Any]:
    return {"op": "patch", "collection": collection, "id": record_id, "fields": fields}


def increment(collection: str, record_id: str, name: str, delta: Any) -> dict[str, Any]:
    return {"op": "increment", "collection": collection, "id": record_id, "field": name, "delta": delta}


def remove(collection: str, record_id: str) -> dict[str, Any]:
    return {"op": "remove", "collection": collection, "id": record_id}


def all_changes(changes: list[dict[str, Any]], blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every change of an answer by itself, by version, whether it came in a block or not."""
    found = list(changes)
    for block in blocks:
        count = len(block["ids"])
        # The last one counts for all that follow.
        stamps = [*block["stamps"], *[block["stamps"][-1]] * (count - len(block["stamps"]))]
        rows = zip(block["ids"], block["versions"], stamps, strict=True)
        partial = {"partial": True} if block.get("partial") else {}
        for row, (record_id, version, stamp) in enumerate(rows):
            fields = {name: column[row] for name, column in block["fields"].items()}
            change = {"collection": block["collection"], "id": record_id, "version": version, "stamp": stamp}
            found.append(change | partial | {"fields": fields})
    return sorted(found, key=lambda change: change["version"])


@dataclass
class Till:
    """A device as the tests play it: it counts its sequence and keeps its cursor, as the real one does."""

    device: Device
    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    incarnation: str = field(default_factory=new_id)
    seq: int = 0
    cursor: str | None = None

    def headers(self) -> dict[str, str]:
        return {"Sawa-Client": "tests/1", "Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, data, content_type="application/json", headers={**self.headers(), **headers})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={**self.headers(), **headers})

    def mutation(self, *ops: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The next mutation of the outbox."""
        self.seq += 1
        return {
            "seq": self.seq,
            "id": new_id(),
            "name": "test",
            "stamp": stamp(),
            "actor": "1",
            "base": None,
            "ops": list(ops),
            **changes,
        }

    def request(self, *mutations: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "protocol": 1,
            "schema": 1,
            "incarnation": self.incarnation,
            "cursor": self.cursor,
            "limit": 2000,
            "mutations": list(mutations),
            **changes,
        }

    def send(self, *mutations: dict[str, Any], **changes: Any) -> Any:
        return self.post("/sync/v1/sync", self.request(*mutations, **changes))

    def sync(self, *mutations: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A round trip that must succeed; the cursor moves on."""
        response = self.send(*mutations, **changes)
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = response.json()
        self.cursor = answer["cursor"]
        answer["changes"] = all_changes(answer["changes"], answer.pop("blocks"))
        return answer

    def verdict(self, *ops: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The verdict of one new mutation."""
        verdict: dict[str, Any] = self.sync(self.mutation(*ops, **changes))["verdicts"][0]
        return verdict

    def pull_all(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every record from a null cursor, by collection and id."""
        self.cursor = None
        found = {}
        while True:
            answer = self.sync()
            found.update({(change["collection"], change["id"]): change for change in answer["changes"]})
            if not answer["more"]:
                return found


def sale_ops(product: str, *, price: int = 1000, quantity: int = 2, sale: str | None = None, **fields: Any) -> Any:
    """The operations of a completed sale of one product."""
    sale = sale or new_id()
    now = int(time.time() * 1000)
    total = price * quantity
    return [
        put(
            "sales",
            sale,
            **{
                "receipt_number": f"A1-{sale[:6]}",
                "sold_at_ms": now,
                "status": "completed",
                "customer_id": None,
                "customer_name": "",
                "customer_phone": "",
                "cashier": "demo",
                "total": total,
                "item_count": quantity,
                "currency": "TZS",
                **fields,
            },
        ),
        put(
            "sale_items",
            new_id(),
            sale_id=sale,
            line_number=1,
            bidhaa_id=product,
            jina="Sukari",
            unit_price=price,
            quantity=quantity,
            line_total=total,
        ),
        put("payments", new_id(), sale_id=sale, method="cash", amount=total, paid_at_ms=now),
        increment("bidhaas", product, "stock", -quantity),
    ]


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Whether the till has been built must not matter here.
    settings.WHITENOISE_ROOT = None


def make_shop(name: str) -> Shop:
    return Shop.objects.create(name=name)


def make_user(name: str, *shops: Shop, staff: bool = False, role: str = Membership.Role.OWNER) -> Any:
    user = get_user_model().objects.create_user(name, password=PASSWORD, is_staff=staff, is_superuser=staff)
    for shop in shops:
        Membership.objects.create(shop=shop, user=user, role=role)
    return user


def make_till(shop: Shop, user: Any) -> Till:
    grant = devices.enroll(user, shop.pk, "Till", "tests/1")
    return Till(grant.device, grant.token)


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop("Duka")


@pytest.fixture
def user(shop: Shop) -> Any:
    return make_user("asha", shop)


@pytest.fixture
def till(shop: Shop, user: Any) -> Iterator[Till]:
    yield make_till(shop, user)


@pytest.fixture
def second_till(shop: Shop, user: Any) -> Till:
    return make_till(shop, user)


@pytest.fixture
def cashier(shop: Shop) -> Till:
    """The till of a user who does not see everything."""
    return make_till(shop, make_user("neema", shop, role=Membership.Role.CASHIER))


@pytest.fixture
def other_shop(db: None) -> Shop:
    return make_shop("Another shop")


@pytest.fixture
def other_till(other_shop: Shop) -> Till:
    return make_till(other_shop, make_user("juma", other_shop))


@pytest.fixture
def product(shop: Shop) -> Bidhaa:
    return Bidhaa.objects.create(shop=shop, jina="Sukari", price=1000, stock=10)
