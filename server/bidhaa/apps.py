# SPDX-License-Identifier: MIT
from django.apps import AppConfig


class BidhaaConfig(AppConfig):
    """The shop: what it sells, to whom, and what was sold."""

    name = "bidhaa"
    verbose_name = "Shop"

    def ready(self) -> None:
        from bidhaa import synced  # noqa: F401 - registers the synced collections
