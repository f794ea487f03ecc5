# SPDX-License-Identifier: MIT
"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config.views import health, till_not_built

urlpatterns = [
    path("sync/v1/", include("sawa.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/", include("bidhaa.api.urls")),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    # Reached only when web/dist does not exist: whitenoise answers before.
    path("", till_not_built, name="till"),
]

handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
