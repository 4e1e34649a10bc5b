"""The commands on all shards of a map: what is done to each, directly and not through the proxy.

One that cannot be reached does not keep the others from it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, cast

import typer

from pgcredits import Credits, CreditsError, Unavailable, __version__
from pgcredits._cli.books import Checked, Since, check_pieces, tell_findings
from pgcredits._cli.common import MAP, AsJson, Every, MapFile, SweepSize, duration
from pgcredits._cli.errors import explained, failure_sentence, refusal_sentence
from pgcredits._cli.output import print_json, when
from pgcredits._cli.status import Status, read_status, verdict
from pgcredits._cli.sweep import Sweep, Swept, sweeping
from pgcredits._cli.usage_errors import Command, Group
from pgcredits._cli.worker import Pass, Worker, note, run_workers
from pgcredits._server.calls import client_on
from pgcredits._server.database import (
    check_schema,
    checked_url,
    connected,
    migrate_database,
)
from pgcredits._server.failures import CannotRunError
from pgcredits._server.words import count
from pgcredits._shards.databases import (
    Outcome,
    check_proxy,
    make_databases,
    on_each,
    shard_connected,
)
from pgcredits._shards.map import DEFAULT_SHARDS, ShardMap, replace, spelled, written
from pgcredits._shards.move import Move, Moved
from pgcredits._shards.places import is_leaving

_Result = TypeVar("_Result")
_SWEEP_SECONDS = 300.0  # the longest that a statement of a sweep may take
_STATUS_SECONDS = 30.0
_SILENCE = timedelta(seconds=5)
_MOVING = "It is moving: go on with that by pgcredits shards move, or undo it by --undo."

AtOnce = Annotated[
    int, typer.Option(metavar="N", min=1, max=64, help="Shards at the same time, at most.")
]

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Many databases as one: make, migrate, check and move the shards of a map.",
)


@app.command("init", cls=Command)
def init(
    *,
    map_file: MapFile = MAP,
    server: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=URL",
            help="A server of a new map; the name of its databases has {shard} in it.",
        ),
    ] = None,
    shards: Annotated[
        int, typer.Option(metavar="N", help="How many shards a new map has, for ever.")
    ] = DEFAULT_SHARDS,
    proxy: Annotated[
        str | None, typer.Option(metavar="URL", help="The proxy's database of a new map.")
    ] = None,
    maintenance_db: Annotated[
        str, typer.Option(metavar="NAME", help="A database that each server has.")
    ] = "postgres",
    as_json: AsJson = False,
) -> None:
    """Write a map of the shards, and create their databases.

    With a map that is there, creates what is missing of its databases; what is there stays as it
    is. Safe to run at any time. Each database is marked with its number, so that a wrong map is
    noticed. Next: pgcredits shards migrate.
    """
    with explained(as_json=as_json):
        is_new = _write_map(map_file, server or [], shards, proxy)
        names: list[str] = []
        made = make_databases(ShardMap.read(map_file), maintenance_db, names.append)
        new, there = asyncio.run(made)
        if as_json:
            print_json({"map": map_file, "new_map": is_new, "created": names, "there": there})
            return
        print(f"{'Wrote' if is_new else 'Read'} {map_file}.")
        print(f"Created {new:,} databases; {there:,} were there.")


def _write_map(file: Path, servers: Sequence[str], shards: int, proxy: str | None) -> bool:
    """Writes a map unless there is one; whether it is new. Raises ``CannotRunError``."""
    if file.exists():
        if servers or proxy is not None:
            raise CannotRunError(f"{file} is there already: it says what there is. Change it.")
        return False
    pairs = [tuple(text.partition("=")[::2]) for text in servers]
    if not pairs or not all(name and url for name, url in pairs):
        raise CannotRunError(
            f"{file} is not there: give --server for a new map, as in --server "
            "a=postgresql://user@host/credits_{shard}"
        )
    replace(file, written([(name, url) for name, url in pairs], shards, proxy))
    return True


@app.command("status", cls=Command)
def status(map_file: MapFile = MAP, at_once: AtOnce = 8, as_json: AsJson = False) -> None:
    """Check whether each shard and the proxy are ready.

    Compares versions and what else status of one database compares. Exit codes: 1 where something
    differs, 2 where one cannot be reached or used.
    """

    def told(found: Status) -> str:
        return " ".join([verdict(found), *found.changes])

    def document(found: Status) -> dict[str, Any]:
        return {"ready": found.ready, **asdict(found)}

    with explained(as_json=as_json):
        shard_map = ShardMap.read(map_file)

        async def look(shard: int) -> Status:
            async with shard_connected(shard_map, shard, seconds=_STATUS_SECONDS) as connection:
                if await is_leaving(connection):
                    raise CannotRunError(_MOVING)
                return await read_status(connection)

        report = _Report(shard_map, told, document, as_json=as_json)
        found = asyncio.run(on_each(shard_map, look, at_once=at_once, tell=report.tell))
        unusable = any(each.result is None or not each.result.usable for each in found)
        differs = any(each.result is None or not each.result.ready for each in found)
        proxy = _look_at_proxy(shard_map, told, report)
        report.end(
            f"{sum(bool(each.result and each.result.ready) for each in found)} of "
            f"{len(found)} shards are ready.",
            2 if unusable or not proxy else int(differs),
        )


def _look_at_proxy(
    shard_map: ShardMap, told: Callable[[Status], str], report: _Report[Any]
) -> bool:
    """Tells of the proxy; whether it is ready, or there is none."""
    if shard_map.proxy_url is None:
        return True

    async def look(url: str) -> Status:
        async with connected(url, seconds=_STATUS_SECONDS) as connection:
            found = await read_status(connection)
            if found.usable:
                await check_proxy(connection)
            return found

    try:
        found = asyncio.run(look(shard_map.proxy_url))
    except Exception as failure:
        report.tell_proxy(failure=failure)
        return False
    report.tell_proxy(told(found), ready=found.ready)
    return found.ready


@app.command("migrate", cls=Command)
def migrate(
    map_file: MapFile = MAP,
    new_addresses: Annotated[
        bool,
        typer.Option("--new-addresses", help="Let the proxy take other places from the map."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring each shard to this version, one after the other, and then the proxy.

    Safe to run at any time. Where a shard fails, the others are still migrated, but not the proxy,
    which must not be newer than a shard: run it again once that one is back. A map that has a shard
    elsewhere than the proxy may be an old one, and is refused without --new-addresses.
    """

    def told(applied: list[str]) -> str:
        return f"The schema is version {__version__}.{''.join(f' Applied {n}.' for n in applied)}"

    with explained(as_json=as_json):
        shard_map = ShardMap.read(map_file)

        async def bring(shard: int) -> list[str]:
            async with shard_connected(shard_map, shard) as connection:
                if await is_leaving(connection):
                    raise CannotRunError(_MOVING)
            done = await asyncio.to_thread(migrate_database, shard_map.urls[shard])
            if shard_map.proxy_url is not None:
                from pgcredits._shards.behind_proxy import make_door

                async with connected(shard_map.urls[shard]) as connection:
                    await make_door(connection, shard, len(shard_map.urls))
            return done.applied

        report = _Report(shard_map, told, lambda applied: {"applied": applied}, as_json=as_json)
        found = asyncio.run(on_each(shard_map, bring, at_once=1, tell=report.tell))
        failed = [each.shard for each in found if each.failure]
        if failed:
            left = "" if shard_map.proxy_url is None else " The proxy is left as it is."
            report.end(f"Not migrated: {spelled(failed)}.{left} Run it again.", 2)
        elif shard_map.proxy_url is not None:
            moving = range(len(found)) if new_addresses else ()
            _migrate_proxy(shard_map.proxy_url, shard_map, moving, report)
        report.end(f"All {len(found)} shards are version {__version__}.", 0)


def _migrate_proxy(
    url: str, shard_map: ShardMap, moving: Collection[int], report: _Report[Any]
) -> None:
    try:
        from pgcredits._shards.behind_proxy import make_proxy, tell_proxy

        # Before it is migrated, as it then asks the shards for their versions. And what can be no
        # proxy must not be left as a database that takes calls.
        tell_proxy(url, shard_map, moving=moving)
        done = migrate_database(url)
        make_proxy(url, shard_map)
    except Exception as failure:
        report.tell_proxy(failure=failure)
        report.end("The shards are migrated, and the proxy is not. Run it again.", 2)
    report.tell_proxy(f"The schema is version {__version__}.", ready=True, applied=done.applied)


@app.command("check", cls=Command)
def check(
    map_file: MapFile = MAP,
    since: Since = None,
    batch_size: Annotated[
        int, typer.Option(metavar="N", help="Rows per transaction, at most 1,000,000.")
    ] = 10_000,
    at_once: AtOnce = 4,
    as_json: AsJson = False,
) -> None:
    """Verify on each shard that every balance matches its ledger.

    Exit codes: 1 where something is wrong, 2 where a shard could not be checked.
    """

    def told(checked: Checked) -> str:
        return count(len(checked.findings), "finding") if checked.findings else "sound"

    with explained(as_json=as_json):
        shard_map = ShardMap.read(map_file)

        async def look(shard: int) -> Checked:
            checked = Checked()
            async with shard_connected(shard_map, shard) as connection:
                await check_schema(connection)
                async for _ in check_pieces(connection, checked, batch_size, since):
                    pass
            return checked

        report = _Report(shard_map, told, lambda checked: checked.document(), as_json=as_json)

        def tell(found: Outcome[Checked]) -> None:
            report.tell(found)
            if found.result and found.result.findings and not as_json:
                tell_findings(found.result.findings)

        found = asyncio.run(on_each(shard_map, look, at_once=at_once, tell=tell))
        failed = [each.shard for each in found if each.failure]
        wrong = [each.shard for each in found if each.result and each.result.findings]
        said = f"Not checked: {spelled(failed)}." if failed else "All shards were checked."
        if wrong:
            said += f" Not sound: {spelled(wrong)}."
        elif len(failed) < len(found):
            said += " What was checked is sound."
        report.end(said, 2 if failed else int(bool(wrong)))


@app.command("expire", cls=Command)
def expire(
    map_file: MapFile = MAP,
    every: Every = None,
    batch_size: SweepSize = 100,
    at_once: AtOnce = 4,
    as_json: AsJson = False,
) -> None:
    """Expire overdue holds and packs on each shard.

    Runs once, until nothing is due; with --every, until SIGTERM or Ctrl-C, over one connection to
    each shard and through outages of any of them. With --every, --json prints one line for each
    pass that did something. The exit code is 2 where a shard could not be swept.
    """
    if every is not None and not every:
        raise typer.BadParameter("a worker needs a pause between passes", param_hint="--every")
    with explained(as_json=as_json):
        shard_map = ShardMap.read(map_file)
        if every is not None:
            asyncio.run(_keep_sweeping(shard_map, every, batch_size, at_once, as_json=as_json))
            return

        async def sweep(shard: int) -> Swept:
            connection = shard_connected(shard_map, shard, seconds=_SWEEP_SECONDS)
            async with connection as connected_shard:
                await check_schema(connected_shard)
                return await Sweep(client_on(connected_shard), batch_size).run()

        report = _Report(shard_map, str, asdict, as_json=as_json)
        found = asyncio.run(on_each(shard_map, sweep, at_once=at_once, tell=report.tell))
        failed = [each.shard for each in found if each.failure]
        report.end(
            f"Not swept: {spelled(failed)}." if failed else "All shards were swept.",
            2 if failed else 0,
        )


@app.command("move", cls=Command)
def move(
    shard: Annotated[int, typer.Argument(metavar="SHARD", help="The number of the shard.")],
    *,
    to: Annotated[str, typer.Option(metavar="NAME", help="The server in the map to move it to.")],
    map_file: MapFile = MAP,
    undo: Annotated[
        bool, typer.Option("--undo", help="Undo a move that has not come to its end.")
    ] = False,
    silence: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="How long writers may have to wait, at most. Default: 5s.",
        ),
    ] = None,
    source_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="How the new server reaches the old database, if not as the map says.",
        ),
    ] = None,
    leave_tables: Annotated[
        bool, typer.Option("--leave-tables", help="Tables of your own stay behind.")
    ] = False,
    maintenance_db: Annotated[
        str, typer.Option(metavar="NAME", help="A database that both servers have.")
    ] = "postgres",
    as_json: AsJson = False,
) -> None:
    """Move one shard to another server while its customers are charged.

    Copies it by logical replication, which needs wal_level = logical on the old server. Then
    nobody writes for a moment, the new database takes over, and the map is changed. The old one
    lets nobody in any more: drop it when you like. Run the same command again where it was
    stopped.
    """
    silence = _SILENCE if silence is None else silence
    if not silence:
        raise typer.BadParameter("writers have to wait for a moment", param_hint="--silence")
    with explained(as_json=as_json):
        work = Move(
            map_file,
            shard,
            to,
            note,
            maintenance=maintenance_db,
            reach=source_url and checked_url(source_url),
            silence=silence.total_seconds(),
            leave_tables=leave_tables,
        )
        if undo:
            asyncio.run(work.undo())
            if as_json:
                print_json({"shard": shard, "undone": True})
            else:
                print(f"Shard {shard} stays where it is, as if it had never been on its way.")
            return
        moved = asyncio.run(work.run())
        if as_json:
            print_json({"shard": shard, "server": to, "moved": moved})
        elif moved is None:
            print(f"Shard {shard} is on {to} already.")
        else:
            _tell_moved(moved)


def _tell_moved(moved: Moved) -> None:
    print(f"Shard {moved.shard} has moved from {moved.source} to {moved.target}.")
    if moved.silence_seconds is not None:
        print(f"Nobody could write to it for {moved.silence_seconds:.1f} seconds.")
    print(f"The database {moved.old_database} on {moved.source} is closed: drop it when you like.")


async def _keep_sweeping(
    shard_map: ShardMap, every: timedelta, batch_size: int, at_once: int, *, as_json: bool
) -> None:
    room = asyncio.Semaphore(at_once)

    def passes(shard: int) -> Pass:
        def tell(swept: Swept) -> None:
            if as_json:
                print_json({"shard": shard, **asdict(swept)}, indent=None)
            else:
                print(f"{when(datetime.now(UTC))}: shard {shard}: {swept}")
            sys.stdout.flush()

        once = sweeping(batch_size, tell)

        async def one_pass(client: Credits, stopped: Callable[[], bool]) -> None:
            async with room:
                if not stopped():
                    await once(client, stopped)

        return one_pass

    workers = [
        Worker(url, every, passes(shard), name=f"shard {shard}")
        for shard, url in enumerate(shard_map.urls)
    ]
    await run_workers(workers)


class _Report(Generic[_Result]):
    """One line for each shard, as soon as its outcome is known; with --json, one document of all.

    ``told``, ``document``: a result for people, and for programs.
    """

    def __init__(
        self,
        shard_map: ShardMap,
        told: Callable[[_Result], str],
        document: Callable[[_Result], dict[str, Any]],
        *,
        as_json: bool,
    ) -> None:
        self._told = told
        self._document = document
        self._as_json = as_json
        self._number_width = len(str(len(shard_map.urls) - 1))
        self._name_width = max(len(server.name) for server in shard_map.servers)
        self._shards: list[dict[str, Any]] = []
        self._proxy: dict[str, Any] | None = None

    def tell(self, outcome: Outcome[_Result]) -> None:
        """What came of one shard. A failure that nobody expected is raised."""
        facts = {"shard": outcome.shard, "server": outcome.server}
        if outcome.failure is not None:
            sentence = _sentence(outcome.failure)
            facts |= {"failure": sentence}
        else:
            result = cast("_Result", outcome.result)
            sentence = self._told(result)
            facts |= {"failure": None, **self._document(result)}
        self._shards.append(facts)
        number = f"{outcome.shard:>{self._number_width}}"
        self._line(f"shard {number}  {outcome.server:<{self._name_width}}", sentence)

    def tell_proxy(
        self, sentence: str = "", *, failure: Exception | None = None, **facts: object
    ) -> None:
        """What came of the proxy."""
        sentence = sentence if failure is None else _sentence(failure)
        self._proxy = {"failure": None if failure is None else sentence, **facts}
        width = len("shard   ") + self._number_width + self._name_width
        self._line(f"{'proxy':<{width}}", sentence)

    def _line(self, which: str, sentence: str) -> None:
        if not self._as_json:
            print(f"{which}  {sentence}")
            sys.stdout.flush()

    def end(self, sentence: str, code: int) -> None:
        """The end of the command. Raises ``typer.Exit`` unless all is well."""
        if self._as_json:
            print_json({"ok": not code, "shards": self._shards, "proxy": self._proxy})
        else:
            print(sentence)
        if code:
            raise typer.Exit(code)


def _sentence(failure: Exception) -> str:
    if isinstance(failure, CreditsError) and not isinstance(failure, Unavailable):
        return refusal_sentence(failure)
    sentence = failure_sentence(failure)
    if sentence is None:
        raise failure
    return sentence
