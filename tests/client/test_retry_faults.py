"""Retry through real faults: lost sessions, lost answers, an outage, a standby that is away."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgcredits import Credits, InsufficientCredits, OutcomeUnknown, Retry, WrongState
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

pytestmark = pytest.mark.server

WAIT_SECONDS = 60  # for what must happen; no test depends on how long it takes
BY = {"reason": "a test", "actor": "the tester"}


async def until(condition: Callable[[], Awaitable[Any]]) -> Any:
    """Waits until a condition holds, and returns what it found."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            if found := await condition():
                return found
            await asyncio.sleep(0.01)


class Patient(Retry):
    """A Retry with much time, which says when an attempt has failed."""

    def __init__(self, executor: Any, **policy: Any) -> None:
        super().__init__(executor, **{"seconds": 120.0, "attempts": 10_000, **policy})
        self.failures = asyncio.Queue[float]()

    async def _sleep(self, seconds: float) -> None:
        self.failures.put_nowait(seconds)
        await super()._sleep(seconds)

    async def failed(self) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await self.failures.get()


@pytest.fixture
async def observer(db_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db_url)
    yield connection
    await connection.close()


@pytest.fixture
async def profile_id(pool: asyncpg.Pool) -> UUID:
    profile_id = uuid4()
    await Credits(pool).open_profile(profile_id, credits_remaining=500)
    return profile_id


@asynccontextmanager
async def locked(url: str, profile_id: UUID) -> AsyncIterator[asyncpg.Connection]:
    """Another session holds the profile for the time of the block."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(
                "select from credits.profiles where id = $1 for update", profile_id
            )
            yield connection
    finally:
        await connection.close()


async def waiting_for(observer: asyncpg.Connection, blocker: asyncpg.Connection) -> int | None:
    """The process that waits for another one."""
    return await observer.fetchval(
        "select min(pid) from pg_stat_activity where $1 = any (pg_blocking_pids(pid))",
        blocker.get_server_pid(),
    )


async def assert_reserved_once(pool: asyncpg.Pool, job_id: UUID) -> None:
    kinds = await pool.fetch("select kind from credits.ledger where job_id = $1", job_id)
    assert [row["kind"] for row in kinds] == ["reserve"]
    assert await Credits(pool).check_integrity() == []


# Sessions that are ended


async def test_a_session_that_is_ended_during_the_call_is_replaced(
    db_url: str, pool: asyncpg.Pool, observer: asyncpg.Connection, profile_id: UUID
) -> None:
    retry, job_id = Patient(pool), uuid4()
    async with locked(db_url, profile_id) as blocker:
        call = asyncio.create_task(Credits(retry).reserve_credits(profile_id, job_id, 20))
        first = await until(lambda: waiting_for(observer, blocker))
        await observer.execute("select pg_terminate_backend($1)", first)
        await retry.failed()
        second = await until(lambda: waiting_for(observer, blocker))
        assert second != first
    assert not (await call).replayed
    await assert_reserved_once(pool, job_id)


async def test_the_only_connection_is_not_replaced(
    db_url: str, pool: asyncpg.Pool, observer: asyncpg.Connection, profile_id: UUID
) -> None:
    job_id = uuid4()
    async with pool.acquire() as connection:
        async with locked(db_url, profile_id) as blocker:
            credits_client = Credits(Patient(connection))
            call = asyncio.create_task(credits_client.reserve_credits(profile_id, job_id, 20))
            pid = await until(lambda: waiting_for(observer, blocker))
            await observer.execute("select pg_terminate_backend($1)", pid)
            with pytest.raises(OutcomeUnknown) as caught:
                await call
        with pytest.raises(asyncpg.InterfaceError):  # nothing is unknown now
            await credits_client.reserve_credits(profile_id, uuid4(), 20)
    assert caught.value.key == {"job_id": job_id}
    assert not (await Credits(pool).reserve_credits(profile_id, job_id, 20)).replayed


async def test_the_end_of_the_time_during_the_call_is_unknown(
    db_url: str, pool: asyncpg.Pool, profile_id: UUID
) -> None:
    job_id = uuid4()
    async with locked(db_url, profile_id):
        with pytest.raises(OutcomeUnknown) as caught:
            await Credits(Retry(pool, seconds=0.3)).reserve_credits(profile_id, job_id, 20)
    error = caught.value
    assert (error.method, error.key) == ("reserve_credits", {"job_id": job_id})
    assert isinstance(error.last_error, TimeoutError)
    # The same call at any later time tells.
    assert (await Credits(Retry(pool)).reserve_credits(profile_id, job_id, 20)).cost == 20
    await assert_reserved_once(pool, job_id)


async def test_a_time_limit_of_the_driver_ends_one_attempt(
    db_url: str, pool: asyncpg.Pool, observer: asyncpg.Connection, profile_id: UUID
) -> None:
    job_id = uuid4()
    async with asyncpg.create_pool(db_url, min_size=1, command_timeout=0.3) as hasty:
        retry = Patient(hasty)
        async with locked(db_url, profile_id) as blocker:
            call = asyncio.create_task(Credits(retry).reserve_credits(profile_id, job_id, 20))
            for _ in range(2):
                await until(lambda: waiting_for(observer, blocker))
                await retry.failed()
        assert (await call).cost == 20
    await assert_reserved_once(pool, job_id)


async def test_a_call_that_its_caller_cancels_is_not_repeated(
    db_url: str, pool: asyncpg.Pool, observer: asyncpg.Connection, profile_id: UUID
) -> None:
    retry, job_id = Patient(pool), uuid4()
    async with locked(db_url, profile_id) as blocker:
        call = asyncio.create_task(Credits(retry).reserve_credits(profile_id, job_id, 20))
        await until(lambda: waiting_for(observer, blocker))
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await call
        assert await waiting_for(observer, blocker) is None
    assert str(job_id) in caught.value.__notes__[0]
    assert retry.failures.empty()
    assert await pool.fetchval("select count(*) from credits.jobs") == 0


async def test_a_statement_that_asyncpg_prepared_and_the_server_lost_is_explained(
    db_url: str, profile_id: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    """As behind a pooler that gives the session to somebody else between two transactions."""
    async with asyncpg.create_pool(db_url, min_size=1, max_size=1) as pool:
        client = Credits(Retry(pool, attempts=3, first_pause=0))
        await client.get_balance(profile_id)
        async with pool.acquire() as connection:
            await connection.execute("deallocate all")
            with pytest.raises(asyncpg.InvalidSQLStatementNameError):
                await Credits(Retry(connection, attempts=3, first_pause=0)).get_balance(profile_id)
    assert caplog.text.count("pass statement_cache_size=0 to asyncpg") == 1


# In the caller's transaction


async def test_in_the_callers_transaction_a_failed_call_is_made_once(
    pool: asyncpg.Pool, profile_id: UUID
) -> None:
    sent: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: sent.append(record.query))
        retry = Patient(connection)

        async def write_to_what_somebody_else_changed() -> None:
            async with connection.transaction(isolation="repeatable_read"):
                await connection.fetchval("select count(*) from credits.profiles")
                await Credits(pool).grant_addon(profile_id, 5, "order-1")
                await Credits(retry).reserve_credits(profile_id, uuid4(), 20)

        with pytest.raises(asyncpg.SerializationError):
            await write_to_what_somebody_else_changed()
        assert retry.failures.empty()
        assert sum("credits.reserve_credits" in query for query in sent) == 1
        # Outside of it the same connection is free to try again.
        assert (await Credits(retry).reserve_credits(profile_id, uuid4(), 20)).cost == 20


async def test_a_transaction_that_lost_its_connection_is_the_callers_to_repeat(
    pool: asyncpg.Pool, observer: asyncpg.Connection, profile_id: UUID
) -> None:
    job_id = uuid4()

    async def lose_the_connection_in_between() -> None:
        async with pool.acquire() as connection, connection.transaction():
            credits_client = Credits(Patient(connection))
            await credits_client.reserve_credits(profile_id, job_id, 20)
            pid = connection.get_server_pid()
            await observer.execute("select pg_terminate_backend($1)", pid)
            await credits_client.settle_job(job_id)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await lose_the_connection_in_between()
    assert await pool.fetchval("select count(*) from credits.jobs") == 0


# Answers that are lost on their way


class Proxy:
    """Stands between client and server, and acts when the call of one function is executed.

    ``before``: cuts the connection instead of passing the call on; ``after``: passes it on, waits
    for the answer and cuts instead of passing that on; ``silent``: passes nothing on any more.
    """

    def __init__(self, url: str, function: str, act: str, times: int) -> None:
        self._settings = conninfo_to_dict(url)
        self._function = f"credits.{function}(".encode()
        self._act = act
        self.left = times
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def pool(self) -> AsyncIterator[asyncpg.Pool]:
        """A pool that goes through it."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        pool = asyncpg.create_pool(
            host="127.0.0.1",
            port=port,
            user=self._settings["user"],
            password=self._settings.get("password"),
            database=self._settings["dbname"],
            ssl=False,
            min_size=1,
        )
        try:
            yield await pool
        finally:
            pool.terminate()
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        host, port = self._settings["host"], int(self._settings["port"])
        there = (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        server_reader, server_writer = await there
        answers = asyncio.create_task(self._pass_on(server_reader, writer))
        with suppress(ConnectionError, asyncio.CancelledError):
            await self._pass_calls_on(reader, server_writer, server_reader, answers)
        answers.cancel()
        writer.transport.abort()
        server_writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def _pass_calls_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        answers: asyncio.Task[None],
    ) -> None:
        named = False
        while data := await reader.read(65536):
            named = named or self._function in data
            if not (named and data.startswith(b"B") and self.left):  # bind and execute
                writer.write(data)
                continue
            self.left -= 1
            if self._act == "silent":
                await asyncio.Event().wait()
            if self._act == "after":
                answers.cancel()
                await asyncio.gather(answers, return_exceptions=True)
                writer.write(data)
                assert await server_reader.read(65536)
            return


@pytest.mark.parametrize("act", ["before", "after"])
async def test_a_connection_that_is_cut_around_the_answer_has_one_effect(
    db_url: str, pool: asyncpg.Pool, profile_id: UUID, act: str
) -> None:
    job_id = uuid4()
    proxy = Proxy(db_url, "reserve_credits", act, times=3)
    async with proxy.pool() as cut:
        answer = await Credits(Patient(cut)).reserve_credits(profile_id, job_id, 20)
    assert proxy.left == 0
    assert answer.replayed == (act == "after")
    assert (answer.cost, answer.new_balance) == (20, 480)
    await assert_reserved_once(pool, job_id)


async def test_a_refusal_whose_answer_was_lost_is_refused_again(
    db_url: str, profile_id: UUID
) -> None:
    async with Proxy(db_url, "reserve_credits", "after", times=1).pool() as cut:
        with pytest.raises(InsufficientCredits):
            await Credits(Patient(cut)).reserve_credits(profile_id, uuid4(), 501)


@pytest.mark.parametrize("end", ["refund_job", "rollback_reservation"])
async def test_a_reservation_that_went_back_before_its_retry_is_refused(
    db_url: str, pool: asyncpg.Pool, profile_id: UUID, end: str
) -> None:
    """A replay would say that its credits are held, and the caller would begin."""
    job_id = uuid4()

    class Interrupted(Patient):
        """Somebody ends the job between the two attempts."""

        async def _sleep(self, seconds: float) -> None:
            await getattr(Credits(pool), end)(job_id)
            await super()._sleep(seconds)

    async with Proxy(db_url, "reserve_credits", "after", times=1).pool() as cut:
        retry = Interrupted(cut)
        with pytest.raises(WrongState) as caught:
            await Credits(retry).reserve_credits(profile_id, job_id, 20)
    assert retry.failures.qsize() == 1
    assert caught.value.detail["state"] in ("refunded", "rolled_back")
    assert (await Credits(pool).get_balance(profile_id)).available == 500


async def test_a_lost_answer_to_a_limit_is_told_and_not_repeated(
    db_url: str, pool: asyncpg.Pool, profile_id: UUID
) -> None:
    async with Proxy(db_url, "set_overdraft_limit", "after", times=1).pool() as cut:
        with pytest.raises(OutcomeUnknown) as caught:
            await Credits(Patient(cut)).set_overdraft_limit(profile_id, 50, **BY)
    assert caught.value.key == {"profile_id": profile_id}
    assert await pool.fetchval("select overdraft_limit from credits.profiles") == 50


async def test_a_server_that_falls_silent_is_not_waited_for(db_url: str, profile_id: UUID) -> None:
    proxy = Proxy(db_url, "reserve_credits", "silent", times=1000)
    async with proxy.pool() as silent:
        with pytest.raises(OutcomeUnknown) as caught:
            await Credits(Retry(silent, seconds=0.5)).reserve_credits(profile_id, uuid4(), 20)
    assert isinstance(caught.value.last_error, TimeoutError)


# A server of its own that stops, or has a standby that is away


@pytest.fixture(scope="module")
def own_folder() -> Iterator[Path]:
    """Where the server's user, who is not root, may make a folder."""
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def own_server(own_folder: Path) -> Iterator[LocalServer]:
    with LocalServer(own_folder / "kept") as server:
        migrate(server.url())
        yield server


@pytest.fixture
async def own_pool(own_server: LocalServer) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(own_server.url(), min_size=1) as pool:
        yield pool


async def test_a_call_lives_through_an_outage(
    own_server: LocalServer, own_pool: asyncpg.Pool
) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await Credits(own_pool).open_profile(profile_id, credits_remaining=500)
    retry = Patient(own_pool)
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):  # the blocker's own end
        async with locked(own_server.url(), profile_id) as blocker:
            call = asyncio.create_task(Credits(retry).reserve_credits(profile_id, job_id, 20))
            await until(lambda: waiting_for(own_pool, blocker))
            await asyncio.to_thread(own_server.stop)
    for _ in range(3):  # lost, and then not even a connection
        await retry.failed()
    assert not call.done()
    await asyncio.to_thread(own_server.start)
    assert (await call).cost == 20
    await assert_reserved_once(own_pool, job_id)


async def test_a_server_that_does_not_come_back_leaves_nothing_unknown(
    own_server: LocalServer, own_pool: asyncpg.Pool
) -> None:
    await asyncio.to_thread(own_server.stop)
    try:
        with pytest.raises(OSError):  # noqa: PT011 - refused, or without a socket
            await Credits(Retry(own_pool, attempts=3)).reserve_credits(uuid4(), uuid4(), 20)
    finally:
        await asyncio.to_thread(own_server.start)


@pytest.fixture
async def waiting(own_server: LocalServer) -> AsyncIterator[asyncpg.Connection]:
    """A session that sees who waits for a standby; all who commit do, while one is expected."""
    connection = await asyncpg.connect(own_server.url())
    yield connection
    await expect_standby(connection, "")
    await connection.close()


async def expect_standby(connection: asyncpg.Connection, name: str) -> None:
    await connection.execute(f"alter system set synchronous_standby_names = '{name}'")
    await connection.execute("select pg_reload_conf()")
    show = "select current_setting('synchronous_standby_names')"
    await until(lambda: connection.fetchval(f"{show} = $1", name))
    # Commits wait from the moment that the checkpointer has read the setting, too.
    await connection.execute("checkpoint")


async def waits_for_standby(connection: asyncpg.Connection) -> int | None:
    return await connection.fetchval(
        "select min(pid) from pg_stat_activity"
        " where wait_event = 'SyncRep' and backend_type = 'client backend'"
    )


async def cut_wait(connection: asyncpg.Connection) -> None:
    """Makes a commit succeed that no standby has."""
    pid = await until(lambda: waits_for_standby(connection))
    await connection.execute("select pg_cancel_backend($1)", pid)


async def test_a_cut_wait_for_the_standby_looks_like_success(
    own_pool: asyncpg.Pool, waiting: asyncpg.Connection
) -> None:
    """Without Retry: the fault that the next tests are about is real."""
    await expect_standby(waiting, "away")
    call = asyncio.create_task(Credits(own_pool).open_profile(uuid4(), credits_remaining=500))
    await cut_wait(waiting)
    assert (await call).available == 500


async def test_a_cut_wait_for_the_standby_is_confirmed_by_a_replay_that_waits(
    own_pool: asyncpg.Pool, waiting: asyncpg.Connection
) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await Credits(own_pool).open_profile(profile_id, credits_remaining=500)
    await expect_standby(waiting, "away")
    retry = Patient(own_pool)
    call = asyncio.create_task(Credits(retry).reserve_credits(profile_id, job_id, 20))
    for _ in range(2):  # the confirmation itself can be cut too
        await cut_wait(waiting)
        await retry.failed()
    await until(lambda: waits_for_standby(waiting))
    assert not call.done()
    await expect_standby(waiting, "")
    assert (await call).replayed
    await assert_reserved_once(own_pool, job_id)


async def test_a_cut_wait_for_the_standby_that_nothing_confirms_is_unknown(
    own_pool: asyncpg.Pool, waiting: asyncpg.Connection
) -> None:
    profile_id = uuid4()
    await Credits(own_pool).open_profile(profile_id, credits_remaining=500)
    await expect_standby(waiting, "away")
    call = asyncio.create_task(
        Credits(Patient(own_pool, attempts=1)).grant_addon(profile_id, 5, "order-1")
    )
    await cut_wait(waiting)
    with pytest.raises(OutcomeUnknown) as caught:
        await call
    assert caught.value.key == {"profile_id": profile_id, "reference": "order-1"}
    assert caught.value.last_error.sqlstate == "08007"
    assert "synchronous replication" in str(caught.value.last_error)
