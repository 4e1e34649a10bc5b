"""The app, for Django to find."""

from __future__ import annotations

from django.apps import AppConfig


class PgcreditsConfig(AppConfig):
    name = "pgcredits.django"
    label = "pgcredits"
    verbose_name = "pgcredits"
