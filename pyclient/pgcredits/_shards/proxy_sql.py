"""The SQL of a proxy and of the shards behind it.

A proxy is a database with the same schema, whose public functions make each call on the shard that
has the profile. They are written from the catalog, and nothing by hand per function: what its
parameters are called decides where a call goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgcredits import __version__
from pgcredits._call import IS_PROXY
from pgcredits._server.failures import CannotRunError

if TYPE_CHECKING:
    import psycopg

    from pgcredits._shards.map import ShardMap

#: The role that the proxy logs in with at each shard, by default.
PROXY_USER = "credits_proxy"
_FOLDER = Path(__file__).resolve().parent
# What only looks at its arguments, such as id_of, asks no shard: it is immutable, or safe in
# parallel workers, which no function is that reads a table.
_FUNCTIONS = """
select f.proname, f.proargnames, l.types, f.pronargs - f.pronargdefaults as required,
       f.proretset, t.typtype, pg_catalog.format_type(t.oid, -1) as result,
       pg_catalog.pg_get_functiondef(f.oid) as definition
  from pg_catalog.pg_proc f
  join pg_catalog.pg_type t on t.oid = f.prorettype
 cross join lateral (
   select array_agg(array[pg_catalog.format_type(a.type, -1), coalesce(e.typtype::text, '')]
                    order by a.place) as types
     from unnest(f.proargtypes::oid[]) with ordinality a (type, place)
     join pg_catalog.pg_type p on p.oid = a.type
     left join pg_catalog.pg_type e on e.oid = p.typelem and p.typcategory = 'A'
 ) l
 where f.pronamespace = 'credits'::regnamespace
   and not starts_with(f.proname, '_')
   and f.provolatile <> 'i'
   and f.proparallel <> 's'
 order by f.proname"""
_PLACES = """
select o.option_name, o.option_value
  from pg_catalog.pg_foreign_server s
 cross join pg_catalog.pg_options_to_table(s.srvoptions) o
 where s.srvname = 'credits_shards'"""
_VIEWS = """
select v.relname, array_agg(a.attname::text order by a.attnum) as names,
       array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum) as types,
       v.reloptions
  from pg_catalog.pg_class v
  join pg_catalog.pg_attribute a on a.attrelid = v.oid and a.attnum > 0 and not a.attisdropped
 where v.relnamespace = 'credits'::regnamespace
   and v.relkind = 'v'
   and pg_catalog.has_table_privilege('credits_reader', v.oid, 'select')
 group by v.oid, v.relname, v.reloptions
 order by v.relname"""


def shard_sql(number: int, shards: int, *, user: str = PROXY_USER) -> str:
    """What a shard has beside the schema: the door for the proxy, and which shard it is.

    ``user``: the role that the proxy logs in with, which is made if there is none.
    """
    return _filled("shard.sql", number=number, shards=shards, user=_identifier(user))


def proxy_sql(
    connection: psycopg.Connection[Any],
    shard_map: ShardMap,
    *,
    strict: bool = False,
    user: str = PROXY_USER,
) -> str:
    """The whole proxy: run by a superuser in a migrated database, it makes that one a proxy.

    ``connection``: to a database migrated with this version, from whose catalog it is written.
    ``strict``: reservations are refused whose job ids do not carry the hash of the profile.
    ``user``: the role that the proxy logs in with at each shard.
    """
    cluster = cluster_sql(shard_map, strict=strict, user=user)
    return "\n".join([cluster, _filled("proxy.sql"), public_sql(connection)])


def is_proxy(connection: psycopg.Connection[Any]) -> bool:
    """Whether a database is a proxy."""
    row = connection.execute(IS_PROXY).fetchone()
    return bool(row and row[0])


def make_proxy_again(connection: psycopg.Connection[Any]) -> None:
    """After a migration, in its transaction: the calls go to the shards again.

    Fails where a shard cannot be reached or is older.
    """
    connection.execute(f"select credits_proxy.check_versions('{__version__}')")
    connection.execute(public_sql(connection).encode())


def public_sql(connection: psycopg.Connection[Any]) -> str:
    """The public functions and views of a proxy, and the guards of its tables."""
    with connection.transaction():
        connection.execute("set local search_path = pg_catalog, pg_temp")
        functions = [_Function(*row) for row in connection.execute(_FUNCTIONS).fetchall()]
        views = connection.execute(_VIEWS).fetchall()
    by_name = {function.name: function for function in functions}
    parts = [function.sql(by_name) for function in functions]
    parts += [_view(*row) for row in views]
    return "\n".join([*parts, _filled("guards.sql")])


@dataclass(frozen=True, slots=True)
class _Function:
    """A public function, as the catalog has it. ``types``: of each parameter, and 'c' beside it
    where it is an array of composites."""

    name: str
    parameters: list[str]
    types: list[tuple[str, str]] | None
    required: int
    is_set: bool
    kind: str
    result: str
    definition: str

    def sql(self, others: Mapping[str, _Function]) -> str:
        head = self.definition.partition("\nAS $function$")[0]
        head = re.sub(r"^ LANGUAGE \w+", " LANGUAGE plpgsql", head, flags=re.MULTILINE)
        body = "\n".join(f"  {line}" for line in self._body(others))
        return f"{head}\nas $function$\nbegin\n{body}\nend\n$function$;\n"

    def _body(self, others: Mapping[str, _Function]) -> Iterator[str]:
        single = others.get(self.name.removesuffix("_many"))
        if self.types and len(self.types) == 1 and self.types[0][0] == "jsonb" and single:
            yield f"return query select r.* from {self._many(single)} r;"  # noqa: S608 - ours
            return
        yield from self._checks()
        rows = self._rows()
        if self.is_set:
            yield "return query"
            of_type = f"jsonb_populate_recordset(null::{self.result}, {rows})"
            yield f"  select r.* from {of_type} r;"  # noqa: S608 - names of ours
        elif self.kind == "c" and not self._asks_one():
            # One answer is not made of many without knowing what its columns mean.
            yield "perform credits_proxy.refuse_whole();"
        elif self.kind == "c":
            yield f"return jsonb_populate_record(null::{self.result}, {rows} -> 0);"
        elif self._asks_one():
            yield f"return ({rows} ->> 0)::{self.result};"
        else:
            # Of counts the sum; of places in an order the first that a shard has come to.
            merge = "sum" if self.result in {"bigint", "integer"} else "min"
            kind = "text" if self.result == "uuid" else self.result
            yield "return ("
            yield f"  select {merge}(r.value::{kind})"
            yield f"    from jsonb_array_elements_text({rows}) r (value));"

    def _many(self, single: _Function) -> str:
        (parameter,) = self.parameters
        given = f"{self.name}.{parameter}"
        keys = ", ".join(single.parameters)
        statement = f"credits.{self.name}($1 -> ''batch'')"
        return (
            f"jsonb_populate_recordset(null::{self.result}, credits_proxy.batch(\n"
            f"    credits._read_batch('{parameter}', {given}, '{{{keys}}}'), {given},\n"
            f"    '{statement}', {str(single._names_both()).lower()}))"
        )

    def _checks(self) -> Iterator[str]:
        profile = self._given("profile_id")
        if self._names_both():
            yield f"perform credits_proxy.check_job_id({profile}, {self._given('job_id')});"
        for name, (kind, _) in zip(self.parameters, self.types or [], strict=True):
            if kind == "uuid" and name.endswith("_profile_id") and self._asks_one():
                yield (
                    f"perform credits_proxy.check_same_shard({profile}, {self._given(name)}, "
                    f"'{name}');"
                )

    def _rows(self) -> str:
        """The call that has the rows of the answer."""
        call = f"{self._statement()},\n    {self._arguments()}"
        if self._pages_by:
            given = f"'{self._pages_by}', {self._given('page_size')}"
            return f"credits_proxy.call_page({given}, {call})"
        shard = f"credits_proxy.shard_of({self._given('profile_id')})"
        one = f"credits_proxy.call({shard}, {call})"
        if self._needs("profile_id"):
            return one
        if "profile_id" not in self.parameters:
            return f"credits_proxy.call_all({call})"
        otherwise = f"credits_proxy.call_all({call})"
        if "job_id" in self.parameters:
            otherwise = f"credits_proxy.call_by_job({self._given('job_id')}, {call})"
        return f"case when {self._given('profile_id')} is null then {otherwise}\n    else {one} end"

    @property
    def _pages_by(self) -> str | None:
        """The column of ids after one of which a page of all begins."""
        if "page_size" not in self.parameters or self._asks_one():
            return None
        (after,) = (name for name in self.parameters if name.startswith("after_"))
        return after.removeprefix("after_")

    def _asks_one(self) -> bool:
        return "profile_id" in self.parameters

    def _needs(self, parameter: str) -> bool:
        return parameter in self.parameters[: self.required]

    def _names_both(self) -> bool:
        return self._needs("profile_id") and self._needs("job_id")

    def _given(self, parameter: str) -> str:
        return f'{self.name}."{parameter}"'

    def _statement(self) -> str:
        """What the shard selects from; $1 are the arguments."""
        given = []
        for name, (kind, element) in zip(self.parameters or [], self.types or [], strict=True):
            value = f"($1 ->> ''{name}'')::{kind}"
            if element == "c":
                composite = kind.removesuffix("[]")
                json = f"$1 ->> ''{name}''"
                rows = f"jsonb_populate_recordset(null::{composite}, ({json})::jsonb)"
                array = f"array(select r from {rows} r)"  # noqa: S608 - names of ours
                value = f"case when {json} is not null then {array} end"
            given.append(f'"{name}" => {value}')
        return f"'credits.{self.name}({', '.join(given)})'"

    def _arguments(self) -> str:
        """The arguments as text by their names, the same whatever the session's settings are."""
        pairs = []
        for name, (kind, element) in zip(self.parameters or [], self.types or [], strict=True):
            value = self._given(name)
            if kind == "interval":
                value = f"credits_proxy.text_of({value})"
            elif element == "c":
                value = f"to_jsonb({value})::text"
            elif element or kind == "jsonb":
                value = f"{value}::text"
            pairs.append(f"'{name}', {value}")
        return f"jsonb_build_object({', '.join(pairs)})"


def _view(name: str, columns: list[str], types: list[str], options: list[str] | None) -> str:
    listed = ", ".join(f'"{column}" {kind}' for column, kind in zip(columns, types, strict=True))
    given = f" with ({', '.join(options)})" if options else ""
    return (
        f"create or replace view credits.{name}{given} as\n"
        f"select r.*\n  from jsonb_to_recordset(credits_proxy.rows_of('{name}'))\n"
        f"       r ({listed});\n"
    )


def cluster_sql(shard_map: ShardMap, *, strict: bool = False, user: str = PROXY_USER) -> str:
    """Where the shards are, in the words of PL/Proxy. Their number never changes."""
    shards = len(shard_map.urls)
    places = [f"p{at} {_text(_conninfo(url))}" for at, url in enumerate(shard_map.urls)]
    settings = ", ".join([*places, "modular_mapping '1'"])
    return _filled(
        "cluster.sql",
        shards=shards,
        strict=str(strict).lower(),
        user=_text(_identifier(user)),
        added=settings,
        changed=", ".join(f"set {place}" for place in places),
    )


def elsewhere(connection: psycopg.Connection[Any], shard_map: ShardMap) -> list[int]:
    """The shards that a proxy has in another place than the map."""
    known = dict(connection.execute(_PLACES).fetchall())
    return [
        shard
        for shard, url in enumerate(shard_map.urls)
        if known.get(f"p{shard}") not in (None, _conninfo(url))
    ]


def _conninfo(url: str) -> str:
    """A URL as libpq's settings, without who logs in: the user mapping says that."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # not before a proxy is written

    given = conninfo_to_dict(url)
    return make_conninfo("", **{k: v for k, v in given.items() if k not in {"user", "password"}})


def _text(given: str) -> str:
    if "\\" in given:
        return "e'" + given.replace("\\", "\\\\").replace("'", "''") + "'"
    return "'" + given.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise CannotRunError(f"A role's name has small letters, digits and _ only, not {name!r}.")
    return name


def _filled(file: str, **values: object) -> str:
    text = (_FOLDER / file).read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
