# SPDX-License-Identifier: MIT
from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """`?limit=` and `?offset=`; never more than 1,000 rows at once."""

    default_limit = 100
    max_limit = 1000
