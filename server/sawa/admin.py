# SPDX-License-Identifier: MIT
"""Shops, devices, and what sync keeps."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from sawa import admin_quarantine  # noqa: F401 - registers the quarantine
from sawa.admin_base import ReadOnlyAdmin
from sawa.models import (
    Change,
    Conflict,
    Device,
    DeviceToken,
    Incarnation,
    Membership,
    Receipt,
    Shop,
)
from sawa.services import devices


class MembershipInline(TabularInline):  # type: ignore[misc]
    """Who works in the shop."""

    model = Membership
    extra = 0


@admin.register(Shop)
class ShopAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "currency", "time_zone", "version"]
    readonly_fields = ["id", "epoch", "version", "horizon", "created_at"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["user", "shop", "role"]
    list_filter = ["shop", "role"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ["name", "series", "shop", "user", "state", "last_seen_at", "confirmed_version", "client"]
    list_filter = ["shop", "state"]
    search_fields = ["name", "series"]
    actions = ["revoke"]

    @admin.action(description="Shut out the selected devices", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        for device in queryset:
            devices.revoke(device)
            self.log_change(request, device, "Revoked")
        self.message_user(request, f"{len(queryset)} devices shut out.", messages.SUCCESS)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Revoking changes a device, though its form can't be edited."""
        return bool(request.user.has_perm("sawa.change_device"))


@admin.register(DeviceToken)
class DeviceTokenAdmin(ReadOnlyAdmin):
    list_display = ["device", "user", "created_at", "expires_at", "first_used_at"]
    exclude = ["token_hash"]


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = [
        "collection",
        "record_id",
        "field",
        "policy",
        "base",
        "mine",
        "theirs",
        "result",
        "actor",
        "at",
        "state",
    ]
    list_filter = ["state", "shop", "collection", "policy"]
    search_fields = ["record_id", "mutation_id"]
    actions = ["resolve"]

    @admin.action(description="Mark the selected conflicts as resolved", permissions=["resolve"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> None:
        for conflict in queryset:
            conflict.state = Conflict.State.RESOLVED
            conflict.resolved_by = request.user.get_username()
            conflict.save()
            self.log_change(request, conflict, "Resolved")
        self.message_user(request, f"{len(queryset)} conflicts resolved.", messages.SUCCESS)

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        """Who may decide about conflicts."""
        return bool(request.user.has_perm("sawa.change_conflict"))


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["mutation_id", "name", "seq", "status", "code", "version", "created_at"]
    list_filter = ["status", "name"]
    search_fields = ["mutation_id"]


@admin.register(Incarnation)
class IncarnationAdmin(ReadOnlyAdmin):
    list_display = ["uuid", "shop", "device", "last_seq", "created_at"]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["version", "shop", "collection", "record_id", "removed", "changed_at"]
    list_filter = ["shop", "collection", "removed"]
    ordering = ["-version"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("shop")
