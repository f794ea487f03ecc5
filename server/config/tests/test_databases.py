# SPDX-License-Identifier: MIT
"""What `DATABASE_URL` becomes, and what every database must do alike."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.db import DataError, connection, transaction

from bidhaa.models import Bidhaa
from config.databases import database
from sawa import checks
from sawa.models import Shop

#: Different texts, which many collations take for equal.
ALIKE = ["a", "A", "á", "a ", "\uff41"]


def test_a_url_of_mysql_keeps_its_own_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://asha:secret@db/duka?unix_socket=/run/db.sock&sql_mode=ANSI")
    config = database(tmp_path)
    assert (config["ENGINE"], config["NAME"], config["HOST"]) == ("django.db.backends.mysql", "duka", "db")
    assert config["OPTIONS"] == {
        "charset": "utf8mb4", "isolation_level": "read committed", "sql_mode": "ANSI", "unix_socket": "/run/db.sock",
    }  # fmt: skip
    assert config["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("engine", "options", "code"),
    [
        ("sqlite3", {}, "sawa.E001"),
        ("sqlite3", {"transaction_mode": "DEFERRED"}, "sawa.E001"),
        ("mysql", {"isolation_level": "repeatable read"}, "sawa.E002"),
        ("mysql", {"isolation_level": None}, "sawa.E002"),
        ("mysql", {}, None),
        ("postgresql", {}, None),
    ],
)
def test_unsafe_transactions_are_refused(
    engine: str, options: dict[str, str | None], code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {"ENGINE": f"django.db.backends.{engine}", "OPTIONS": options}
    monkeypatch.setitem(settings.DATABASES, "other", config)
    assert {message.id for message in checks.check_transactions()} == ({code} if code else set())


@pytest.mark.django_db
def test_this_database_passes_all_checks() -> None:
    assert run_checks(databases=["default"]) == []


@pytest.mark.django_db
def test_an_inexact_collation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_EXACT_COLLATIONS", ())
    expected = {"sawa.E003"} if connection.vendor == "mysql" else set()
    assert {message.id for message in run_checks(databases=["default"])} == expected


def test_texts_are_equal_only_if_they_are_the_same(shop: Shop) -> None:
    Bidhaa.objects.bulk_create([Bidhaa(shop=shop, sku=text) for text in ALIKE])
    for text in ALIKE:
        assert [row.sku for row in Bidhaa.objects.filter(shop=shop, sku=text)] == [text]
        get_user_model().objects.create(username=text)


def test_a_number_that_does_not_fit_is_refused(shop: Shop) -> None:
    with pytest.raises((DataError, OverflowError)), transaction.atomic():
        Bidhaa.objects.bulk_create([Bidhaa(shop=shop, price=2**63)])
    assert not Bidhaa.objects.exists()
