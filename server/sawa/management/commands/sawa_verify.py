# SPDX-License-Identifier: MIT
"""`manage.py sawa_verify`: does the feed tell what the tables hold?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sawa.models import Shop
from sawa.services import verify


class Command(BaseCommand):
    """Fails if it finds differences and was not asked to repair them."""

    help = "Compares synced tables with the feed. Raw SQL and loaddata change rows without the feed's knowledge."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="enters the differences into the feed")

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for shop in Shop.objects.order_by("name"):
            found = verify.repair(shop) if options["repair"] else verify.differences(shop)
            for difference in found:
                count = len(difference.unknown) + len(difference.vanished)
                total += count
                self.stdout.write(
                    f"{shop.name}: {difference.collection.name}: {len(difference.unknown)} unknown to the feed, "
                    f"{len(difference.vanished)} vanished"
                )
        if total and not options["repair"]:
            raise CommandError(f"{total} records differ; --repair enters them into the feed.")
        self.stdout.write(f"{total} differences repaired" if total else "The feed agrees with the tables.")
