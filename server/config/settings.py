# SPDX-License-Identifier: MIT
"""Django settings. Everything that differs between installations comes from the environment (docs/server.md)."""

import datetime
import os
from pathlib import Path

import structlog

from config import env
from config.databases import database
from config.headers import cache_static

SERVER_DIR = Path(__file__).resolve().parent.parent
REPOSITORY_DIR = SERVER_DIR.parent
VAR_DIR = Path(os.environ.get("SAWA_VAR_DIR", SERVER_DIR / "var"))

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(VAR_DIR)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
# Other origins whose pages may use the API with a bearer token. Never with a cookie: CORS_ALLOW_CREDENTIALS stays off.
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = r"^/(sync/v1|api)/"
CORS_ALLOW_HEADERS = ["authorization", "content-encoding", "content-type", "sawa-client"]
CORS_EXPOSE_HEADERS = ["Sawa-Protocol", "Retry-After"]
# Behind a proxy that ends TLS and sets X-Forwarded-Proto itself. Off by default: a client could send the header.
if env.flag("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=False)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SESSION_COOKIE_SAMESITE = "Lax"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sawa",
    "bidhaa",
]

MIDDLEWARE = [
    # First, so that files served by whitenoise get the headers too.
    "config.headers.SecurityHeadersMiddleware",
    # Before all that may answer by itself.
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFilesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database(VAR_DIR)}
# How many connections a process keeps open for live pokes.
LIVE_CONNECTIONS = int(os.environ.get("LIVE_CONNECTIONS", "1000"))
REQUEST_THREADS = int(os.environ.get("REQUEST_THREADS", "8"))
# After how many days without a word a device is not waited for when tombstones are collected.
SAWA_AWAY_DAYS = int(os.environ.get("SAWA_AWAY_DAYS", "90"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Ten wrong passwords for one name from one address: wait five minutes. Not by address alone, since all the tills of a
# shop may share one.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = datetime.timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "sawa.auth.lockout_response"
AXES_VERBOSE = False

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# The admin's own files come straight from the installed packages: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
# Otherwise the files are listed once, when the server starts.
WHITENOISE_AUTOREFRESH = env.flag("SAWA_WEB_AUTOREFRESH", default=DEBUG)
WEB_DIST = Path(os.environ.get("SAWA_WEB_DIST", REPOSITORY_DIR / "web" / "dist"))
WHITENOISE_ROOT = WEB_DIST if WEB_DIST.is_dir() else None
WHITENOISE_INDEX_FILE = True
WHITENOISE_MAX_AGE = 0
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = cache_static

# The sync endpoints read their body in bounded pieces themselves (sawa/api/body.py); this bounds all others.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "sawa.api.rest.DeviceTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sawa.api.rest.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "bidhaa.api.pagination.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "sawa.api.rest.exception_handler",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Bidhaa shop API",
    "DESCRIPTION": "The plain REST API of a shop. Devices that must work without a network use /sync/v1 instead.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
}

UNFOLD = {
    "SITE_TITLE": "Bidhaa",
    "SITE_HEADER": "Bidhaa",
    "SITE_SUBHEADER": "Shops, devices and sync",
    "SHOW_HISTORY": True,
}

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.dev.ConsoleRenderer(colors=False) if DEBUG else structlog.processors.JSONRenderer(),
    ],
    cache_logger_on_first_use=False,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
