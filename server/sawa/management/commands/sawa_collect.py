# SPDX-License-Identifier: MIT
"""`manage.py sawa_collect`: to be run now and then, such as every night."""

import datetime
import uuid
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sawa.models import Shop
from sawa.services.collect import collect

_DEFAULT_DAYS = 90


class Command(BaseCommand):
    """Removed records leave tombstones behind, so that every device learns of the removal. Here they end."""

    help = "Removes the tombstones that every known device has passed. Devices that are away for too long start anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        days = getattr(settings, "SAWA_AWAY_DAYS", _DEFAULT_DAYS)
        parser.add_argument("--days", type=int, default=days, help=f"how long a device is waited for ({days})")
        parser.add_argument("--shop", type=uuid.UUID, help="one shop only")
        parser.add_argument("--dry-run", action="store_true", help="only says what it would do")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("--days is at least 1.")
        shops = Shop.objects.order_by("name")
        if options["shop"]:
            shops = shops.filter(pk=options["shop"])
        for shop in shops:
            found = collect(shop, datetime.timedelta(days=options["days"]), dry_run=options["dry_run"])
            verb = "would be removed" if options["dry_run"] else "removed"
            slowest = found.held_up_by
            waits = f"; {slowest} has version {slowest.confirmed_version}" if slowest else ""
            self.stdout.write(
                f"{shop.name}: {found.tombstones} tombstones {verb}, horizon {found.horizon} of {shop.version}{waits}"
            )
