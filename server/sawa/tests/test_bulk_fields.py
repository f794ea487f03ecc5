# SPDX-License-Identifier: MIT
"""Models of other people: whatever their fields and values, the rows are those that Django would have written."""

import datetime
import decimal
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from sawa import bulk

pytestmark = pytest.mark.django_db

#: Tanzania's time before time zones.
OLD_ZONE = datetime.timezone(datetime.timedelta(hours=2, minutes=37, seconds=16))


# They take type arguments in their stubs only.
if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]
    ForeignKey = models.ForeignKey[Any, Any]
else:
    CharField, ForeignKey = models.CharField, models.ForeignKey


class UpperField(CharField):
    def get_prep_value(self, value: Any) -> Any:
        return value and value.upper()


class OwnForeignKey(ForeignKey):
    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return value and value + 1


class Choice(models.TextChoices):
    FIRST = "first"


#: A field, and values for it.
CASES: dict[str, tuple["models.Field[Any, Any]", list[Any]]] = {
    "subclass": (UpperField(max_length=9, null=True), ["a", None]),
    "binary": (models.BinaryField(), [b"\x00\xff"]),
    "json": (models.JSONField(null=True), [{1: "x", "big": 2**70}, [1.5, None], "text", 5, {}, None]),
    "json null": (models.JSONField(null=True), [models.Value(None, models.JSONField())]),
    "json encoder": (models.JSONField(encoder=DjangoJSONEncoder), [{"at": decimal.Decimal("0.10")}]),
    "float": (models.FloatField(null=True), [0.1, 1.7e308, -5e-324, None]),
    "decimal": (models.DecimalField(max_digits=20, decimal_places=2), [decimal.Decimal("123456789012345678.10")]),
    "date": (models.DateField(), [datetime.date(1, 2, 3)]),
    "time": (models.TimeField(), [datetime.time(1, 2, 3, 4)]),
    "duration": (models.DurationField(), [datetime.timedelta(days=-3, microseconds=5)]),
    "moment in an old zone": (models.DateTimeField(), [datetime.datetime(1920, 1, 1, 12, tzinfo=OLD_ZONE)]),
    "number as text": (models.BigIntegerField(), ["5"]),
    "number as boolean": (models.BigIntegerField(), [True]),
    "number as fraction": (models.BigIntegerField(), [5.7]),
    "boolean as text": (models.BooleanField(), ["1", "f"]),
    "uuid as text": (models.UUIDField(), [str(uuid.UUID(int=5)), uuid.UUID(int=6).hex]),
    "text as number": (models.CharField(max_length=9), [5]),
    "choice": (models.CharField(max_length=9), [Choice.FIRST]),
    "expression": (models.CharField(max_length=9), [Lower(models.Value("ABC"))]),
}


def make(name: str, *bases: Any, **attributes: Any) -> Any:
    meta = type("Meta", (), {"app_label": "contenttypes"})
    return type(f"Foreign{name}", bases or (models.Model,), {"__module__": __name__, "Meta": meta, **attributes})


def key_to(model: Any, kind: Any = models.ForeignKey) -> Any:
    return kind(model, models.CASCADE, null=True, db_constraint=False)


# Isolated: no migration and no other test knows these models.
with isolate_apps("django.contrib.contenttypes"):
    MODELS = {name: make(str(number), value=field) for number, (name, (field, _)) in enumerate(CASES.items())}
    doubled: Any = models.GeneratedField(
        expression=models.F("value") * 2, output_field=models.BigIntegerField(), db_persist=True
    )
    Generated = make("Generated", value=models.BigIntegerField(), twice=doubled)
    Defaulted = make("Defaulted", value=models.CharField(max_length=9, db_default="new"))
    Stamped = make("Stamped", value=models.TextField(), at=models.DateTimeField(auto_now=True))
    Extended = make("Extended", Stamped, more=models.TextField())
    Named = make("Named", key=UpperField(primary_key=True, max_length=9))
    OfNamed = make("OfNamed", value=key_to(Named))
    OfStamped = make("OfStamped", value=key_to(Stamped))
    ByOwnKey = make("ByOwnKey", value=key_to(Stamped, OwnForeignKey))
    Identified = make("Identified", id=models.UUIDField(primary_key=True, default=uuid.uuid4), value=models.TextField())
    OTHERS = [
        Generated, Defaulted, Stamped, Extended, Named, OfNamed, OfStamped, ByOwnKey, Identified,
    ]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    tables = [*MODELS.values(), *OTHERS]
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in tables:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in reversed(tables):
                editor.delete_model(model)


def rows(model: Any, *names: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list(*names or ["value"]))


def plain(model: Any) -> Any:
    return models.QuerySet(model)


@pytest.mark.parametrize("name", CASES)
def test_inserted_values_are_those_of_django(name: str) -> None:
    model, values = MODELS[name], CASES[name][1]
    bulk.insert([model(value=value) for value in values])
    mine = rows(model)
    model.objects.all().delete()
    plain(model).bulk_create([model(value=value) for value in values])
    assert mine == rows(model)
    assert len(mine) == len(values)


@pytest.mark.parametrize("name", CASES)
def test_updated_values_are_those_of_django(name: str) -> None:
    model, values = MODELS[name], CASES[name][1]
    plain(model).bulk_create([model(value=value) for value in values])
    before = list(model.objects.order_by("pk"))
    if len(before) > 1:
        # Others than before.
        values = [*values[1:], values[0]]
    bulk.update(model, [model._meta.get_field("value")], [[v, row.pk] for v, row in zip(values, before, strict=True)])
    mine = rows(model)
    for row, value in zip(before, values, strict=True):
        row.value = value
    plain(model).bulk_update(before, ["value"])
    assert mine == rows(model)


def test_a_generated_column_is_left_to_the_database() -> None:
    bulk.insert([Generated(value=4)])
    assert rows(Generated, "value", "twice") == [(4, 8)]
    row = Generated.objects.get()
    bulk.update(Generated, [Generated._meta.get_field("value")], [[5, row.pk]])
    assert rows(Generated, "value", "twice") == [(5, 10)]


def test_a_default_of_the_database_is_its_own() -> None:
    bulk.insert([Defaulted(), Defaulted(value="own")])
    assert rows(Defaulted) == [("new",), ("own",)]


def test_a_time_of_saving_is_noted() -> None:
    bulk.insert([Stamped(value="a")])
    assert abs(Stamped.objects.get().at - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(hours=1)


def test_a_key_that_was_given_stays() -> None:
    bulk.insert([Stamped(pk=77, value="a"), Stamped(value="b")])
    assert {value: pk == 77 for pk, value in rows(Stamped, "pk", "value")} == {"a": True, "b": False}


def test_a_key_that_is_missing_is_made() -> None:
    identified = Identified(pk=None, value="a")
    bulk.insert([identified])
    assert rows(Identified, "pk") == [(identified.pk,)]


def test_inserted_instances_know_that_they_are_stored() -> None:
    identified = Identified(value="a")
    bulk.insert([identified])
    identified.value = "b"
    identified.save(force_update=not identified._state.adding)
    assert (identified._state.adding, identified._state.db, rows(Identified)) == (False, "default", [("b",)])


def test_tables_of_parents_are_not_forgotten() -> None:
    with pytest.raises(ValueError, match="multi-table"):
        bulk.insert([Extended(value="a", more="b")])
    extended = Extended.objects.create(value="a", more="b")
    fields = [Extended._meta.get_field(name) for name in ("value", "more")]
    bulk.update(Extended, fields, [["c", "d", extended.pk]])
    assert rows(Extended, "value", "more") == [("c", "d")]


def test_foreign_keys_are_prepared_as_what_they_refer_to() -> None:
    bulk.insert([OfNamed(value_id="a"), OfNamed(value=Named(key="b")), OfNamed(value=None)])
    assert rows(OfNamed) == [("A",), ("B",), (None,)]
    bulk.insert([ByOwnKey(value_id=5)])
    assert rows(ByOwnKey) == [(6,)]


def test_a_related_object_gives_its_key_late_but_must_have_one() -> None:
    related = Stamped(value="a")
    instance = OfStamped(value=related)
    with pytest.raises(ValueError, match="unsaved related object"):
        bulk.insert([instance])
    related.save()
    bulk.insert([instance])
    assert rows(OfStamped) == [(related.pk,)]
