"""Two later versions of pgcredits, made up: upgrades are tested from the present one to them.

They do what CONTRIBUTING.md allows a release to do. The first has migrations that add a column to
each table, a constraint in two steps, other rules of jobs in two steps, and attributes of result
types; a public function takes one
more parameter; an internal function has another name, and the old one stays, called by nobody. The
second has no more migrations; the old internal function is gone, and a public function has another
result.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pgcredits._server.migrate
from pgcredits._server import schema

# In the order in which a call locks them, and one in each migration: a call that is waited for
# holds none that comes earlier.
TABLES = (
    "profiles",
    "jobs",
    "ledger",
    "packs",
    "pack_draws",
    "raises",
    "renewals",
    "revocations",
    "limits",
    "addon_grants",
    "settings",
    "alerts",
    "topups",
    "events",
    "legacy_profiles",
)
# Those whose rows no function makes by position.
TYPES = (
    "balance",
    "grant_result",
    "renewal",
    "revocation",
    "profile_entry",
    "import_result",
    "repair",
)

_COLUMN = """\
alter table credits.{table} add column if not exists made_up bigint not null default 0;
comment on column credits.{table}.made_up is 'Made up.';
"""
_CONSTRAINT = """\
do $$
begin
  if not exists (select from pg_catalog.pg_constraint c
                  where c.conrelid = 'credits.packs'::regclass
                    and c.conname = 'packs_made_up_not_negative') then
    alter table credits.packs
      add constraint packs_made_up_not_negative check (made_up >= 0) not valid;
  end if;
end
$$;
"""
_VALID = "alter table credits.packs validate constraint packs_made_up_not_negative;\n"
_RULES = """\
do $$
begin
  if not exists (select from pg_catalog.pg_constraint c
                  where c.conrelid = 'credits.jobs'::regclass
                    and c.conname = 'jobs_rules_2') then
    alter table credits.jobs
      add constraint jobs_rules_2 check (credits._check_jobs_2(jobs)) not valid;
  end if;
end
$$;
"""
_RULES_VALID = """\
alter table credits.jobs validate constraint jobs_rules_2;
alter table credits.jobs drop constraint if exists jobs_rules_1;
drop function if exists credits._check_jobs_1(record);
"""
_ATTRIBUTE = """\
do $$
begin
  if not exists (select from pg_catalog.pg_attribute a
                  where a.attrelid = 'credits.{type}'::regclass and a.attname = 'made_up') then
    alter type credits.{type} add attribute made_up bigint;
  end if;
end
$$;
comment on column credits.{type}.made_up is 'Made up.';
"""
_VERSION = """\
create or replace function credits.schema_version(made_up text default null)
returns text language sql immutable security definer set search_path = pg_catalog, pg_temp
as $$ select '9.0.0' $$;
comment on function credits.schema_version(text) is 'The version.';
"""
_LATER_VERSION = """\
drop function if exists credits.schema_version(text);
create or replace function credits.schema_version(made_up text default null)
returns jsonb language sql immutable security definer set search_path = pg_catalog, pg_temp
as $$ select jsonb '[9, 1, 0]' $$;
comment on function credits.schema_version(text) is 'The version.';
"""


@contextmanager
def later_version(releases: int = 1, *, migrations: bool = True) -> Iterator[list[str]]:
    """The package is that many releases further, 1 or 2, for as long as the block runs and in this
    process alone. Gives the names of its migrations; ``migrations``: whether it has any of its own.
    """
    with TemporaryDirectory() as folder, ExitStack() as patches:
        root = Path(folder)
        shutil.copytree(schema.SQL_FOLDER, root / "sql")
        shutil.copytree(schema.MIGRATIONS_FOLDER, root / "migrations")
        if migrations:
            _add_migrations(root / "migrations")
        _change_logic(root / "sql", releases)
        for module, name, value in (
            (schema, "_ROOT", root),
            (schema, "SQL_FOLDER", root / "sql"),
            (schema, "MIGRATIONS_FOLDER", root / "migrations"),
            (pgcredits._server.migrate, "MIGRATIONS_FOLDER", root / "migrations"),
        ):
            patches.enter_context(patch.object(module, name, value))
        yield [file.stem for file in schema.migration_files()]


def _add_migrations(folder: Path) -> None:
    texts = [(table, _COLUMN.format(table=table)) for table in TABLES]
    texts += [("packs_check", _CONSTRAINT), ("packs_check_valid", _VALID)]
    texts += [("jobs_rules", _rules_of_jobs(folder) + _RULES), ("jobs_rules_valid", _RULES_VALID)]
    texts += [("result_types", "".join(_ATTRIBUTE.format(type=name) for name in TYPES))]
    *_, before = sorted(file.stem for file in folder.glob("pgcredits.*.sql"))
    number = int(before.split(".")[1])
    for what, text in texts:
        number += 1
        file = folder / f"pgcredits.{number:04}.{what}.sql"
        file.write_text(f"-- depends: {before}\n\n{text}", "utf-8")
        checksum = hashlib.sha256(file.read_bytes()).hexdigest()
        with (folder / "checksums.txt").open("a", encoding="utf-8") as checksums:
            checksums.write(f"{checksum}  {file.name}\n")
        before = file.stem


def _rules_of_jobs(folder: Path) -> str:
    """The function with the rules of jobs, with another rule and another number."""
    text = (folder / "pgcredits.0002.tables.sql").read_text("utf-8")
    (rules,) = re.findall(r"create or replace function credits\._check_jobs_1.*?\$;\n", text, re.S)
    more = "\\1\n    when v_job.made_up < 0 then 'jobs_made_up_not_negative'"
    return re.sub("(v_broken := case)", more, rules.replace("_check_jobs_1", "_check_jobs_2"))


def _change_logic(folder: Path, releases: int) -> None:
    (folder / "functions/schema_version.sql").write_text(
        _VERSION if releases == 1 else _LATER_VERSION, "utf-8"
    )
    (old,) = folder.glob("internal/*/_now.sql")
    kept = old.read_text("utf-8")
    for file in folder.glob("**/*.sql"):
        renamed = re.sub(r"\b_now\b", "_clock", file.read_text("utf-8"))
        file.write_text(renamed, "utf-8")
    old.rename(old.with_name("_clock.sql"))
    if releases == 1:
        old.write_text(kept, "utf-8")
        manifest = folder / "install.sql"
        line = f"\\ir {old.relative_to(folder).as_posix()}\n"
        manifest.write_text(f"{line}{manifest.read_text('utf-8')}", "utf-8")
