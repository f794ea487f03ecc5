# SPDX-License-Identifier: MIT
"""One field of a synced collection: its name on the wire, and the way of its values in and out of Django."""

import datetime
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from sawa.canonical import MAX_SAFE_INTEGER
from sawa.conflict import Policy

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND: Final = datetime.timedelta(milliseconds=1)
_MAX_TIME_MS: Final = (datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC) - _EPOCH) // _MILLISECOND


#: What kinds of fields a policy can merge; any where it is not named. Times are whole milliseconds on the wire.
_KINDS_OF_POLICY: Final = {
    "counter": {"integer"},
    "max": {"integer", "number", "time"},
    "min": {"integer", "number", "time"},
    "lattice": {"text"},
}


class InvalidValue(ValueError):
    """A wire value that the field cannot hold."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How one model field travels. `wire` is its name on the wire, `attr` the attribute that holds its value."""

    wire: str
    attr: str
    field: "models.Field[Any, Any]"
    kind: str
    policy: Policy
    nullable: bool
    required: bool
    to_wire: Callable[[Any], Any]
    _parse: Callable[[Any], Any]
    _null: Any
    _max_length: int | None

    @property
    def is_counter(self) -> bool:
        """Whether the field moves by increments alone."""
        return not self.policy.stamped

    @property
    def column(self) -> str:
        """The table's column."""
        return str(self.field.column)

    def from_wire(self, value: Any) -> Any:
        """The Python value for a wire value. Raises InvalidValue."""
        if value is None:
            if self.nullable:
                return None
            if self._null is None:
                raise InvalidValue(f"{self.wire} must not be null")
            return self._null
        try:
            parsed = self._parse(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidValue(f"{self.wire} must be a valid {self.kind}") from error
        if self._max_length is not None and len(parsed) > self._max_length:
            raise InvalidValue(f"{self.wire} is longer than {self._max_length} characters")
        return parsed


def make_spec(model_field: "models.Field[Any, Any]", policy: Policy) -> FieldSpec:
    """The spec of a Django field. Raises TypeError for a type that has no wire form, or that its policy can't merge."""
    target: models.Field[Any, Any] = model_field
    wire = attr = model_field.attname
    if isinstance(model_field, models.ForeignKey):
        target = model_field.target_field
    kind, parse, to_wire = _codec(target)
    if kind == "time":
        wire = f"{model_field.name}_ms"
    if kind not in _KINDS_OF_POLICY.get(policy.name, {kind}):
        raise TypeError(f"{model_field} is a {kind} field, which {policy.name} can't merge")
    text_like = kind == "text"
    return FieldSpec(
        wire=wire,
        attr=attr,
        field=model_field,
        kind=kind,
        policy=policy,
        nullable=model_field.null,
        required=not (model_field.null or model_field.has_default() or text_like),
        to_wire=to_wire,
        _parse=parse,
        # A device's schema may know a text as absent where the table has an empty one.
        _null="" if text_like else None,
        _max_length=target.max_length if isinstance(target, models.CharField) else None,
    )


_Codec = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]


def _codec(target: "models.Field[Any, Any]") -> _Codec:
    for field_type, codec in _CODECS.items():
        if isinstance(target, field_type):
            return codec
    raise TypeError(f"{target} has no wire form")


def _same(value: Any) -> Any:
    return value


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value


def _parse_integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_SAFE_INTEGER:
        raise ValueError
    return value


def _parse_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _parse_number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _number_to_wire(value: float | None) -> float | int | None:
    if value is not None and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
        return int(value)
    return value


def _parse_uuid(value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise TypeError
    return uuid.UUID(value)


def _uuid_to_wire(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _parse_time(value: Any) -> datetime.datetime:
    ms = _parse_integer(value)
    if not 0 <= ms < _MAX_TIME_MS:
        raise ValueError
    return _EPOCH + ms * _MILLISECOND


def _time_to_wire(value: datetime.datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MILLISECOND


def _parse_json(value: Any) -> Any:
    _refuse_nul(value)
    return value


def _json_to_wire(value: Any) -> Any:
    match value:
        # PostgreSQL gives 1e20 back as a whole number, which JSON encoders may refuse.
        case int() if abs(value) > MAX_SAFE_INTEGER:
            return float(value)
        case list():
            return [_json_to_wire(item) for item in value]
        case dict():
            return {key: _json_to_wire(item) for key, item in value.items()}
        case _:
            return value


def _refuse_nul(value: Any) -> None:
    # PostgreSQL can't store U+0000 in jsonb. The depth was bounded when the request was parsed.
    match value:
        case str():
            _parse_text(value)
        case list():
            for item in value:
                _refuse_nul(item)
        case dict():
            for key, item in value.items():
                _parse_text(key)
                _refuse_nul(item)


_CODECS: Final[dict[type[Any], _Codec]] = {
    models.BooleanField: ("boolean", _parse_boolean, _same),
    models.IntegerField: ("integer", _parse_integer, _same),
    models.FloatField: ("number", _parse_number, _number_to_wire),
    models.UUIDField: ("uuid", _parse_uuid, _uuid_to_wire),
    models.DateTimeField: ("time", _parse_time, _time_to_wire),
    models.JSONField: ("json", _parse_json, _json_to_wire),
    models.CharField: ("text", _parse_text, _same),
    models.TextField: ("text", _parse_text, _same),
}
