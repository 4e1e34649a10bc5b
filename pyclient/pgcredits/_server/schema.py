"""Where the SQL is, in a wheel or a checkout: numbered migrations (state) and the logic."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pgcredits import __version__

OLDEST_SERVER = 15
TOO_OLD = f"PostgreSQL {OLDEST_SERVER} or newer is needed, and this server is version %s."
_PACKAGE = Path(__file__).resolve().parent.parent
# A wheel carries the two folders inside the package; a checkout keeps them at its top level.
_ROOT = _PACKAGE if (_PACKAGE / "sql").is_dir() else _PACKAGE.parent.parent
SQL_FOLDER = _ROOT / "sql"
MIGRATIONS_FOLDER = _ROOT / "migrations"
ROLES = ("credits_owner", "credits_app", "credits_admin", "credits_reader")


def migration_files() -> list[Path]:
    """The numbered migrations, in order."""
    return sorted(MIGRATIONS_FOLDER.glob("pgcredits.*.sql"))


def logic_files() -> list[Path]:
    """The files of the logic, in the order of the manifest ``sql/install.sql``."""
    manifest = (SQL_FOLDER / "install.sql").read_text("utf-8")
    return [SQL_FOLDER / name for name in re.findall(r"^\\ir (\S+)$", manifest, re.MULTILINE)]


def migrations_text() -> str:
    """All migrations, without the functions that later ones drop."""
    text = "\n".join(file.read_text("utf-8") for file in migration_files())
    for dropped in re.findall(r"^drop function if exists credits\.(\w+)\(", text, re.MULTILINE):
        text = re.sub(
            rf"create or replace function credits\.{dropped}\(.*?\$\$;\n", "", text, flags=re.DOTALL
        )
    return text


def edited_migrations() -> list[str]:
    """Names of released migrations whose text is no longer the released one."""
    edited = []
    for line in (MIGRATIONS_FOLDER / "checksums.txt").read_text("utf-8").splitlines():
        checksum, name = line.split()
        file = MIGRATIONS_FOLDER / name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != checksum:
            edited.append(name)
    return edited


_BEGIN = f"""\
-- pgcredits {__version__}: the whole schema as one script.
-- Apply it in one transaction: psql -1 -v ON_ERROR_STOP=1 -f FILE

do $$
declare
  v_version constant integer := current_setting('server_version_num')::integer / 10000;
  v_messages constant text := current_setting('client_min_messages');
  v_installed text;
begin
  if v_version < {OLDEST_SERVER} then
    raise exception '{TOO_OLD.replace("%s", "%")}', v_version
      using errcode = 'feature_not_supported';
  end if;
  if to_regprocedure('credits.schema_version()') is not null then
    v_installed := credits.schema_version();
    if string_to_array(v_installed, '.')::integer[]
       > string_to_array('{__version__}', '.')::integer[] then
      raise exception 'The schema is version %, newer than this script of {__version__}.',
        v_installed
        using errcode = 'object_not_in_prerequisite_state';
    end if;
  end if;
  -- That something is there already is no news. The end of the script puts the setting back.
  perform set_config('credits.client_min_messages', v_messages, false);
  if v_messages <> 'error' then
    perform set_config('client_min_messages', 'warning', false);
  end if;
end
$$;
"""
_END = f"""\
do $$
declare
  v_missing constant text := (
    select string_agg(r.name, ', ')
      from unnest('{{{", ".join(ROLES)}}}'::text[]) r (name)
     where to_regrole(r.name) is null);
begin
  if v_missing is not null then
    raise warning 'Missing roles: %. Until an administrator has made them and this script was run '
      'again, % owns the schema, and there are no grants.', v_missing, current_user;
  end if;
  perform set_config('client_min_messages', current_setting('credits.client_min_messages'), false);
end
$$;
"""  # noqa: S608 - names of ours


def bundle() -> str:
    """The whole schema as one SQL script, for an empty database or another migration tool."""
    parts = [_BEGIN]
    for file in [*migration_files(), *logic_files()]:
        parts.append(f"-- {file.relative_to(_ROOT).as_posix()}\n\n{file.read_text('utf-8')}")
    return "\n".join([*parts, _END])
