# SPDX-License-Identifier: MIT
"""`manage.py sawa_new_epoch`: to be run after the database was restored from a backup."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sawa.models import Shop


class Command(BaseCommand):
    """Devices notice by their next request: they start from a null cursor, and push what they have not pushed."""

    help = "Begins a new epoch of every shop's feed (or one shop's), so that cursors given out before mean nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shop", type=uuid.UUID, help="one shop only")

    def handle(self, *args: Any, **options: Any) -> None:
        shops = Shop.objects.all()
        if options["shop"]:
            shops = shops.filter(pk=options["shop"])
        for shop in shops:
            Shop.objects.filter(pk=shop.pk).update(epoch=uuid.uuid4())
            self.stdout.write(f"{shop.name} has a new epoch.")
