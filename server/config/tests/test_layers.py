# SPDX-License-Identifier: MIT
"""Who may import whom, and how long a file may be. Checked, not remembered."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2]
HARD_LIMIT = 500
#: (files, what they must not import)
RULES = [
    ("sawa/**/*.py", ("bidhaa", "config")),
    ("bidhaa/**/*.py", ("config",)),
    ("sawa/services/*.py", ("sawa.api", "sawa.admin", "rest_framework")),
    ("sawa/models/*.py", ("sawa.api", "sawa.services", "rest_framework")),
    ("sawa/*.py", ("rest_framework",)),
    ("sawa/conflict.py", ("django", "sawa.models", "sawa.feed", "sawa.registry", "time", "datetime")),
    ("sawa/canonical.py", ("django", "sawa")),
    ("sawa/api/views.py", ("rest_framework",)),
]


def sources(pattern: str = "**/*.py") -> list[Path]:
    return [path for path in sorted(SERVER.glob(pattern)) if "tests" not in path.parts and path.name != "conftest.py"]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("pattern", "forbidden"), RULES)
def test_layers(pattern: str, forbidden: tuple[str, ...]) -> None:
    files = sources(pattern)
    assert files
    for path in files:
        for name in imported(path):
            for banned in forbidden:
                assert name != banned and not name.startswith(f"{banned}."), f"{path} imports {name}"


def test_files_are_short() -> None:
    for path in SERVER.glob("**/*.py"):
        if "migrations" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= HARD_LIMIT, path


@pytest.mark.django_db
def test_migrations_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run")
    assert "No changes detected" in capsys.readouterr().out
