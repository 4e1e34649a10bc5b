"""Delivers events to a receiver: once, or as a worker that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgcredits import Credits, Event
from pgcredits._cli.common import AsJson, DatabaseUrl, duration, make_call
from pgcredits._cli.errors import explained
from pgcredits._cli.output import print_json, when
from pgcredits._cli.worker import Worker, note
from pgcredits._report.markup import printable
from pgcredits._server.database import checked_url
from pgcredits._server.failures import CannotRunError

if TYPE_CHECKING:  # it needs a package of an extra
    from pgcredits._cli.webhooks import Receiver, Reply

_TIMEOUT = timedelta(seconds=15)
_SPARE = timedelta(minutes=1)  # a lease outlives the post by this, to be finished in time
_FIRST_PAUSE = 5.0  # seconds before the second attempt; each further pause is 4 times as long
_LONGEST_PAUSE = 8 * 3600.0
_LONGEST_ASKED = 24 * 3600.0  # the most that a receiver can ask to wait
_ERROR_CHARACTERS = 255


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """How many events the receiver accepted, and how many are to be tried again."""

    delivered: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        return bool(self.delivered or self.failed)

    def __str__(self) -> str:
        if not self:
            return "There was nothing to deliver."
        return f"Delivered: {self.delivered:,}. Failed, to be tried again: {self.failed:,}."


class Delivery:
    """Passes: each delivers what is there, until nothing is, or the receiver has enough.

    At most ``at_once`` posts are under way, each of another profile, so that the events of a
    profile arrive in their order. A receiver that answers to none of them gets no more of this
    pass, and one event alone of the next.
    """

    def __init__(self, receiver: Receiver, at_once: int) -> None:
        self._receiver = receiver
        self._at_once = at_once
        self._lease = timedelta(seconds=receiver.seconds) + _SPARE
        self._strikes = 0  # posts without a useful answer since the last one with one
        self._is_out = False  # whether people have been told so
        self._not_before = 0.0  # what the receiver asked for, on the monotonic clock
        self._is_gone = False
        self.done = Deliveries()

    async def run(self, client: Credits, stopped: Callable[[], bool]) -> Deliveries:
        """One pass. Raises ``CannotRunError`` when the receiver wants no events any more."""
        self.done = Deliveries()
        self._strikes = min(self._strikes, self._at_once - 1)
        posts: dict[asyncio.Task[Reply], Event] = {}
        try:
            while True:
                while not stopped() and len(posts) < self._room():
                    # One by one: further events of the same profile would only wait in line here.
                    claimed = await client.claim_events(max_events=1, lease=self._lease)
                    if not claimed:
                        break
                    posts[asyncio.create_task(self._receiver.post(claimed[0]))] = claimed[0]
                if not posts:
                    break
                ended, _ = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
                await self._record(client, [(posts.pop(post), post.result()) for post in ended])
        finally:  # without the database, what comes of them cannot be recorded
            for post in posts:
                post.cancel()
            await asyncio.gather(*posts, return_exceptions=True)
        if self._is_gone:
            raise CannotRunError(
                f"{self._receiver.name} wants no more events: it answered with status 410 (Gone)."
            )
        return self.done

    def _room(self) -> int:
        """How many posts may be under way now."""
        if self._is_gone or time.monotonic() < self._not_before:
            return 0
        return self._at_once - self._strikes

    async def _record(self, client: Credits, replies: Sequence[tuple[Event, Reply]]) -> None:
        accepted = [event.event_id for event, reply in replies if reply.accepted]
        if accepted:
            await client.finish_events(accepted)
            self.done.delivered += len(accepted)
        for event, reply in replies:
            if not reply.accepted:
                error = printable(reply.told)[:_ERROR_CHARACTERS]
                pause = timedelta(seconds=pause_after(event.attempts, reply.retry_after))
                await client.fail_events([event.event_id], error, retry_in=pause)
                self.done.failed += 1
            self._learn(reply)

    def _learn(self, reply: Reply) -> None:
        self._is_gone |= reply.is_gone
        if not reply.is_overloaded:
            if self._is_out:
                note(f"{self._receiver.name} works again.")
            self._strikes, self._is_out = 0, False
            return
        self._strikes = min(self._strikes + 1, self._at_once)
        if reply.retry_after is not None:
            asked = min(reply.retry_after, _LONGEST_ASKED)
            self._not_before = max(self._not_before, time.monotonic() + asked)
        if not self._is_out and (self._strikes == self._at_once or reply.retry_after is not None):
            note(f"{self._receiver.name}: {printable(reply.told)}. Trying again until it works.")
            self._is_out = True


def pause_after(attempts: int, asked: float | None) -> float:
    """Seconds until an event is tried again; ``asked``: by the receiver.

    Spread out, so that what failed together does not come back together.
    """
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 4.0 ** min(attempts - 1, 20))
    own = longest * random.uniform(0.75, 1)  # noqa: S311 - not secret
    return max(own, min(asked or 0.0, _LONGEST_ASKED))


def deliver(
    *,
    url: Annotated[
        str, typer.Option(metavar="URL", help="Where to post: https://app.example/webhooks")
    ],
    secret_file: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="File of the secrets that sign, one a line: whsec_ and base64.",
        ),
    ],
    every: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="Keep running, with this pause between passes: 5s, 1m.",
        ),
    ] = None,
    timeout: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="How long to wait for an answer, at most 5m. Default: 15s.",
        ),
    ] = None,
    at_once: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=100, help="Posts at the same time, of different profiles."
        ),
    ] = 8,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Post events to a receiver, signed as Standard Webhooks.

    Runs once, until there are no more; with --every, until SIGTERM or Ctrl-C, and through outages
    of the database and of the receiver. What it does not accept is tried again later, so it may get
    the same event twice, with the same webhook-id. The exit code is 1 where something was not
    accepted, and 2 where the receiver wants no more events (410). With --every, --json prints one
    line for each pass that did something.
    """
    timeout = _TIMEOUT if timeout is None else timeout
    if not timedelta(0) < timeout <= timedelta(minutes=5):
        raise typer.BadParameter("write a time of at most 5m", param_hint="--timeout")
    if every is not None and not every:
        raise typer.BadParameter("a worker needs a pause between passes", param_hint="--every")
    with explained(as_json=as_json):
        checked = checked_url(database_url)
        delivery = Delivery(_receiver(url, secret_file, timeout.total_seconds()), at_once)
    if every is None:
        done = make_call(checked, as_json, lambda c: delivery.run(c, lambda: False), print)
        raise typer.Exit(1 if done.failed else 0)

    async def one_pass(client: Credits, stopped: Callable[[], bool]) -> None:
        try:
            await delivery.run(client, stopped)
        finally:
            if delivery.done:
                _tell(delivery.done, as_json)

    with explained(as_json=as_json):
        asyncio.run(Worker(checked, every, one_pass).run())


def _receiver(url: str, secret_file: Path, seconds: float) -> Receiver:
    try:
        from pgcredits._cli.webhooks import Receiver, read_secrets
    except ModuleNotFoundError as error:
        raise CannotRunError(
            "Delivering needs standardwebhooks: pip install 'pgcredits[deliver]'"
        ) from error
    return Receiver(url, read_secrets(secret_file), seconds)


def _tell(done: Deliveries, as_json: bool) -> None:
    if as_json:
        print_json(done, indent=None)
    else:
        print(f"{when(datetime.now(UTC))}: {done}")
    sys.stdout.flush()
