"""The schema of pgcredits 0.1.0, or of the later version that is installed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from pgcredits.django.install import InstallSchema


class Migration(migrations.Migration):
    initial = True
    operations: ClassVar[list[Any]] = [InstallSchema()]
