"""One post: what a receiver answers, however odd, is a reply, and comes in time."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from receiver_tools import SECRET
from standardwebhooks import Webhook

from pgcredits import Event
from pgcredits._cli.webhooks import Receiver, Reply

EVENT = Event(
    event_id="11111111-1111-4111-8111-111111111111:3:credits.low",
    profile_id=UUID("11111111-1111-4111-8111-111111111111"),
    seq=3,
    kind="credits.low",
    subject="",
    occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
    payload={"balance": 1},
    attempts=1,
)
NOT_HTTP = "the answer was not HTTP"


@asynccontextmanager
async def answering(
    *parts: bytes, pause: float = 0.0, stay: bool = False, end: bytes = b"\r\n\r\n"
) -> AsyncIterator[str]:
    """The URL of a server that reads a request up to its end, sends these parts, and hangs up."""
    begun = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.add(asyncio.current_task())
        try:
            await reader.readuntil(end)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
            if stay:
                await asyncio.sleep(60)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun)


@pytest.fixture
def unknown_certificate(tmp_path: Path) -> ssl.SSLContext:
    """Of a server whose certificate nobody has signed but itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt-get install openssl")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = [
        "openssl",
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
    ]
    subprocess.run(
        [*made, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def reply_of(url: str, seconds: float = 5.0) -> Reply:
    return await Receiver(url, [Webhook(SECRET)], seconds).post(EVENT)


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 200, "HTTP status 200"),
        (b"HTTP/1.0 299 \r\n\r\n", 299, "HTTP status 299"),
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 \r\n\r\n",
            201,
            "HTTP status 201",
        ),
        (b"HTTP/1.1 300 Choose\r\n\r\n", 300, "HTTP status 300"),
        (b"HTTP/1.1 404 " + b"x" * 1000 + b"\r\n\r\n", 404, "HTTP status 404"),
        (b"HTTP/1.1 500 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", 500, "HTTP status 500"),
        (b"", None, "the connection was closed before an answer"),
        (b"HTTP/1.1 200", None, "the connection was closed before an answer"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", None, NOT_HTTP),
        (b"HTTP/1.1 2000 OK\r\n\r\n", None, NOT_HTTP),
        (b"HTTP/1.1 OK\r\n\r\n", None, NOT_HTTP),
        (b"\0\xff\r\n\r\n", None, NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n", None, NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", None, NOT_HTTP),
    ],
)
async def test_an_answer_is_a_status_or_none(answer: bytes, status: int | None, told: str) -> None:
    async with answering(answer) as url:
        reply = await reply_of(url)
    assert (reply.status, reply.told) == (status, told)
    assert reply.accepted == (status is not None and status < 300)


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]
)
async def test_nobody_waits_for_a_body_that_does_not_come(answer: bytes) -> None:
    async with answering(answer, stay=True) as url:
        begun = time.monotonic()
        assert (await reply_of(url, seconds=0.5)).accepted  # less than it waits for the body
        assert time.monotonic() - begun < 10


async def test_a_body_is_read_to_its_end_so_that_it_can_be_sent() -> None:
    sent = [b"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n", *[b"x" * 10_000] * 4]
    async with answering(*sent, pause=0.01) as url:
        assert (await reply_of(url)).accepted


async def test_an_answer_in_drops_is_too_late() -> None:
    async with answering(*[b"H"] * 1000, pause=0.05) as url:
        begun = time.monotonic()
        reply = await reply_of(url, seconds=0.5)
        assert time.monotonic() - begun < 5
    assert reply == Reply(status=None, told="no answer within 0.5 seconds")
    assert reply.is_overloaded


async def test_a_receiver_without_tls_is_told_apart() -> None:
    async with answering(b"HTTP/1.1 400 Bad\r\n\r\n", end=b"\x16") as url:  # a handshake begins
        reply = await reply_of(url.replace("http:", "https:"))
    assert (reply.status, reply.told) == (None, "TLS failed")


async def test_a_certificate_of_nobody_we_know_is_refused(
    unknown_certificate: ssl.SSLContext,
) -> None:
    async def serve(*_: object) -> None:
        raise AssertionError("it was let in")

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=unknown_certificate)
    async with server:
        reply = await reply_of(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert reply.status is None
    assert reply.told.startswith("its certificate is not valid: ")


async def test_an_unknown_host_is_told() -> None:
    reply = await reply_of("http://no-such-host.invalid/")
    assert reply == Reply(status=None, told="the host name is unknown")


@pytest.mark.parametrize(
    ("status", "is_overloaded"),
    [(None, True), (200, False), (404, False), (410, False), (429, True), (500, True), (599, True)],
)
def test_what_says_something_of_the_receiver(status: int | None, is_overloaded: bool) -> None:
    assert Reply(status=status, told="").is_overloaded == is_overloaded
