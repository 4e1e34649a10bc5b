"""Tells OpenTelemetry of each call: a span and its duration, by the conventions for databases.

``Credits(Traced(pool))``. Needs the extra ``pgcredits[otel]``. Spans have ids, and never an amount,
a reference, a reason or metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pgcredits._call import Call, Executor, Row, SyncExecutor, executor_over, sync_executor_over
from pgcredits._errors import CreditsError
from pgcredits._version import __version__

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

# Those that the conventions advise for this metric.
_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
_IDS = ("profile_id", "job_id", "to_profile_id")


class Traced:
    """A pool, connection, session or executor, each call over which is a span and a measurement.

    ``savepoints``: as of ``Credits``. ``tracer_provider``, ``meter_provider``: those of
    OpenTelemetry's SDK; None for the ones that the program has set.

    Around a ``Retry`` it sees one call, with all of its attempts.
    """

    def __init__(
        self,
        given: Executor | Any,
        *,
        savepoints: bool = False,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self.given = given
        self._executor = executor_over(given, savepoints=savepoints)
        self._telemetry = _Telemetry(tracer_provider, meter_provider)

    async def call(self, call: Call, /) -> Sequence[Row]:
        """The rows of the answer."""
        with self._telemetry.telling(call) as told:
            told.rows = await self._executor.call(call)
            return told.rows


class SyncTraced:
    """The same for ``pgcredits.sync.Credits``."""

    def __init__(
        self,
        given: SyncExecutor | Any,
        *,
        savepoints: bool = False,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._executor = sync_executor_over(given, savepoints=savepoints)
        self._telemetry = _Telemetry(tracer_provider, meter_provider)

    def call(self, call: Call, /) -> Sequence[Row]:
        """The rows of the answer."""
        with self._telemetry.telling(call) as told:
            told.rows = self._executor.call(call)
            return told.rows


@dataclass(slots=True)
class _Told:
    """The answer, once it is there."""

    rows: Sequence[Row] = field(default_factory=list)


class _Telemetry:
    """A tracer and a histogram."""

    def __init__(
        self, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None
    ) -> None:
        try:
            from opentelemetry import metrics, trace
        except ImportError as error:
            raise ImportError(
                "Traced needs OpenTelemetry: pip install 'pgcredits[otel]'"
            ) from error

        self._trace = trace
        self._tracer = trace.get_tracer("pgcredits", __version__, tracer_provider)
        self._durations = metrics.get_meter(
            "pgcredits", __version__, meter_provider
        ).create_histogram(
            "db.client.operation.duration",
            unit="s",
            description="Duration of database client operations.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )

    @contextmanager
    def telling(self, call: Call) -> Iterator[_Told]:
        """Tells of the call in the block."""
        what = {
            "db.system.name": "postgresql",
            "db.operation.name": "SELECT",
            "db.stored_procedure.name": f"credits.{call.function}",
        }
        told = _Told()
        started = perf_counter()
        with self._tracer.start_as_current_span(
            f"SELECT credits.{call.function}",
            kind=self._trace.SpanKind.CLIENT,
            attributes={**what, **_ids(call)},
            record_exception=False,  # a driver's message may quote what it was given
            set_status_on_exception=False,
        ) as span:
            try:
                yield told
            except BaseException as error:
                wrong = _wrong(error)
                what |= wrong
                span.set_attributes(wrong)
                span.set_status(self._trace.StatusCode.ERROR, wrong["error.type"])
                raise
            else:
                _tell_answer(span, call, told.rows)
            finally:
                self._durations.record(perf_counter() - started, what)


def _ids(call: Call) -> dict[str, str]:
    return {
        f"pgcredits.{name}": str(call.arguments[name])
        for name in _IDS
        if call.arguments.get(name) is not None
    }


def _tell_answer(span: Span, call: Call, rows: Sequence[Row]) -> None:
    if not span.is_recording():
        return
    span.set_attribute("db.response.returned_rows", len(rows))
    if call.attribute is not None:
        refused = sum(row["error"] is not None for row in rows)
        span.set_attribute("pgcredits.refused_elements", refused)
    elif "replayed" in call.columns and len(rows) == 1:
        span.set_attribute("pgcredits.replayed", bool(rows[0]["replayed"]))


def _wrong(error: BaseException) -> dict[str, str]:
    """What went wrong: the token of a refusal, or the class of any other error."""
    kind = type(error)
    wrong = {"error.type": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(error, CreditsError):
        wrong["error.type"] = error.token
    sqlstate = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if sqlstate:
        wrong["db.response.status_code"] = str(sqlstate)
    return wrong
