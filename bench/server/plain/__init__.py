# SPDX-License-Identifier: MIT
"""What Sawa's server is measured against: the same shop as a plain Django REST framework application."""
