"""A private PostgreSQL with the schema, to try programs. Extras ``pgcredits[migrate,local]``.

``with local_database() as url:`` is all of it. It listens on a Unix socket, on Linux and macOS.
"""

from pgcredits._server.database import local_database

__all__ = ["local_database"]
