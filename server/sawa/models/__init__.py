# SPDX-License-Identifier: MIT
"""The models of the sync engine."""

from sawa.models.conflict import Conflict
from sawa.models.device import Device, DeviceToken
from sawa.models.quarantine import QuarantinedMutation
from sawa.models.shop import Membership, Shop
from sawa.models.sync import Change, Incarnation, Receipt, Status
from sawa.models.synced import SyncedModel, SyncedQuerySet

__all__ = [
    "Change",
    "Conflict",
    "Device",
    "DeviceToken",
    "Incarnation",
    "Membership",
    "QuarantinedMutation",
    "Receipt",
    "Shop",
    "Status",
    "SyncedModel",
    "SyncedQuerySet",
]
