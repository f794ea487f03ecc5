# SPDX-License-Identifier: MIT
"""Two plain view sets."""

from rest_framework.pagination import PageNumberPagination
from rest_framework.viewsets import ModelViewSet

from plain.models import Product, Sale
from plain.serializers import ProductSerializer, SaleSerializer


class Pages(PageNumberPagination):
    # As many rows as Sawa's client asks for.
    page_size = 2000


class ProductViewSet(ModelViewSet[Product]):
    queryset = Product.objects.order_by("pk")
    serializer_class = ProductSerializer
    pagination_class = Pages


class SaleViewSet(ModelViewSet[Sale]):
    queryset = Sale.objects.order_by("pk").prefetch_related("items", "payments")
    serializer_class = SaleSerializer
    pagination_class = Pages
