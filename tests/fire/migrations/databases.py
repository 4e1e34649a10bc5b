"""Databases of a server, one after the other."""

from __future__ import annotations

from itertools import count

import psycopg
from psycopg.conninfo import conninfo_to_dict


class Databases:
    """Makes databases on a server that is there for this alone."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._numbers = count()

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"state_{next(self._numbers)}"
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"create database {name}")
        parts = conninfo_to_dict(self._server_url)
        return f"postgresql://{parts['user']}@/{name}?host={parts['host']}&port={parts['port']}"
