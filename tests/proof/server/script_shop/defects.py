# SPDX-License-Identifier: MIT
"""Defects of the server's rules, planted to see that the scripts find them: a request names one in a header."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from sawa import conflict, feed
from sawa.services import pull, push

HEADER: Final = "Script-Defect"
named: ContextVar[str] = ContextVar("script_defect", default="")


def _remove_whatever_came_later(record: Any, stamp: str, _: Any) -> conflict.Merged:
    result = conflict.MergeRecord() if record is None else record.copy()
    result.removed = stamp
    return conflict.Merged(result, [])


_DEFECTS: Final[dict[str, tuple[Any, str, Callable[..., Any]]]] = {
    # The edit that comes last stands.
    "wrong_winner": (conflict, "_stands", lambda *_: True),
    # The newest edit stands, whatever the field's policy.
    "ignored_policies": (conflict, "_rank", lambda *_: 0),
    # A removal wins over later edits.
    "stubborn_removal": (conflict, "_remove", _remove_whatever_came_later),
    # A field that was written as it was seen counts as edited.
    "forgotten_was": (conflict, "edited", lambda operation: operation["fields"]),
    # Edits of a clock that runs ahead get one stamp.
    "lost_order": (push, "_keep_order", lambda _: None),
    # Stamps of the server do not go beyond those that it has seen.
    "deaf_clock": (feed.FeedTransaction, "observe", lambda *_: None),
    # An answer lacks what was pushed and lies behind its page.
    "withheld_effects": (pull, "_behind", lambda *_: iter(())),
}


def plant() -> None:
    """Puts each in its place, where it sleeps until it is named."""
    for name, (owner, attribute, broken) in _DEFECTS.items():
        setattr(owner, attribute, _either(name, broken, getattr(owner, attribute)))


def _either(name: str, broken: Callable[..., Any], sound: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return broken(*args) if named.get() == name else sound(*args)

    return call
