"""The operation of the app's migrations."""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.migrations.operations.base import Operation

from pgcredits._server.schema import bundle


class InstallSchema(Operation):
    """Applies the whole script of the installed version, which can be applied again at any time.

    It cannot be undone: that would throw the books away.
    """

    reduces_to_sql = False
    reversible = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The app has no models."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        connection = schema_editor.connection
        if connection.vendor == "postgresql" and router.allow_migrate(connection.alias, app_label):
            schema_editor.execute(bundle(), params=None)

    def describe(self) -> str:
        return "Installs the schema credits"
