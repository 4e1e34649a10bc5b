"""Attacks of somebody who can log in, may call our functions, and may create schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import yaml
from psycopg import Connection
from psycopg.sql import SQL, Identifier

FILE = Path(__file__).with_name("attacks.yaml")
ATTACKER = "hired"

# The shadows of the attacker's own schema write down as whom they were run. Nobody but the attacker
# may appear there.
EVIL = """
create schema evil;
grant usage on schema evil to public;
create table evil.trace (ran_as text, what text);
grant insert, select on evil.trace to public;
create table pg_temp.profiles (id integer);
"""
# Shadows of every function and operator that the text of our functions names, for the same types.
SHADOWS = """
with words as (
  select distinct lower(w.word[1]) as word
    from pg_proc f, regexp_matches(f.prosrc, '[a-z_][a-z0-9_]*|[-+*/<>=~!@#%^&|?]+', 'gi') w (word)
   where f.pronamespace = 'credits'::regnamespace
), ours as (
  select 'function' as kind,
         format('evil.%I(%s)', f.proname, oidvectortypes(f.proargtypes)) as name,
         format_type(f.prorettype, null) as result, f.proretset as is_set, '' as operands
    from pg_proc f
    join words w on w.word = f.proname
   where f.pronamespace in ('pg_catalog'::regnamespace, 'credits'::regnamespace)
     and f.prokind <> 'p'
  union all
  select 'operator', o.oprname::text,
         format_type(o.oprresult, null), false,
         concat_ws(', ', 'leftarg = ' || format_type(nullif(o.oprleft, 0), null),
                   'rightarg = ' || format_type(nullif(o.oprright, 0), null))
    from pg_operator o
    join words w on w.word = o.oprname
   where o.oprnamespace = 'pg_catalog'::regnamespace
     and o.oprleft <> 0
)
select kind, name, result, is_set, operands from ours order by 1, 2, 5
"""
BODY = (
    "language plpgsql as $shadow$ begin insert into evil.trace values (current_user, '{what}'); "
    "return{value}; end $shadow$"
)


def statements() -> dict[str, Any]:
    """The attacks of the file: statements by what they are about."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


@contextmanager
def attacker(url: str, groups: str = "") -> Iterator[str]:
    """The attacker's URL. The role is there only inside, since the matrix does not know it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create role {ATTACKER} login {groups}")
        database = Identifier(connection.info.dbname)
        connection.execute(SQL("grant create on database {} to hired").format(database))
    try:
        yield url.replace("//postgres@", f"//{ATTACKER}@")
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"drop owned by {ATTACKER} cascade")
            connection.execute(f"drop role {ATTACKER}")


def refused(url: str) -> tuple[int, list[str]]:
    """Statements that must end in 42501: how many, and those that did not."""
    wrong, count = [], 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(EVIL)
        for group, listed in statements()["refused"].items():
            for statement in listed:
                count += 1
                alone = statement.startswith("alter system")  # not in a transaction
                try:
                    with nullcontext() if alone else connection.transaction(force_rollback=True):
                        connection.execute(statement)
                    wrong.append(f"{group}: {statement}: it worked")
                except psycopg.Error as error:
                    if error.sqlstate != "42501":
                        wrong.append(f"{group}: {statement}: {error.sqlstate} {error}")
    return count, wrong


def cast_shadows(connection: Connection) -> int:
    """Makes every shadow that can be made. How many there are."""
    connection.execute(EVIL)
    made = 0
    for number, row in enumerate(connection.execute(SHADOWS).fetchall()):
        kind, name, result, is_set, operands = row
        body = BODY.format(what=name.replace("'", "''"), value="" if is_set else " null")
        returns = f"setof {result}" if is_set else result
        if kind == "function":
            made += _try(connection, f"create function {name} returns {returns} {body}")
        else:
            types = ", ".join(part.split(" = ", 1)[1] for part in operands.split(", ") if part)
            function = f"evil.operator_{number}"
            made += _try(
                connection,
                f"create function {function}({types}) returns {result} {body}; "
                f"create operator evil.{name} ({operands}, function = {function})",
            )
    for statement in statements()["shadows"]:
        made += _try(connection, statement)
    names = connection.execute(
        "select relname, relkind = 'c' from pg_class where relnamespace = 'credits'::regnamespace "
        "and relkind in ('r', 'v', 'c')"
    ).fetchall()
    for name, is_type in names:
        made += _try(connection, f"create temporary table {name} (id integer)")
        form = "type evil.{} as (id integer)" if is_type else "view evil.{} as select 1 as id"
        made += _try(connection, f"create {form.format(name)}")
    return made


def _try(connection: Connection, statement: str) -> int:
    """Pseudo-types and the like cannot be shadowed."""
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.Error:
        return 0
    return 1


def work(connection: Connection) -> list[tuple[Any, ...]]:
    """What services do in a day; the answers without ids and times."""
    jobs = {name: uuid4() for name in ("settled", "held", "overdue", "late", "refunded", "free")}
    old = uuid4()
    values = {
        "profile": uuid4(),
        "imported": uuid4(),
        "moved": uuid4(),
        "hour": timedelta(hours=1),
        "moment": timedelta(microseconds=1),
        "later": datetime(2126, 1, 1, tzinfo=UTC),
        # A job that took 60 monthly and 40 addon credits, and got all of them back as monthly ones.
        "jobs": _array([(old, "failed", '{"credit_cost": 100}', "2025-01-03")]),
        "entries": _array(
            [
                (1, "2025-01-01", "open", "", 60, ""),
                (2, "2025-01-02", "addon", "", 40, ""),
                (3, "2025-01-03", "deduct", old, -100, ""),
                (4, "2025-01-04", "refund", old, 100, ""),
            ]
        ),
        **jobs,
    }
    return [
        tuple(row)
        for call in statements()["work"]
        for row in connection.execute(call, values).fetchall()
    ]


def _array(rows: list[tuple[object, ...]]) -> str:
    """Rows as PostgreSQL writes an array of them; a field without text is null."""
    fields = [[str(field).replace('"', '""') for field in row] for row in rows]
    texts = ["(" + ",".join(f'"{field}"' if field else "" for field in row) + ")" for row in fields]
    return "{" + ",".join('"' + text.replace('"', '\\"') + '"' for text in texts) + "}"


def hijacked(admin_url: str, url: str) -> tuple[int, list[str]]:
    """The work of a day, honestly and between shadows: how many shadows, and what was different."""
    with psycopg.connect(url, autocommit=True) as connection:
        honest = work(connection)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements()["settings"]:
            connection.execute(statement)
        shadows = cast_shadows(connection)
        connection.execute("set search_path = evil, pg_temp, pg_catalog")
        between = work(connection)
        connection.execute("select 1::bigint < 2::bigint")  # the attacker walks into a shadow
    with psycopg.connect(admin_url) as admin:
        ran = admin.execute("select distinct ran_as, what from evil.trace").fetchall()
        unsound = admin.execute("select credits.check_integrity()").fetchall()
    wrong = [
        f"honest {one}, between shadows {other}"
        for one, other in zip(honest, between, strict=True)
        if one != other
    ]
    wrong += [f"{what} ran as {ran_as}" for ran_as, what in ran if ran_as != ATTACKER]
    if (ATTACKER, "<") not in ran:
        wrong.append("the shadows do not work")
    return shadows, wrong + [f"unsound: {row}" for row in unsound]


def leaked(admin_url: str, url: str) -> tuple[int, list[str]]:
    """What a person sees of others through functions of their own: rows seen, and those leaked."""
    mine, others = uuid4(), uuid4()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for profile_id in (mine, others):
            admin.execute("select credits.open_profile(%s, 500, 5000)", [profile_id])
        admin.execute(f"grant usage on schema credits to {ATTACKER}")
        admin.execute(
            f"grant select on credits.my_balance, credits.my_statement, credits.my_jobs, "
            f"credits.ledger, credits.profiles, credits.packs, credits.ledger_entries, "
            f"credits.daily_flows, credits.job_flows, credits.jobs, credits.usage_daily, "
            f"credits.balances to {ATTACKER}"
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create schema if not exists evil")
        connection.execute("create table evil.seen (profile_id text)")
        connection.execute(
            "create function evil.look(at text) returns boolean language plpgsql cost 0.0000001 "
            "as $$ begin insert into evil.seen values (at); return true; end $$"
        )
        connection.execute("select set_config('request.jwt.claims', %s, false)", [_claims(mine)])
        for statement in statements()["looks"]:
            connection.execute(statement)
        seen = {row[0] for row in connection.execute("select profile_id from evil.seen")}
    wrong = [f"leaked: {profile_id}" for profile_id in seen - {str(mine)}]
    return len(seen), wrong


def _claims(subject: UUID) -> str:
    return json.dumps({"sub": str(subject)})
