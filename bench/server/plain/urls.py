# SPDX-License-Identifier: MIT
from rest_framework.routers import SimpleRouter

from plain.views import ProductViewSet, SaleViewSet

router = SimpleRouter()
router.register("products", ProductViewSet)
router.register("sales", SaleViewSet)

urlpatterns = router.urls
