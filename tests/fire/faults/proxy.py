"""A network that fails: a proxy between clients and a server, which runs in a thread of its own.

It listens on a port of 127.0.0.1, so a cut is a real one; the server is behind a Unix socket, or on
a port of its own. What passes is not looked at, except where the answer to a request is to be lost.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

_T = TypeVar("_T")
# As PostgreSQL names it.
_SOCKET = ".s.PGSQL.5432"
_RESET = struct.pack("ii", 1, 0)
_READY_AND_IDLE = b"Z\x00\x00\x00\x05I"
_COMMAND_COMPLETE, _ERROR, _NOTICE = b"CEN"
_ROLLBACK = b"ROLLBACK"
# A connection that is lost one way is forgotten by both sides in the end.
_FORGOTTEN_SECONDS = 12.0


@dataclass(frozen=True)
class LostAnswer:
    """An answer that came and was not passed on: when, and the client's application_name."""

    at_ns: int
    name: str


@dataclass
class Counts:
    connections: int = 0
    refused: int = 0
    chunks: int = 0
    dropped_bytes: int = 0
    lost_answers: list[LostAnswer] = field(default_factory=list)


class Proxy:
    """``upstream``: the server's socket folder, or its port. Use it as a ``with`` block."""

    def __init__(self, upstream: Path | int, seed: int = 0) -> None:
        self.counts = Counts()
        self._upstream = upstream
        self._chance = random.Random(f"proxy {seed}")  # noqa: S311
        self._links: set[_Link] = set()
        self._delay = 0.0
        self._parted = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    @property
    def port(self) -> int:
        return self._port

    def url(self, user: str, database: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self._port}/{database}?sslmode=disable"

    # --- what it does to its connections ----------------------------------------------------------

    def move(self, upstream: Path | int) -> None:
        """New connections lead to another server."""
        self._upstream = upstream

    def cut(self, most: int | None = None) -> int:
        """Resets so many connections, or all, both ways. Returns how many."""
        return self._each(lambda link: link.reset(), most)

    def lose(
        self, most: int, *, to_server: bool, to_client: bool, of: Callable[[str], bool] = bool
    ) -> int:
        """From now on nothing arrives on these ways of so many connections, and nobody is told;
        ``of``: of clients with such names."""
        return self._each(lambda link: link.lose(to_server, to_client), most, of)

    def lose_of(self, name: str) -> int:
        """Nothing arrives any more on either way of the connections with this name."""
        return self._each(lambda link: link.lose(True, True), None, name.__eq__)

    @property
    def delivers_all(self) -> bool:
        """Whether what a server says last arrives before its end does: HTTP ends answers so."""
        return isinstance(self._upstream, int)

    def part(self) -> int:
        """Nothing arrives on any way, on connections to come either, and nobody is told."""
        self._parted = True
        return self._each(lambda link: link.lose(True, True))

    def join(self) -> None:
        """The end of that."""
        self._parted = False
        self.heal()

    def heal(self) -> None:
        """Both ends of what was lost are told at last."""

        def reset_lost() -> None:
            for link in list(self._links):
                if link.is_lost():
                    link.reset()

        self._do(reset_lost)

    def lose_answers(self, count: int) -> int:
        """The next answer on so many connections is lost, and then the connection is."""

        def arm() -> int:
            links = [link for link in self._links if link.is_whole() and not link.armed]
            chosen = self._chance.sample(links, min(count, len(links)))
            for link in chosen:
                link.armed = True
            return len(chosen)

        return self._do(arm)

    def delay(self, seconds: float) -> None:
        """Everything arrives so much later, until told otherwise."""

        def change() -> None:
            self._delay = seconds

        self._do(change)

    def hold(self) -> int:
        """Nothing passes, and nothing is lost, until ``go_on``. Returns how many are held."""
        return self._each(lambda link: link.hold(True))

    def go_on(self) -> int:
        return self._each(lambda link: link.hold(False))

    def _each(
        self,
        do: Callable[[_Link], None],
        most: int | None = None,
        of: Callable[[str], bool] = bool,
    ) -> int:
        def some_of_them() -> int:
            links = [link for link in self._links if link.is_whole() and of(link.name)]
            if most is not None:
                links = self._chance.sample(links, min(most, len(links)))
            for link in links:
                do(link)
            return len(links)

        return self._do(some_of_them)

    def _do(self, what: Callable[[], _T]) -> _T:
        """Runs something in the proxy's thread."""

        async def run() -> _T:
            return what()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(30)

    # --- its life ---------------------------------------------------------------------------------

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(lambda: _Link(self).client, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.reset()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.01)  # what was reset is closed in the loop's next turns

    def add(self, link: _Link) -> None:
        self._links.add(link)
        self.counts.connections += 1

    def remove(self, link: _Link) -> None:
        self._links.discard(link)

    async def connect(self, link: _Link) -> None:
        try:
            if isinstance(self._upstream, int):
                await self._loop.create_connection(lambda: link.server, "127.0.0.1", self._upstream)
            else:
                await self._loop.create_unix_connection(
                    lambda: link.server, str(self._upstream / _SOCKET)
                )
        except OSError:
            self.counts.refused += 1
            link.reset()

    def later(self, deliver: Callable[[bytes], Any], data: bytes) -> None:
        self.counts.chunks += 1
        if self._delay:
            self._loop.call_later(self._delay, deliver, data)
        else:
            deliver(data)

    def forget(self, link: _Link) -> None:
        self._loop.call_later(_FORGOTTEN_SECONDS, link.reset)

    def begin(self, link: _Link) -> None:
        if self._parted:
            link.lose(True, True)
            return
        self._loop.create_task(self.connect(link))


class _Link:
    """A client's connection and the server's end of it."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.client = _End(self, to_server=True)
        self.server = _End(self, to_server=False)
        self.armed = False
        self.name = ""
        self._lost = (False, False)

    def is_whole(self) -> bool:
        return (
            self.client.is_open()
            and self.server.is_open()
            and not self.is_lost()
            and self.name != ""
        )

    def is_lost(self) -> bool:
        return self._lost != (False, False)

    def lose(self, to_server: bool, to_client: bool) -> None:
        self._lost = (to_server, to_client)
        self.proxy.forget(self)

    def hold(self, held: bool) -> None:
        self.client.hold(held)
        self.server.hold(held)

    def reset(self) -> None:
        self.client.reset()
        self.server.reset()
        self.proxy.remove(self)

    def passed(self, data: bytes, to_server: bool) -> None:
        """Data that came from one end."""
        if not self.name and to_server:
            self.name = _application_name(data)
        lost = self._lost[0 if to_server else 1]
        if not lost and self.armed and not to_server and _is_success(data):
            self.proxy.counts.lost_answers.append(LostAnswer(time.monotonic_ns(), self.name))
            self.proxy.counts.dropped_bytes += len(data)
            self.reset()
        elif lost:
            self.proxy.counts.dropped_bytes += len(data)
        else:
            self.proxy.later((self.server if to_server else self.client).deliver, data)

    def ended(self, to_server: bool) -> None:
        """One end was closed. A network that loses everything does not tell the other."""
        if self._lost[0 if to_server else 1]:
            return
        if self.proxy.delivers_all:
            self.client.close()
            self.server.close()
            self.proxy.remove(self)
        else:
            self.reset()


class _End(asyncio.Protocol):
    """One end of a link; ``to_server``: what comes from here goes to the server."""

    def __init__(self, link: _Link, *, to_server: bool) -> None:
        self._link = link
        self._to_server = to_server
        self._transport: asyncio.Transport | None = None
        self._waiting: list[bytes] = []
        self._held = False
        self._full = False

    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        with suppress(OSError):  # the server's is no TCP socket
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._to_server:
            self._link.proxy.add(self._link)
            self._link.proxy.begin(self._link)
        for data in self._waiting:
            transport.write(data)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        self._link.passed(data, self._to_server)

    def connection_lost(self, _error: Exception | None) -> None:
        self._link.ended(self._to_server)

    def deliver(self, data: bytes) -> None:
        """Sends data out of this end; what comes before it is connected waits."""
        if self._transport is None:
            self._waiting.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def pause_writing(self) -> None:
        self._other()._stop_reading(full=True)

    def resume_writing(self) -> None:
        self._other()._stop_reading(full=False)

    def hold(self, held: bool) -> None:
        self._stop_reading(held=held)

    def close(self) -> None:
        """When all that came before has been sent."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            with suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, _RESET
                )
            self._transport.abort()

    def _other(self) -> _End:
        return self._link.server if self._to_server else self._link.client

    def _stop_reading(self, *, held: bool | None = None, full: bool | None = None) -> None:
        self._held = self._held if held is None else held
        self._full = self._full if full is None else full
        if self._transport is None or self._transport.is_closing():
            return
        if self._held or self._full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()


def _is_success(data: bytes) -> bool:
    """Whether these are whole messages that say: done, with no transaction open or rolled back, and
    without a warning."""
    if not data.endswith(_READY_AND_IDLE):
        return False
    done, place = False, 0
    while place < len(data):
        kind, body = data[place], place + 5
        if kind in (_ERROR, _NOTICE) or (
            kind == _COMMAND_COMPLETE and data.startswith(_ROLLBACK, body)
        ):
            return False
        done = done or kind == _COMMAND_COMPLETE
        place += 1 + int.from_bytes(data[place + 1 : body], "big")
    return done and place == len(data)


def _application_name(startup: bytes) -> str:
    """As the first message of a client says. ``?``: it says nothing of it."""
    texts = startup[8:].split(b"\x00")
    for name, value in zip(texts[::2], texts[1::2], strict=False):
        if name == b"application_name":
            return value.decode(errors="replace")
    return "?"
