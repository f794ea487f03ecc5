# SPDX-License-Identifier: MIT
"""The merge rules against the golden vectors, and laws that hold for all values."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawa.canonical import canonical_text, number_text
from sawa.conflict import (
    COUNTER,
    CUSTOM,
    LAST_WRITER,
    MANUAL,
    MAX,
    MIN,
    SERVER_WINS,
    WRITE_ONCE,
    MergeError,
    MergeRecord,
    Policy,
    edited,
    lattice,
    merge,
)
from sawa.dropped import dropped

FOLDER = Path(__file__).parents[3] / "tests" / "vectors"
VECTORS = json.loads((FOLDER / "merge.json").read_text(encoding="utf-8"))
CONFLICTS = json.loads((FOLDER / "conflicts.json").read_text(encoding="utf-8"))
NUMBERS = json.loads((FOLDER / "numbers.json").read_text(encoding="utf-8"))


def record_of(value: dict[str, Any] | None) -> MergeRecord | None:
    return None if value is None else MergeRecord(value["fields"], value["stamps"], value["removed"])


def policy_of(field: dict[str, Any]) -> Policy:
    return Policy(field["merge"], tuple(field.get("states", ())))


def run(case: dict[str, Any]) -> tuple[MergeRecord | None, set[str]]:
    policies = {name: policy_of(field) for name, field in case["schema"]["fields"].items()}
    record, lost = record_of(case["record"]), set[str]()
    for operation in case["ops"]:
        merged = merge(record, operation, case["stamp"], policies)
        record = merged.record
        lost |= set(merged.lost)
    return record, lost


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_vector(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(MergeError):
            run(case)
        return
    record, lost = run(case)
    assert record == record_of(case["result"])
    assert sorted(lost) == case["lost"]


@pytest.mark.parametrize("case", CONFLICTS["cases"], ids=lambda case: case["name"])
def test_conflict_vector(case: dict[str, Any]) -> None:
    policies = {name: policy_of(field) for name, field in case["schema"]["fields"].items()}
    record = record_of(case["record"])
    merged = merge(record, case["op"], case["stamp"], policies)
    found = [dataclasses.asdict(each) for each in dropped(record, case["op"], merged, policies)]
    assert found == case["conflicts"]


def test_there_are_enough_vectors() -> None:
    assert VECTORS["version"] == 1
    assert len(VECTORS["cases"]) >= 130
    assert len(CONFLICTS["cases"]) >= 25


@pytest.mark.parametrize(("number", "text"), NUMBERS["cases"])
def test_numbers_are_written_as_ecmascript_writes_them(number: str, text: str) -> None:
    assert canonical_text(json.loads(number)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_reads_back(value: float) -> None:
    assert float(number_text(value)) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_canonical_text_is_the_same_value(value: Any) -> None:
    assert json.loads(canonical_text(value)) == value


stamps = st.builds(lambda ms, node: f"{ms:012x}0000-{node:016x}", st.integers(0, 3), st.integers(0, 2))
# A patch without a last-writer field leaves no stamp behind, so whether it came before a remove can't be told later.
numbers = st.none() | st.integers(-3, 3) | st.sampled_from([-0.5, 2.5])
others = {
    "code": st.none() | st.sampled_from(["A1", "B2"]),
    "greatest": numbers,
    "smallest": numbers,
    "status": st.sampled_from(["draft", "paid", "refunded", "unheard of"]),
    "ruled": numbers,
    "note": st.sampled_from(["x", "y"]),
    "place": st.sampled_from(["x", "y"]),
}
fields = st.fixed_dictionaries({"a": json_values}, optional={"b": json_values, **others}) | st.fixed_dictionaries(
    {"b": json_values}, optional=others
)
patches = st.tuples(stamps, fields | st.tuples(fields, fields))
removes = st.tuples(stamps, st.none())
increments = st.tuples(stamps, st.integers(-5, 5))
POLICIES = {
    "a": LAST_WRITER,
    "b": LAST_WRITER,
    "n": COUNTER,
    "code": WRITE_ONCE,
    "greatest": MAX,
    "smallest": MIN,
    "status": lattice("draft", "paid", "refunded"),
    "ruled": SERVER_WINS,
    "note": MANUAL,
    "place": CUSTOM,
}


def operation_of(step: Any) -> dict[str, Any]:
    if step is None:
        return {"op": "remove"}
    if isinstance(step, int):
        return {"op": "increment", "field": "n", "delta": step}
    if isinstance(step, tuple):
        return {"op": "patch", "fields": step[0], "was": step[1]}
    return {"op": "patch", "fields": step}


def apply_all(steps: list[tuple[str, Any]]) -> MergeRecord:
    record = MergeRecord({"n": 0})
    for stamp, step in steps:
        record = merge(record, operation_of(step), stamp, POLICIES).record
    return record


@given(st.data(), st.lists(patches | increments | removes, max_size=6))
def test_the_order_of_arrival_makes_no_difference(data: st.DataObject, steps: list[tuple[str, Any]]) -> None:
    shuffled = data.draw(st.permutations(steps))
    assert canonical(apply_all(steps)) == canonical(apply_all(shuffled))


@given(st.lists(patches | removes, max_size=4), patches)
def test_every_value_that_does_not_stand_is_told(steps: list[tuple[str, Any]], last: tuple[str, Any]) -> None:
    before, operation = apply_all(steps), operation_of(last[1])
    merged = merge(before, operation, last[0], POLICIES)
    told = {each.field for each in dropped(before, operation, merged, POLICIES)}
    assert told == ({"*"} if merged.lost else set()) if merged.record.removed else set(merged.lost) <= told
    for name, value in edited(operation).items():
        stands = canonical_text(merged.record.fields[name]) == canonical_text(value)
        assert stands or name in told or "*" in told


@given(st.lists(patches | removes, max_size=5))
def test_patches_and_removes_are_idempotent(steps: list[tuple[str, Any]]) -> None:
    assert canonical(apply_all(steps)) == canonical(apply_all([step for step in steps for _ in range(2)]))


@pytest.mark.parametrize("states", [(), ("draft", "draft"), ("draft", ""), tuple(map(str, range(65)))])
def test_a_lattice_needs_different_states(states: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="different states"):
        lattice(*states)


def canonical(record: MergeRecord) -> str:
    return canonical_text({"fields": record.fields, "stamps": record.stamps, "removed": record.removed})
