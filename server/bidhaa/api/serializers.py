# SPDX-License-Identifier: MIT
"""What the REST API shows and takes."""

from typing import Any

from rest_framework import serializers

from bidhaa.models import Bidhaa, Customer, Payment, Sale, SaleItem
from sawa import error_codes
from sawa.canonical import MAX_SAFE_INTEGER
from sawa.errors import SyncError
from sawa.registry import registry


class Whole(serializers.IntegerField):
    """A whole number that JavaScript can hold."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": -MAX_SAFE_INTEGER, "max_value": MAX_SAFE_INTEGER, **options})


class ShownSerializer(serializers.ModelSerializer[Any]):
    """A synced record with the fields that `role` of the context sees. Naming another one is refused."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name: field for name, field in fields.items() if name not in self._hidden()}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (named := sorted(self._hidden() & data.keys())):
            raise SyncError(403, error_codes.MUTATION_FORBIDDEN, f"This user may not write {', '.join(named)}.")
        return super().to_internal_value(data)

    def _hidden(self) -> set[str]:
        collection, role = registry.for_model(self.Meta.model), self.context["role"]
        if collection is None or role is None:
            return set()
        return {spec.field.name for spec in collection.fields if not collection.shows(spec.wire, role)}


class BidhaaSerializer(ShownSerializer):
    """A product. Setting `stock` moves it by the difference to what it is."""

    id = serializers.UUIDField(required=False)
    price = Whole(min_value=0)
    cost = Whole(required=False, allow_null=True)
    stock = Whole(required=False)
    low_stock_at = Whole(required=False, allow_null=True)

    class Meta:
        model = Bidhaa
        fields = ["id", "jina", "sku", "barcode", "category", "price", "cost", "stock", "low_stock_at", "archived"]
        extra_kwargs = {"jina": {"required": True, "allow_blank": False}}


class CustomerSerializer(ShownSerializer):
    """A customer."""

    id = serializers.UUIDField(required=False)

    class Meta:
        model = Customer
        fields = ["id", "jina", "phone", "note", "archived"]
        extra_kwargs = {"jina": {"required": True, "allow_blank": False}}


class SaleItemSerializer(serializers.ModelSerializer[SaleItem]):
    """A line of a sale."""

    bidhaa = serializers.UUIDField(source="bidhaa_id", allow_null=True)

    class Meta:
        model = SaleItem
        fields = ["id", "line_number", "bidhaa", "jina", "unit_price", "quantity", "line_total"]


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """A payment of a sale."""

    class Meta:
        model = Payment
        fields = ["id", "method", "amount", "tendered", "change", "reference", "paid_at"]


class SaleSerializer(serializers.ModelSerializer[Sale]):
    """A completed sale, with its items and payments."""

    customer = serializers.UUIDField(source="customer_id", allow_null=True)
    items = SaleItemSerializer(many=True)
    payments = PaymentSerializer(many=True)
    flags = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Sale
        fields = [
            "id",
            "receipt_number",
            "sold_at",
            "status",
            "customer",
            "customer_name",
            "customer_phone",
            "cashier",
            "device_id",
            "total",
            "item_count",
            "currency",
            "flags",
            "items",
            "payments",
        ]


class NewItemSerializer(serializers.Serializer[Any]):
    """A line to be sold. Name and price default to the product's own."""

    bidhaa = serializers.UUIDField()
    quantity = Whole(min_value=1)
    jina = serializers.CharField(required=False)
    unit_price = Whole(required=False, min_value=0)
    line_total = Whole(required=False)


class NewPaymentSerializer(serializers.Serializer[Any]):
    """How a sale is paid."""

    method = serializers.ChoiceField(choices=Payment.Method.choices)
    amount = Whole(min_value=0)
    tendered = Whole(required=False, allow_null=True)
    change = Whole(required=False, allow_null=True)
    reference = serializers.CharField(required=False, allow_blank=True)
    paid_at = serializers.DateTimeField(required=False)


class NewSaleSerializer(serializers.Serializer[Any]):
    """A sale to be recorded. With an `id`, sending it again changes nothing."""

    id = serializers.UUIDField(required=False)
    receipt_number = serializers.CharField(max_length=64)
    sold_at = serializers.DateTimeField(required=False)
    customer = serializers.UUIDField(required=False, allow_null=True)
    customer_name = serializers.CharField(required=False, allow_blank=True)
    customer_phone = serializers.CharField(required=False, allow_blank=True)
    cashier = serializers.CharField(required=False, allow_blank=True)
    total = Whole(required=False)
    items = serializers.ListField(child=NewItemSerializer(), allow_empty=False, max_length=500)
    payments = serializers.ListField(child=NewPaymentSerializer(), required=False, max_length=50)


class BulkSalesSerializer(serializers.Serializer[Any]):
    """Sales to be recorded; each is judged by itself."""

    sales = serializers.ListField(child=NewSaleSerializer(), allow_empty=False, max_length=200)


class SaleResultSerializer(serializers.Serializer[Any]):
    """What became of one sale of a bulk request."""

    index = serializers.IntegerField()
    id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=["created", "duplicate", "failed"])
    code = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)
    fields_in_error = serializers.DictField(required=False)
    warnings = serializers.ListField(child=serializers.CharField())


class BulkResultsSerializer(serializers.Serializer[Any]):
    """One result for each sale, in the order of the request."""

    results = SaleResultSerializer(many=True)


class BidhaaChangesSerializer(serializers.Serializer[Any]):
    """Products that changed. Give `cursor` back as `last_sync` next time; while `more` is true, ask on at once."""

    results = BidhaaSerializer(many=True)
    removed = serializers.ListField(child=serializers.UUIDField())
    cursor = serializers.CharField()
    more = serializers.BooleanField()
    server_time = serializers.DateTimeField()


class ErrorDetailSerializer(serializers.Serializer[Any]):
    """What went wrong. Act on `code`."""

    code = serializers.CharField()
    message = serializers.CharField()
    details = serializers.DictField(required=False)


class ErrorSerializer(serializers.Serializer[Any]):
    """Every refused request answers with this."""

    error = ErrorDetailSerializer()
