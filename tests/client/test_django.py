"""The Django app: its migrations install the schema, and Django's test runner has it too."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from pgcredits import __version__
from support import django_database

TEST_CASES = '''
from uuid import uuid4

from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from pgcredits import InsufficientCredits
from pgcredits.sync import Credits

PROFILE = uuid4()


class InATransaction(TestCase):
    """Each test is rolled back, so both may open the same profile with other credits."""

    def test_one(self):
        client = Credits(connection)
        client.open_profile(PROFILE, credits_remaining=5)
        with self.assertRaises(InsufficientCredits), transaction.atomic():
            client.reserve_credits(PROFILE, uuid4(), 6)
        self.assertEqual(client.get_balance(PROFILE).available, 5)

    def test_other(self):
        client = Credits(connection, savepoints=True)
        client.open_profile(PROFILE, credits_remaining=7)
        with self.assertRaises(InsufficientCredits):
            client.reserve_credits(PROFILE, uuid4(), 8)
        self.assertEqual(client.get_balance(PROFILE).available, 7)


class Committed(TransactionTestCase):
    def test_a_view_that_fails_takes_its_credits_back(self):
        client, profile_id = Credits(connection), uuid4()
        client.open_profile(profile_id, credits_remaining=5)
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            client.reserve_credits(profile_id, uuid4(), 3)
            1 / 0
        self.assertEqual(client.get_balance(profile_id).available, 5)
'''


@pytest.fixture
def project(tmp_path: Path, empty_db_url: str) -> Path:
    database = django_database(empty_db_url)
    settings = {
        "DATABASES": {"default": {**database, "TEST": {"NAME": f"test_{database['NAME']}"}}},
        "INSTALLED_APPS": ["pgcredits.django"],
        "SECRET_KEY": "of a test",
    }
    text = "\n".join(f"{name} = {value!r}" for name, value in settings.items())
    (tmp_path / "settings.py").write_text(text, "utf-8")
    (tmp_path / "test_credits.py").write_text(TEST_CASES, "utf-8")
    return tmp_path


def django(project: Path, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "django", *arguments, "--settings", "settings"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


SCHEMA_VERSION = """
from django.db import connection
from pgcredits.sync import Credits
print(Credits(connection).schema_version())
"""


def test_its_migrations_install_the_schema(project: Path) -> None:
    assert "No changes detected" in django(project, "makemigrations", "--check", "--dry-run")
    django(project, "migrate")
    assert "No planned migration operations" in django(project, "migrate", "--plan")
    assert django(project, "shell", "-c", SCHEMA_VERSION).split()[-1] == __version__


def test_djangos_test_runner_has_the_schema(project: Path) -> None:
    assert "Ran 3 tests" in django(project, "test", "--noinput")


def test_each_release_has_a_migration() -> None:
    """Without one, whoever upgrades the package keeps the functions of the version before."""
    names = sorted(
        path.name
        for path in files("pgcredits.django.migrations").iterdir()
        if "release" in path.name
    )
    assert names[-1].endswith(f"release_{__version__.replace('.', '_')}.py")
