# SPDX-License-Identifier: MIT
"""The simulator's shop (tests/cpp/sim/shop.h) as Django models, and what replaying its scripts needs."""

from django.db import models

from sawa.models import Shop, SyncedModel


class Product(SyncedModel):
    name = models.TextField(null=True)  # noqa: DJ001 - a field that nobody has set is null on every device
    price = models.BigIntegerField(null=True)
    note = models.TextField(null=True)  # noqa: DJ001
    stock = models.BigIntegerField(default=0)


class Sale(SyncedModel):
    receipt = models.TextField(null=True)  # noqa: DJ001
    total = models.BigIntegerField(null=True)
    lines = models.BigIntegerField(null=True)


class Line(SyncedModel):
    sale = models.TextField(null=True)  # noqa: DJ001
    product = models.TextField(null=True)  # noqa: DJ001
    amount = models.BigIntegerField(null=True)


class Payment(SyncedModel):
    sale = models.TextField(null=True)  # noqa: DJ001
    amount = models.BigIntegerField(null=True)


class Tally(SyncedModel):
    count = models.BigIntegerField(null=True)


class Order(SyncedModel):
    code = models.TextField(null=True)  # noqa: DJ001
    odometer = models.BigIntegerField(null=True)
    since = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, null=True)  # noqa: DJ001
    discount = models.BigIntegerField(null=True)
    address = models.TextField(null=True)  # noqa: DJ001


class Step(models.Model):
    """A step of a shop's script that has been taken: after an outage it is asked for again."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+")
    number = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="script_step_once")]


class Backup(models.Model):
    """The newest backup of a shop."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="+")
    data = models.TextField()
