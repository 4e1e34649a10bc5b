"""The tables of the previous application: whether they exist, and the SQL that reads them.

Names become quoted identifiers, values quoted literals or arguments. No statement writes into an
old table, and no row of one leaves the server: what is read goes straight into our functions.
"""

# ruff: noqa: S608 - what is put into statements is quoted here

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from pgcredits._legacy.names import OPTIONAL, TABLES, UUID, Names, identifier, literal, shown
from pgcredits._server.database import Connection
from pgcredits._server.failures import CannotRunError

_CAP = 2**53 - 1  # of every amount
_BUCKETS = TABLES["profiles"][1:]
_NOTHING = "select null::uuid as id, null::{} as rows where false"


async def check_names(connection: Connection, names: Names) -> Source:
    """Makes sure that everything named exists, and that every row of it can be read.

    Raises ``CannotRunError`` with what is missing and the option that names it.
    """
    types = {}
    for table in names.used():
        types[table] = await _column_types(connection, names, table)
    for table in names.used():
        await _check_rows_visible(connection, names.tables[table])
    for kind, expression in names.kinds:
        try:
            await connection.execute(f"select '' ~ {literal(expression)}")
        except asyncpg.DataError as error:
            raise CannotRunError(f"--kind {kind}={expression}: {error.args[0]}.") from error
    has_validity = connection.get_server_version().major >= 16
    return Source(names=names, types=types, has_validity=has_validity)


async def _column_types(connection: Connection, names: Names, table: str) -> dict[str, str]:
    """The type of each column that is read."""
    name = shown(names.tables[table])
    found = await connection.fetchrow(
        """
        select c.oid, pg_catalog.has_schema_privilege(n.oid, 'usage') as may_enter
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = $1
           and c.relname = $2
           and c.relkind in ('r', 'p', 'v', 'm', 'f')
        """,
        *names.tables[table],
    )
    if found is None:
        raise CannotRunError(
            f"There is no table {name}: name it with --table {table}=SCHEMA.TABLE."
            + (" Without a ledger: --no-ledger." if table == "ledger" else "")
        )
    rows = await connection.fetch(
        """
        select a.attname as name, pg_catalog.format_type(a.atttypid, null) as type,
               pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'select') as may_read
          from pg_catalog.pg_attribute a
         where a.attrelid = $1
           and a.attnum > 0
           and not a.attisdropped
         order by a.attnum
        """,
        found["oid"],
    )
    columns = {ours: names.columns.get((table, ours), ours) for ours in TABLES[table]}
    for ours in OPTIONAL.get(table, ()):
        if (table, ours) in names.columns:
            columns[ours] = names.columns[table, ours]
    there = {row["name"]: row for row in rows}
    if missing := [ours for ours, column in columns.items() if column not in there]:
        raise CannotRunError(
            f"The table {name} has no column {', '.join(columns[ours] for ours in missing)}: "
            f"name it with {' '.join(f'--column {table}.{ours}=COLUMN' for ours in missing)}. "
            f"It has: {', '.join(there)}."
        )
    if not found["may_enter"] or not all(there[column]["may_read"] for column in columns.values()):
        raise CannotRunError(
            f"The role may not read {name}: it needs USAGE on the schema and SELECT on the table."
        )
    return {ours: there[column]["type"] for ours, column in columns.items()}


async def _check_rows_visible(connection: Connection, table: tuple[str, str]) -> None:
    """Makes sure that no policy hides rows from this role, in the table or below a view."""
    try:
        async with connection.transaction(readonly=True):
            # With this a policy is an error, and not a filter.
            await connection.execute("set local row_security = off")
            name = ".".join(map(identifier, table))
            await connection.execute(f"select from {name} where false")
    except asyncpg.InsufficientPrivilegeError as error:
        raise CannotRunError(
            f"Row-level security may hide rows of {shown(table)} from this role: use one that sees "
            f"every row, such as the table's owner ({error.args[0]})."
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Old tables that exist, and the statements that read them.

    ``types``: of each column; ``has_validity``: whether the server can say if text is JSON.

    Where a statement has an argument $1, it is a ``uuid[]``: the profiles to look at.
    """

    names: Names
    types: Mapping[str, Mapping[str, str]]
    has_validity: bool

    def table(self, table: str) -> str:
        """A table as SQL has it."""
        return ".".join(map(identifier, self.names.tables[table]))

    def _column(self, table: str, name: str) -> str:
        return f"{table[0]}.{identifier(self.names.columns.get((table, name), name))}"

    def _profile(self, table: str) -> str:
        """The id of a row's profile, or null where it is not a UUID."""
        name = "id" if table == "profiles" else "user_id"
        column = self._column(table, name)
        if self.types[table][name] == "uuid":
            return column  # so that an index on it can be used
        return f"case when {column}::text ~* {UUID} then {column}::text::uuid end"

    def _meta(self) -> str:
        """A job's metadata, or null where it is not JSON."""
        column = self._column("jobs", "meta_json")
        if self.types["jobs"]["meta_json"] == "jsonb":
            return column
        if not self.has_validity:
            return f"{column}::text::jsonb"
        return (
            f"case when pg_catalog.pg_input_is_valid({column}::text, 'jsonb')"
            f" then {column}::text::jsonb end"
        )

    def _kind(self) -> str:
        if not self.names.kinds:
            return "null"
        reason = self._column("ledger", "reason")
        cases = (
            f"when {reason}::text ~ {literal(expression)} then {literal(kind)}"
            for kind, expression in self.names.kinds
        )
        return f"case {' '.join(cases)} end"

    def _job(self) -> str:
        """The job that a ledger row is about; null where its reason has to name it."""
        named = ("ledger", "job_id") in self.names.columns
        return f"{self._column('ledger', 'job_id')}::text" if named else "null"

    def listing(self, *, some: bool) -> str:
        """Each profile with a UUID, in the order of the import: how many rows it has in the old
        tables, and how many of them were imported; null where it was not.

        ``some``: only the profiles of $1. Otherwise there is no argument.
        """
        ledger = (
            self._counted("ledger", some=some) if self.names.ledger else _NOTHING.format("bigint")
        )
        return f"""
            with j as materialized (
              {self._counted("jobs", some=some)}
            ), l as materialized (
              {ledger}
            )
            select p.id, coalesce(j.rows, 0) as jobs, coalesce(l.rows, 0) as entries,
                   i.jobs as jobs_imported, i.entries as entries_imported
              from ({self._profiles(some=some)}) p
              left join j on j.id = p.id
              left join l on l.id = p.id
              left join credits.legacy_profiles i on i.profile_id = p.id
             order by p.id
            """

    def _chosen(self, table: str, *, some: bool) -> str:
        """The condition for rows whose profile has a UUID, one of $1."""
        profile = self._profile(table)
        return f"{profile} = any($1::uuid[])" if some else f"({profile}) is not null"

    def _profiles(self, *, some: bool) -> str:
        monthly, addon = (self._column("profiles", name) for name in _BUCKETS)
        return f"""
            select {self._profile("profiles")} as id,
                   {monthly}::numeric as credits_remaining, {addon}::numeric as addon_credits
              from {self.table("profiles")} p
             where {self._chosen("profiles", some=some)}"""

    def _counted(self, table: str, *, some: bool) -> str:
        return (
            f"select {self._profile(table)} as id, count(*) as rows"
            f" from {self.table(table)} {table[0]}"
            f" where {self._chosen(table, some=some)} group by 1"
        )

    def strays(self) -> str:
        """Rows that no import reaches: the profile of each, which row it is, and why."""
        parts = [
            f"""
            select {self._column("profiles", "id")}::text as profile, null as job, null as entry,
                   'invalid_id' as kind, 'the id of the profile is not a UUID' as detail
              from {self.table("profiles")} p
             where ({self._profile("profiles")}) is null
            """
        ]
        for table in self.names.used()[1:]:
            row = f"{self._column(table, 'id')}::text"
            user = self._column(table, "user_id")
            job, entry = (row, "null") if table == "jobs" else ("null", row)
            parts.append(
                f"""
                select {user}::text, {job}, {entry},
                       case when w.id is null then 'profile_missing' else 'invalid_id' end,
                       case
                         when w.id is not null then 'the id of its profile is not a UUID'
                         when {user} is null then 'it names no profile'
                         else 'its profile is not there'
                       end
                  from {self.table(table)} {table[0]}
                  left join (
                    select distinct {self._column("profiles", "id")}::text as id
                      from {self.table("profiles")} p
                     where ({self._profile("profiles")}) is null
                  ) w on w.id = {user}::text
                 where not exists (select from {self.table("profiles")} p
                                    where {self._profile("profiles")} = {self._profile(table)})
                """
            )
        return " union all ".join(parts) + " order by 1, 4, 2, 3"

    def _batch(self) -> str:
        """The profiles of $1 with their jobs and ledger rows, in the order of their ids.

        The whole batch is joined at once, since the old tables may have no index on the user.
        """
        jobs = f"""
            select b.id,
                   array_agg(
                     row({self._column("jobs", "id")}::text,
                         {self._column("jobs", "status")}::text,
                         {self._meta()},
                         {self._column("jobs", "created_at")}::timestamptz)::credits.legacy_job
                     order by {self._column("jobs", "created_at")}::timestamptz,
                              {self._column("jobs", "id")}
                   ) as rows
              from pg_catalog.unnest($1::uuid[]) b (id)
              join {self.table("jobs")} j on {self._profile("jobs")} = b.id
             group by b.id"""
        return f"""
            select p.id, p.credits_remaining, p.addon_credits,
                   coalesce(j.rows, '{{}}') as jobs, coalesce(e.rows, '{{}}') as entries
              from ({self._profiles(some=True)}) p
              left join ({jobs}) j on j.id = p.id
              left join ({self._entries()}) e on e.id = p.id
             order by p.id
            offset 0"""  # which keeps the order, whatever is done with the rows

    def _entries(self) -> str:
        if not self.names.ledger:
            return _NOTHING.format("credits.legacy_entry[]")
        ts, entry = self._column("ledger", "ts"), self._column("ledger", "id")
        return f"""
            select b.id,
                   array_agg(
                     row({entry}::text, {ts}::timestamptz, {self._kind()}, {self._job()},
                         {self._column("ledger", "delta")}::numeric,
                         {self._column("ledger", "reason")}::text)::credits.legacy_entry
                     order by {ts}::timestamptz, {entry}
                   ) as rows
              from pg_catalog.unnest($1::uuid[]) b (id)
              join {self.table("ledger")} l on {self._profile("ledger")} = b.id
             group by b.id"""

    def check_batch(self) -> str:
        """The damage of the profiles of $1, a row for each finding."""
        return f"""
            select d.profile_id::text as profile, d.job_id as job, d.entry_id as entry,
                   d.kind, d.detail
              from ({self._batch()}) s
             cross join lateral credits.check_legacy_profile(
               s.id, s.credits_remaining, s.addon_credits, s.jobs, s.entries) d
            """

    def import_batch(self) -> str:
        """Imports the profiles of $1, where $2 are the accepted kinds; answers with counts.

        The function is called in a list of columns, and not joined: there the order is certain, and
        since it is volatile it is called once a row, however often its result is used.
        """
        new, known = (f"filter (where {no}(i.result).replayed)" for no in ("not ", ""))

        def added(column: str, which: str) -> str:
            return f"coalesce(sum({column}) {which}, 0)::bigint"

        return f"""
            select count(*) as profiles, count(*) {known} as replayed,
                   {added("(i.result).jobs", new)} as jobs,
                   {added("(i.result).entries", new)} as entries,
                   {added("(i.result).jobs", known)} as jobs_replayed,
                   {added("(i.result).entries", known)} as entries_replayed,
                   {added("i.jobs", new)} as jobs_found,
                   {added("i.entries", new)} as entries_found
              from (
                select credits.import_profile(s.id, s.credits_remaining, s.addon_credits,
                                              s.jobs, s.entries, $2::text[]) as result,
                       cardinality(s.jobs) as jobs, cardinality(s.entries) as entries
                  from ({self._batch()}) s
              ) i
            """

    def locking(self) -> str:
        """Locks the old rows of the profiles of $1, so that nobody changes their buckets there."""
        return f"""
            select from {self.table("profiles")} p
             where {self._chosen("profiles", some=True)}
             order by {self._column("profiles", "id")}
               for no key update
            """

    def differences(self, *, some: bool) -> str:
        """Profiles that differ from the old tables, a row for each.

        ``some``: only the profiles of $1. Otherwise there is no argument.
        """
        imported = " where i.profile_id = any($1::uuid[])" if some else ""
        job = f"{self._column('jobs', 'id')}::text"
        ledger = (
            self._counted("ledger", some=some) if self.names.ledger else _NOTHING.format("bigint")
        )
        return f"""
            with j as materialized (
              select {self._profile("jobs")} as id,
                     count(distinct lower({job})) filter (where {job} ~* {UUID}) as rows
                from {self.table("jobs")} j
               where {self._chosen("jobs", some=some)}
               group by 1
            ), l as materialized (
              {ledger}
            ), n as materialized (
              select n.profile_id, count(*) as rows
                from credits.jobs n
               where n.breakdown_source is not null
               group by n.profile_id
            ), compared as (
              select coalesce(p.id, i.profile_id) as profile,
                     p.id is not null as is_there, i.profile_id is not null as is_here,
                     {_whole("p.credits_remaining")} as monthly_there,
                     {_whole("p.addon_credits")} as addon_there,
                     i.credits_remaining as monthly_then, i.addon_credits as addon_then,
                     o.monthly_delta + o.addon_delta as opened,
                     coalesce(j.rows, 0) as jobs_there, coalesce(n.rows, 0) as jobs_here,
                     coalesce(l.rows, 0) as entries_there, coalesce(i.entries, 0) as entries_here
                from ({self._profiles(some=some)}) p
                full join (select i.* from credits.legacy_profiles i{imported}) i
                  on i.profile_id = p.id
                left join j on j.id = p.id
                left join l on l.id = p.id
                left join n on n.profile_id = i.profile_id
                left join credits.ledger o on o.profile_id = i.profile_id and o.seq = 1
            )
            select c.*
              from compared c
             where not (c.is_there and c.is_here)
                or c.monthly_there is distinct from c.monthly_then
                or c.addon_there is distinct from c.addon_then
                or c.opened is distinct from coalesce(c.monthly_then, 0) + coalesce(c.addon_then, 0)
                or c.jobs_there <> c.jobs_here
                or {"c.entries_there <> c.entries_here" if self.names.ledger else "false"}
             order by c.profile
            """


def _whole(amount: str) -> str:
    """An amount as an import keeps it: whole, and within the cap."""
    return (
        f"case when {amount} is not null then greatest(least(trunc({amount}), {_CAP}), -{_CAP}) end"
    )
