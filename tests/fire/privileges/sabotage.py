"""Breaks a rule in a transaction, and expects the comparison and the attempts to notice."""

from __future__ import annotations

import random

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from fire.privileges.attempts import try_cells
from fire.privileges.catalogue import broken_rules, differences, held, knows_maintain, objects
from fire.privileges.matrix import Cell, Matrix

# A statement each that the rules of catalogue.py must notice, with a part of what they then say.
BROKEN = {
    "alter function credits.get_balance reset search_path": "pins its path",
    "alter function credits.get_balance set search_path = credits": "pins its path",
    "alter function credits.get_balance security invoker": "public functions are security definer",
    "alter function credits._now security definer": "public functions are security definer",
    "alter function credits.get_balance owner to postgres": "belongs to credits_owner",
    "alter table credits.jobs owner to postgres": "belongs to credits_owner",
    "alter type credits.balance owner to postgres": "belongs to credits_owner",
    "alter role credits_app login": "no power of their own",
    "alter role credits_owner superuser": "no power of their own",
    "alter role credits_reader bypassrls": "no power of their own",
    "grant credits_owner to hostile": "is a member of credits_owner",
    "grant credits_admin to service_role": "is a member of credits_admin",
    "alter table credits.ledger enable trigger ledger_refuse_change": "always on",
    "alter table credits.ledger disable trigger user": "always on",
    "drop trigger ledger_refuse_truncate on credits.ledger": "always on",
    "alter table credits.packs disable row level security": "without row security",
    'drop policy "reader sees every row" on credits.jobs': "a policy is missing",
    "alter view credits.my_jobs set (security_barrier = false)": "no function a row of others",
    "create or replace view credits._own_profile with (security_invoker = false) as "
    "select null::uuid as profile_id; create or replace view credits.my_jobs as "
    "select j.profile_id, j.id as job_id, j.state, j.reserved_cost, j.raised, j.settled_cost, "
    "j.monthly_deducted, "
    "j.addon_deducted, j.monthly_refunded, j.addon_refunded, j.hold_due_at, j.created_at, "
    "j.finished_at from credits.jobs j": "nothing is written through them",
    "create policy mine on credits.jobs using (true)": "a policy that is not in the matrix",
    "alter view credits.balances set (security_invoker = false)": "rights of their reader",
    "create sequence credits.numbers": "nothing but tables",
    "create rule quiet as on insert to credits.jobs do instead nothing": "nothing but tables",
    "create function credits._now(bigint) returns bigint language sql as 'select 1::bigint'": (
        "has a namesake"
    ),
    "create function credits._any() returns void language plpgsql "
    "as 'begin execute ''select 1''; end'": "catches everything or builds SQL",
    "create function credits._any() returns void language plpgsql "
    "as 'begin null; exception when others then null; end'": "catches everything or builds SQL",
    "alter function credits._now leakproof": "none is leakproof",
    "alter table credits.ledger drop constraint ledger_profile_id_fkey, "
    "add constraint ledger_profile_id_fkey foreign key (profile_id) "
    "references credits.profiles on delete cascade": "deletes or changes rows",
    "grant select on credits.jobs to stranger": "a role outside of the matrix",
    "grant select on credits.jobs to credits_reader with grant option": "may pass it on",
    "grant update (addon_credits) on credits.profiles to authenticated": (
        "UPDATE on column profiles.addon_credits"
    ),
    "grant execute on function credits.grant_addon to public": "EXECUTE on function grant_addon",
    "revoke execute on function credits.reserve_credits from credits_app": (
        "denies it: credits_app: EXECUTE on function reserve_credits"
    ),
}


def unnoticed_rules(connection: Connection, matrix: Matrix, state: str) -> list[str]:
    """Broken rules that nothing noticed. The database is as it was afterwards."""
    missed = differences(connection, matrix, state)[1]  # nothing is broken yet
    for statement, noticed in BROKEN.items():
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
            found = differences(connection, matrix, state)[1]
        if not any(noticed in line for line in found):
            missed.append(f"unnoticed: {statement}")
    if broken_rules(connection, matrix):
        missed.append("the rules are still broken")
    return missed


def grantable(connection: Connection, matrix: Matrix) -> list[Cell]:
    """The cells that GRANT and REVOKE can change."""
    return [
        cell
        for cell in matrix.cells(objects(connection), ("catalogue",))
        if cell.role != "credits_owner"
        and cell.kind != "type"
        and (cell.action != "MAINTAIN" or knows_maintain(connection))
    ]


def stray_grant(connection: Connection, matrix: Matrix, rng: random.Random) -> str | None:
    """Grants a denied cell, and says which if the catalogue or an attempt does not tell."""
    things = objects(connection)
    allowed = matrix.allowed(things)
    inside = {cell.role for cell in allowed if cell.kind == "schema" and cell.action == "USAGE"}
    cell = rng.choice([c for c in grantable(connection, matrix) if c not in allowed])
    before = held(connection, matrix, things)
    with connection.transaction(force_rollback=True):
        _grant(connection, cell)
        new = held(connection, matrix, things) - before
        # With a table come its columns, and with a group its members.
        told = cell in new and {other.action for other in new} == {cell.action}
        if told and cell.role in inside and _can_be_tried(cell):
            told = bool(try_cells(connection, matrix, "", only=lambda other: other == cell)[1])
    return None if told else str(cell)


def _can_be_tried(cell: Cell) -> bool:
    """Row security, or what an internal function calls, refuses the rest all the same."""
    return (
        not cell.name.startswith("_")
        and cell.action != "INSERT"
        and cell.kind in ("table", "function")
    )


def _grant(connection: Connection, cell: Cell) -> None:
    role = Identifier(cell.role)
    if cell.kind == "column":
        table, column = cell.name.split(".")
        what = SQL(f"{cell.action} ({{}}) on credits.{{}}").format(
            Identifier(column), Identifier(table)
        )
    elif cell.kind == "schema":
        what = SQL(f"{cell.action} on schema credits")
    elif cell.kind == "function":
        what = SQL(f"execute on function credits.{cell.name}")
    else:
        what = SQL(f"{cell.action} on credits.{{}}").format(Identifier(cell.name))
    connection.execute(SQL("grant {} to {}").format(what, role))
