# SPDX-License-Identifier: MIT
"""The ASGI entry: `uvicorn config.asgi:application`."""

import gc
import os

import django
from django.conf import settings

from config.body_limit import BodyLimit
from config.threaded import ThreadedHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
from sawa.live import Live  # noqa: E402 - it needs the models

# A push makes tens of thousands of objects that live until its end. Looking for garbage at every 700th, and among all
# that was loaded at the start, took a sixth of its time.
gc.freeze()
gc.set_threshold(20_000)
application = BodyLimit(Live(ThreadedHandler(settings.REQUEST_THREADS)))
