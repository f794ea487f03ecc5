# SPDX-License-Identifier: MIT
"""The shop's admin. What is changed here enters the feed like any other change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from bidhaa.models import Bidhaa, Customer, Payment, Sale, SaleItem, StockMovement
from sawa.admin_base import ReadOnlyAdmin, SyncedModelAdmin


@admin.register(Bidhaa)
class BidhaaAdmin(SyncedModelAdmin):
    list_display = ["jina", "sku", "category", "price", "stock", "archived", "shop"]
    list_filter = ["shop", "archived", "category"]
    search_fields = ["jina", "sku", "barcode"]
    list_select_related = ["shop"]
    readonly_fields = ["opening_stock"]


@admin.register(Customer)
class CustomerAdmin(SyncedModelAdmin):
    list_display = ["jina", "phone", "archived", "shop"]
    list_filter = ["shop", "archived"]
    search_fields = ["jina", "phone"]
    list_select_related = ["shop"]


class ReadOnlyInline(TabularInline):  # type: ignore[misc]
    """Rows of a sale."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemInline(ReadOnlyInline):
    model = SaleItem
    fields = ["line_number", "jina", "unit_price", "quantity", "line_total"]


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ["method", "amount", "tendered", "change", "reference", "paid_at"]


class FlaggedFilter(admin.SimpleListFilter):
    """Sales with something that a person should look at."""

    title = "flagged"
    parameter_name = "flagged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "yes":
                return queryset.exclude(flags=[])
            case "no":
                return queryset.filter(flags=[])
            case _:
                return queryset


@admin.register(Sale)
class SaleAdmin(ReadOnlyAdmin):
    list_display = ["receipt_number", "sold_at", "total", "item_count", "customer_name", "cashier", "flags", "shop"]
    list_filter = ["shop", FlaggedFilter, "sold_at"]
    search_fields = ["receipt_number", "customer_name", "customer_phone"]
    list_select_related = ["shop"]
    # The customer may be gone, or not here yet: its id is shown, not its record.
    exclude = ["customer"]
    readonly_fields = ["customer_id"]
    inlines = [ItemInline, PaymentInline]


@admin.register(SaleItem)
class SaleItemAdmin(ReadOnlyAdmin):
    list_display = ["sale_id", "line_number", "jina", "unit_price", "quantity", "line_total"]
    exclude = ["sale", "bidhaa"]
    readonly_fields = ["sale_id", "bidhaa_id"]
    search_fields = ["jina"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["sale_id", "method", "amount", "reference", "paid_at", "shop"]
    list_filter = ["shop", "method"]
    list_select_related = ["shop"]
    exclude = ["sale"]
    readonly_fields = ["sale_id"]


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["at", "bidhaa_id", "delta", "balance_after", "reason", "sale_id", "device_id"]
    list_filter = ["shop", "reason"]
    exclude = ["bidhaa", "sale"]
    readonly_fields = ["bidhaa_id", "sale_id"]
    search_fields = ["=bidhaa_id", "=sale_id"]
