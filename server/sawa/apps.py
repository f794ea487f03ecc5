# SPDX-License-Identifier: MIT
from django.apps import AppConfig


class SawaConfig(AppConfig):
    """The sync engine's server half: reusable by any Django project."""

    name = "sawa"
    verbose_name = "Sync"

    def ready(self) -> None:
        from sawa import checks  # noqa: F401 - registers the system checks
        from sawa.api import openapi  # noqa: F401 - describes the device credential
        from sawa.models.conflict import register_conflicts
        from sawa.models.quarantine import register_quarantine

        register_conflicts()
        register_quarantine()
