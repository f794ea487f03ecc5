# SPDX-License-Identifier: MIT
"""The settings of the project's own server, and REST framework's defaults instead of the project's."""

from config.settings import *  # noqa: F403 - the same middleware and database as the server it is compared with
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "plain"]
ROOT_URLCONF = "plain.urls"
REST_FRAMEWORK = {
    # Neither credentials nor permissions: each would only cost the plain side time.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
