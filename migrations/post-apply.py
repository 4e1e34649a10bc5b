"""Applies the logic in sql/, in the manifest's order, after the numbered migrations.

In the same transaction a proxy of shards is made one again.
"""

from typing import Any

from yoyo import step

from pgcredits._server.schema import logic_files
from pgcredits._shards.proxy_sql import is_proxy, make_proxy_again


def apply(connection: Any) -> None:
    for file in logic_files():
        connection.execute(file.read_text("utf-8"))
    if is_proxy(connection):
        make_proxy_again(connection)


step(apply)
