"""Applies the logic in sql/, in the manifest's order, after the numbered migrations."""

from typing import Any

from yoyo import step

from pgcredits._server.schema import logic_files


def apply(connection: Any) -> None:
    for file in logic_files():
        connection.execute(file.read_text("utf-8"))


step(apply)
