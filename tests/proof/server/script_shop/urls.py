# SPDX-License-Identifier: MIT
"""The sync endpoints, and those by which a script moves the server itself."""

from django.urls import include, path

from script_shop import views

urlpatterns = [
    path("sync/v1/", include("sawa.api.urls")),
    path("script/begin", views.begin),
    path("script/edit", views.edit),
    path("script/expire", views.expire),
    path("script/backup", views.back_up),
    path("script/restore", views.restore),
    path("script/state", views.state),
    path("", views.alive),
]
