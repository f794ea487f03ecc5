# SPDX-License-Identifier: MIT
"""The project's own settings, with the simulator's shop in the place of Bidhaa, and a clock that scripts set."""

from config.settings import *  # noqa: F403 - the server that is to be compared
from config.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*(app for app in INSTALLED_APPS if app != "bidhaa"), "script_shop"]
MIDDLEWARE = ["script_shop.middleware.ScriptMiddleware", *MIDDLEWARE]
MIGRATION_MODULES = {"script_shop": None}
ROOT_URLCONF = "script_shop.urls"
# Scripts enrol often, and nobody attacks these passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
