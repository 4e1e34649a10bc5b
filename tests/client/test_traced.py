"""What OpenTelemetry is told of calls, by its own SDK."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any
from uuid import uuid4

import asyncpg
import psycopg
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import pgcredits.sync
from pgcredits import (
    Call,
    CoalescingCredits,
    Credits,
    InsufficientCredits,
    OutcomeUnknown,
    Retry,
    SyncTraced,
    Traced,
)

COMMON = {"db.system.name": "postgresql", "db.operation.name": "SELECT"}


class Seen:
    """The SDK, and what it was told."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        meters = MeterProvider([self._reader])
        self.providers: Any = {"tracer_provider": tracers, "meter_provider": meters}

    @property
    def spans(self) -> list[Any]:
        """The spans since the last time."""
        spans = list(self._exporter.get_finished_spans())
        self._exporter.clear()
        return spans

    @property
    def durations(self) -> dict[tuple[str, str | None], Any]:
        """The points of the histogram, by function and kind of error."""
        data: Any = self._reader.get_metrics_data()
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("db.client.operation.duration", "s")
        return {
            (
                point.attributes["db.stored_procedure.name"],
                point.attributes.get("error.type"),
            ): point
            for point in metric.data.data_points
        }


@pytest.fixture
def seen() -> Seen:
    return Seen()


async def test_a_call_is_a_span_and_a_duration_with_the_names_of_the_conventions(
    pool: asyncpg.Pool, seen: Seen
) -> None:
    client = Credits(Traced(pool, **seen.providers))
    profile_id, job_id = uuid4(), uuid4()
    await client.open_profile(profile_id, credits_remaining=100)
    await client.reserve_credits(profile_id, job_id, 60, meta={"prompt": "secret"})
    await client.reserve_credits(profile_id, job_id, 60, meta={"prompt": "secret"})
    opened, reserved, replayed = seen.spans
    assert opened.name == "SELECT credits.open_profile"
    assert (reserved.kind, reserved.status.status_code) == (SpanKind.CLIENT, StatusCode.UNSET)
    told = {
        **COMMON,
        "db.stored_procedure.name": "credits.reserve_credits",
        "pgcredits.profile_id": str(profile_id),
        "pgcredits.job_id": str(job_id),
        "db.response.returned_rows": 1,
    }
    assert reserved.attributes == {**told, "pgcredits.replayed": False}
    assert replayed.attributes == {**told, "pgcredits.replayed": True}
    assert reserved.instrumentation_scope.name == "pgcredits"
    assert reserved.instrumentation_scope.version == pgcredits.__version__
    point = seen.durations["credits.reserve_credits", None]
    assert point.attributes == {**COMMON, "db.stored_procedure.name": "credits.reserve_credits"}
    assert point.count == 2
    assert 0 < point.sum < 60
    assert point.explicit_bounds == (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)


async def test_a_refusal_is_told_by_its_token(pool: asyncpg.Pool, seen: Seen) -> None:
    client = Credits(Traced(pool, **seen.providers))
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=5)
    with pytest.raises(InsufficientCredits):
        await client.reserve_credits(profile_id, uuid4(), 60)
    *_, span = seen.spans
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "insufficient_credits"
    assert span.attributes["error.type"] == "insufficient_credits"
    assert span.attributes["db.response.status_code"] == "PT402"
    assert span.events == ()
    point = seen.durations["credits.reserve_credits", "insufficient_credits"]
    assert (point.count, point.attributes["db.response.status_code"]) == (1, "PT402")


async def test_an_error_of_the_driver_is_told_by_its_class_and_not_by_its_words(
    seen: Seen,
) -> None:
    class Lost:
        async def call(self, call: Call, /) -> Any:
            raise asyncpg.ConnectionDoesNotExistError("it has the password")

    client = Credits(Traced(Lost(), **seen.providers))
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await client.get_balance(uuid4())
    (span,) = seen.spans
    kind = "asyncpg.exceptions.ConnectionDoesNotExistError"
    assert span.attributes["error.type"] == span.status.description == kind
    assert span.attributes["db.response.status_code"] == "08003"
    assert "password" not in f"{span.attributes} {span.events} {span.status.description}"
    assert seen.durations["credits.get_balance", kind].count == 1


async def test_a_call_that_is_cancelled_ends_its_span(seen: Seen) -> None:
    class Slow:
        async def call(self, call: Call, /) -> Any:
            await asyncio.sleep(60)

    call = asyncio.ensure_future(Credits(Traced(Slow(), **seen.providers)).get_balance(uuid4()))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (span,) = seen.spans
    assert span.attributes["error.type"] == "asyncio.exceptions.CancelledError"


async def test_a_batch_says_how_many_of_its_elements_were_refused(
    pool: asyncpg.Pool, seen: Seen
) -> None:
    client = Credits(Traced(pool, **seen.providers))
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=5)
    await client.reserve_credits_many(
        [{"profile_id": profile_id, "job_id": uuid4(), "cost": cost} for cost in (2, 60, 3)]
    )
    *_, span = seen.spans
    assert span.name == "SELECT credits.reserve_credits_many"
    assert span.attributes["db.response.returned_rows"] == 3
    assert span.attributes["pgcredits.refused_elements"] == 1
    assert "reservations" not in str(span.attributes)


async def test_a_list_and_a_single_value_are_told_too(pool: asyncpg.Pool, seen: Seen) -> None:
    client = Credits(Traced(pool, **seen.providers))
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=5)
    await client.get_statement(profile_id)
    await client.schema_version()
    _, statement, version = seen.spans
    assert statement.attributes["db.response.returned_rows"] == 1
    assert "pgcredits.replayed" not in statement.attributes
    assert version.name == "SELECT credits.schema_version"


async def test_a_retried_call_is_one_span(pool: asyncpg.Pool, seen: Seen) -> None:
    class Unreachable:
        attempts = 0

        async def acquire(self) -> Any:
            self.attempts += 1
            raise ConnectionRefusedError

        def fetch(self, query: str, *args: Any) -> Any: ...

    driver = Unreachable()
    retry = Retry(driver, attempts=3, first_pause=0)
    with pytest.raises(ConnectionRefusedError):
        await Credits(Traced(retry, **seen.providers)).get_balance(uuid4())
    assert driver.attempts == 3
    (span,) = seen.spans
    assert span.attributes["error.type"] == "builtins.ConnectionRefusedError"
    # What nobody knows has a class of its own.
    unknown = OutcomeUnknown("refund_job", {}, OSError())

    class Unknown:
        async def call(self, call: Call, /) -> Any:
            raise unknown

    with pytest.raises(OutcomeUnknown):
        await Credits(Traced(Unknown(), **seen.providers)).get_balance(uuid4())
    (span,) = seen.spans
    assert span.attributes["error.type"] == "pgcredits.OutcomeUnknown"


async def test_gathered_calls_are_the_span_of_their_batch(pool: asyncpg.Pool, seen: Seen) -> None:
    profile_id = uuid4()
    await Credits(pool).open_profile(profile_id, credits_remaining=500)
    async with CoalescingCredits(Traced(pool, **seen.providers)) as client:
        await asyncio.gather(*(client.reserve_credits(profile_id, uuid4(), 5) for _ in range(20)))
    spans = seen.spans
    assert "SELECT credits.reserve_credits_many" in {span.name for span in spans}
    assert len(spans) < 20


async def test_a_savepoint_keeps_the_callers_transaction(pool: asyncpg.Pool, seen: Seen) -> None:
    profile_id = uuid4()
    async with pool.acquire() as connection, connection.transaction():
        client = Credits(Traced(connection, savepoints=True, **seen.providers))
        await client.open_profile(profile_id, credits_remaining=5)
        with pytest.raises(InsufficientCredits):
            await client.reserve_credits(profile_id, uuid4(), 60)
        assert (await client.get_balance(profile_id)).available == 5


def test_the_client_that_waits_is_traced_too(db_url: str, seen: Seen) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:
        client = pgcredits.sync.Credits(SyncTraced(connection, **seen.providers))
        profile_id = uuid4()
        client.open_profile(profile_id, credits_remaining=5)
        with pytest.raises(InsufficientCredits):
            client.reserve_credits(profile_id, uuid4(), 60)
    assert [span.attributes.get("error.type") for span in seen.spans] == [
        None,
        "insufficient_credits",
    ]


def test_the_client_that_waits_needs_the_other_one(pool: asyncpg.Pool) -> None:
    with pytest.raises(TypeError, match=r"give it to pgcredits\.Credits"):
        pgcredits.sync.Credits(Traced(pool))


async def test_spans_of_the_call_are_inside_and_its_own_is_inside_the_callers(
    seen: Seen,
) -> None:
    tracer = seen.providers["tracer_provider"].get_tracer("mine")

    class Inner:
        async def call(self, call: Call, /) -> Any:
            with tracer.start_as_current_span("the driver"):
                return [{"schema_version": "1"}]

    with tracer.start_as_current_span("the request"):
        await Credits(Traced(Inner(), **seen.providers)).schema_version()
    driver, call, request = seen.spans
    assert driver.parent.span_id == call.context.span_id
    assert call.parent.span_id == request.context.span_id


async def test_without_an_sdk_nothing_is_told_and_calls_work(pool: asyncpg.Pool) -> None:
    profile_id = uuid4()
    client = Credits(Traced(pool))
    await client.open_profile(profile_id, credits_remaining=5)
    assert (await client.get_balance(profile_id)).available == 5
    assert not trace.get_current_span().is_recording()


def test_without_the_package_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from pgcredits import Traced\n"
        "class Executor:\n"
        "    async def call(self, call): ...\n"
        "try: Traced(Executor())\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "Traced needs OpenTelemetry: pip install 'pgcredits[otel]'\n"
