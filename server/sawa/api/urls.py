# SPDX-License-Identifier: MIT
from django.urls import path, re_path

from sawa.api import views

urlpatterns = [
    path("enroll", views.enroll),
    path("login", views.login),
    path("logout", views.logout),
    path("hello", views.hello),
    path("sync", views.sync),
    path("digest", views.digest),
    # Even "there is no such endpoint" is said by a Sawa server.
    re_path(r"", views.unknown),
]
