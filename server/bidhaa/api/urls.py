# SPDX-License-Identifier: MIT
from rest_framework.routers import SimpleRouter

from bidhaa.api.views import BidhaaViewSet, CustomerViewSet, SaleViewSet

router = SimpleRouter(use_regex_path=False)
router.register("bidhaas", BidhaaViewSet)
router.register("customers", CustomerViewSet)
router.register("sales", SaleViewSet)

urlpatterns = router.urls
