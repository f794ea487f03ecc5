# SPDX-License-Identifier: MIT
"""Settings that come from outside: environment variables, and the secret key kept beside the database."""

import os
import secrets
from pathlib import Path

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def flag(name: str, *, default: bool) -> bool:
    """An on/off variable; anything but 1, true, yes and on is off."""
    text = os.environ.get(name)
    return default if text is None else text.strip().lower() in TRUE_WORDS


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated variable."""
    text = os.environ.get(name)
    if text is None:
        return default
    return [word.strip() for word in text.split(",") if word.strip()]


def secret_key(folder: Path) -> str:
    """`SECRET_KEY` of the environment, else the one in `folder`, made at the first start."""
    given = os.environ.get("SECRET_KEY")
    if given:
        return given
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    if not path.exists():
        _create_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def _create_once(path: Path, text: str) -> None:
    # Written aside, then linked into place: two processes starting at once agree on one key, and none reads half of it.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # the other process won: its key counts
    finally:
        draft.unlink()
