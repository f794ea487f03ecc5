# SPDX-License-Identifier: MIT
"""The plain REST API of a shop. Every queryset begins with the shop that the credential gives."""

from typing import Any

from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from bidhaa.api import serializers as shapes
from bidhaa.api.tenancy import device_of, role_of, shop_of
from bidhaa.models import Bidhaa, Customer, Sale
from bidhaa.sales import Recorded, record_sales
from bidhaa.synced import BIDHAAS
from sawa import error_codes
from sawa.errors import SyncError
from sawa.registry import Projection, registry
from sawa.services import pull as pulling

SHOP = OpenApiParameter("shop", OpenApiTypes.UUID, description="Which shop; needed by a person who has several.")
REFUSED = {400: shapes.ErrorSerializer, 401: shapes.ErrorSerializer, 403: shapes.ErrorSerializer}


class ShopViewSet(viewsets.GenericViewSet[Any]):
    """A collection of one shop."""

    lookup_value_converter = "uuid"

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = super().get_queryset()
        role = self._role()
        if role is None:
            return rows.none()
        collection = registry.for_model(rows.model)
        rule = collection.visible_rows.get(role, {}) if collection else {}
        return rows.filter(shop=shop_of(self.request), **{f"{name}__in": values for name, values in rule.items()})

    def get_serializer_context(self) -> dict[str, Any]:
        """With the role, which decides what is shown. None describes the whole API, and nobody's rows."""
        return {**super().get_serializer_context(), "role": self._role()}

    def _role(self) -> str | None:
        return None if getattr(self, "swagger_fake_view", False) else role_of(self.request)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        """Creates the row in the request's shop."""
        shop = shop_of(self.request)
        given = serializer.validated_data.get("id")
        if given is not None and self.get_queryset().filter(pk=given).exists():
            raise SyncError(409, error_codes.RECORD_EXISTS, "A record with this id exists.")
        try:
            serializer.save(shop=shop)
        except IntegrityError as error:
            raise SyncError(409, error_codes.MUTATION_INVALID, "The record can't be written.") from error

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Changes the row; its id stays."""
        serializer.validated_data.pop("id", None)
        serializer.save()


@extend_schema_view(list=extend_schema(parameters=[SHOP]))
class BidhaaViewSet(
    ShopViewSet,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
):
    """Products."""

    queryset = Bidhaa.objects.order_by("jina", "pk")
    serializer_class = shapes.BidhaaSerializer

    @extend_schema(
        parameters=[
            SHOP,
            OpenApiParameter(
                "last_sync", str, description="The cursor of the last answer, or an ISO time, or nothing."
            ),
            OpenApiParameter("limit", int, description=f"At most {pulling.MAX_LIMIT}."),
        ],
        responses={200: shapes.BidhaaChangesSerializer, 409: shapes.ErrorSerializer, **REFUSED},
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def sync(self, request: Request) -> Response:
        """Products that changed since `last_sync`, from the feed: none is skipped, removed ones are named."""
        shop = shop_of(request)
        projection = registry.projection(role_of(request))
        cursor = _cursor(shop.pk, request.query_params.get("last_sync", "").strip(), projection)
        page = pulling.pull_collection(shop.pk, cursor, _limit(request), projection, BIDHAAS.name)
        present = [change["id"] for change in page.changes if "removed" not in change]
        rows = Bidhaa.objects.filter(shop=shop).in_bulk(present)
        by_id = {str(pk): row for pk, row in rows.items()}
        return Response(
            {
                "results": self.get_serializer([by_id[pk] for pk in present if pk in by_id], many=True).data,
                "removed": [change["id"] for change in page.changes if "removed" in change],
                "cursor": page.cursor,
                "more": page.more,
                "server_time": timezone.now(),
            }
        )


@extend_schema_view(list=extend_schema(parameters=[SHOP]))
class CustomerViewSet(
    ShopViewSet,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
):
    """Customers."""

    queryset = Customer.objects.order_by("jina", "pk")
    serializer_class = shapes.CustomerSerializer


@extend_schema_view(list=extend_schema(parameters=[SHOP]))
class SaleViewSet(ShopViewSet, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Completed sales. They are recorded, and never changed."""

    queryset = Sale.objects.order_by("-sold_at", "pk").prefetch_related("items", "payments")
    serializer_class = shapes.SaleSerializer

    @extend_schema(
        parameters=[SHOP],
        request=shapes.NewSaleSerializer,
        responses={201: shapes.SaleSerializer, 200: shapes.SaleSerializer, 409: shapes.ErrorSerializer, **REFUSED},
    )
    def create(self, request: Request) -> Response:
        """Records a sale: 201, or 200 if a sale with this id was recorded before."""
        checked = shapes.NewSaleSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        recorded = self._record([checked.validated_data])[0]
        if recorded.status == "failed":
            raise SyncError(409, recorded.code or error_codes.MUTATION_INVALID, recorded.message or "Not recorded.")
        sale = self.get_queryset().get(pk=recorded.sale_id)
        code = status.HTTP_201_CREATED if recorded.status == "created" else status.HTTP_200_OK
        return Response(shapes.SaleSerializer(sale).data, status=code)

    @extend_schema(
        parameters=[SHOP],
        request=shapes.BulkSalesSerializer,
        responses={200: shapes.BulkResultsSerializer, **REFUSED},
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def bulk_create(self, request: Request) -> Response:
        """Records up to 200 sales. Each has its own result: one that is wrong holds none of the others up."""
        given = request.data.get("sales") if isinstance(request.data, dict) else None
        if not isinstance(given, list) or not 1 <= len(given) <= 200:
            raise SyncError(
                400, error_codes.REQUEST_MALFORMED, "Between 1 and 200 sales are expected.", details={"path": "sales"}
            )
        results: list[dict[str, Any] | None] = [None] * len(given)
        sound: list[tuple[int, dict[str, Any]]] = []
        for index, each in enumerate(given):
            checked = shapes.NewSaleSerializer(data=each)
            if checked.is_valid():
                sound.append((index, checked.validated_data))
            else:
                results[index] = _malformed_result(index, each, checked.errors)
        for (index, _), recorded in zip(sound, self._record([sale for _, sale in sound]), strict=True):
            results[index] = _result(index, recorded)
        return Response({"results": results})

    def _record(self, sales: list[dict[str, Any]]) -> list[Recorded]:
        if not sales:
            return []
        request = self.request
        return record_sales(shop_of(request), sales, device=device_of(request), cashier=request.user.get_username())


def _result(index: int, recorded: Recorded) -> dict[str, Any]:
    return {
        "index": index,
        "id": str(recorded.sale_id),
        "status": recorded.status,
        "code": recorded.code,
        "message": recorded.message,
        "warnings": recorded.warnings,
    }


def _malformed_result(index: int, given: object, errors: Any) -> dict[str, Any]:
    return {
        "index": index,
        "id": given.get("id") if isinstance(given, dict) and isinstance(given.get("id"), str) else None,
        "status": "failed",
        "code": error_codes.REQUEST_MALFORMED,
        "message": "The sale breaks a rule of this API.",
        "fields_in_error": errors,
        "warnings": [],
    }


def _cursor(shop_id: Any, text: str, projection: Projection) -> str | None:
    if not text:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None:
        return text
    return pulling.cursor_before(
        shop_id, moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone()), projection
    )


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(pulling.DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit()):
        raise SyncError(400, error_codes.REQUEST_MALFORMED, "limit is a whole number.", details={"path": "limit"})
    return max(1, min(int(text[:9]), pulling.MAX_LIMIT))
