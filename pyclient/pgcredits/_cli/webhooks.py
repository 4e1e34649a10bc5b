"""Posts events to a receiver as Standard Webhooks: signed, with an id that never changes.

Needs the extra ``pgcredits[deliver]``.
"""

from __future__ import annotations

import asyncio
import binascii
import http.client
import io
import json
import re
import socket
import ssl
import string
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from standardwebhooks import Webhook

from pgcredits import Event, __version__
from pgcredits._server.failures import CannotRunError

_SECRET_BYTES = range(24, 65)  # as the specification has it
_HEAD_BYTES = 1 << 16  # the longest head of an answer, and the most that is read of its body
_LINGER_SECONDS = 1.0  # for a body that nobody needs, so that the receiver can send it to its end
_IN_A_HEADER = string.punctuation.replace("%", "")
_MALFORMED_URL = "The URL of the receiver is malformed: write https://app.example/webhooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a post: a status of HTTP, or None where no answer came.

    ``told``: in a few words, without anything that the receiver wrote. ``retry_after``: seconds
    that it asked to wait.
    """

    status: int | None
    told: str
    retry_after: float | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver has the event."""
        return self.status is not None and 200 <= self.status <= 299

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no events any more."""
        return self.status == 410

    @property
    def is_overloaded(self) -> bool:
        """Whether the next event would most likely fare the same."""
        return self.status is None or self.status == 429 or self.status >= 500


def read_secrets(file: Path) -> list[Webhook]:
    """The secrets of a file, one a line. Raises ``CannotRunError``, which never quotes one."""
    found = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.strip() or line.startswith(b"#"):
            continue
        prefix, _, encoded = line.strip().partition(b"_")
        try:
            secret = b64decode(encoded, validate=True)
        except binascii.Error:
            secret = b""
        if prefix != b"whsec" or len(secret) not in _SECRET_BYTES:
            raise CannotRunError(
                f"{file}: line {number} is no secret: write whsec_ and 24 to 64 bytes in base64."
            )
        found.append(Webhook(secret))
    if not found:
        raise CannotRunError(f"{file}: there is no secret in it: write one a line.")
    return found


class Receiver:
    """Where events are posted to, with one signature for each secret.

    ``seconds``: the longest that a post may take, from looking up the host to the head of the
    answer. Raises ``CannotRunError`` for a URL that cannot be posted to.
    """

    def __init__(self, url: str, secrets: Sequence[Webhook], seconds: float) -> None:
        self._secrets = secrets
        #: The longest that a post may take.
        self.seconds = seconds
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")  # as it will be looked up
        except ValueError as error:
            raise CannotRunError(_MALFORMED_URL) from error
        # What is not printable ASCII could break a header, and everybody sees a password in `ps`.
        known = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        if not known or not re.fullmatch(r"[!-~]+", url):
            raise CannotRunError(_MALFORMED_URL)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or ""
        self._port = port or (443 if self._tls else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        #: Without the path, which may hold a key of the receiver's.
        self.name = f"{parts.scheme}://{parts.netloc}"
        self._authority = parts.netloc

    async def post(self, event: Event) -> Reply:
        """Posts an event once. Never raises because of the receiver."""
        try:
            response = await self._exchange(event)
        except TimeoutError:
            return Reply(status=None, told=f"no answer within {self.seconds:g} seconds")
        except (http.client.HTTPException, asyncio.LimitOverrunError):
            return Reply(status=None, told="the answer was not HTTP")
        except asyncio.IncompleteReadError:
            return Reply(status=None, told="the connection was closed before an answer")
        except OSError as error:  # an error of TLS is one too
            return Reply(status=None, told=_reason(error))
        return Reply(
            status=response.status,
            told=f"HTTP status {response.status}",
            retry_after=_seconds(response.headers.get("retry-after", "")),
        )

    async def _exchange(self, event: Event) -> http.client.HTTPResponse:
        async with asyncio.timeout(self.seconds) as limit:
            reader, writer = await asyncio.open_connection(
                self._host, self._port, ssl=self._tls, limit=_HEAD_BYTES
            )
            try:
                writer.write(self._request(event))
                await writer.drain()
                response = await _head(reader)
                limit.reschedule(None)  # the answer is known
                with suppress(TimeoutError, OSError):
                    async with asyncio.timeout(_LINGER_SECONDS):
                        await _rest(reader, response.length)
            finally:
                writer.transport.abort()  # a proper end of TLS could wait for ever
        return response

    def _request(self, event: Event) -> bytes:
        body = _body(event)
        now = datetime.now(UTC)
        key = quote(event.event_id, safe=_IN_A_HEADER)
        signatures = (secret.sign(key, now, body) for secret in self._secrets)
        headers = {
            "host": self._authority,
            "content-type": "application/json",
            "content-length": str(len(body)),
            "user-agent": f"pgcredits/{__version__}",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
            "connection": "close",
        }
        lines = [f"POST {self._target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", body]).encode("ascii")


def _body(event: Event) -> str:
    """An event as JSON, in ASCII."""
    at = event.occurred_at.astimezone(UTC)
    return json.dumps(
        {
            "type": event.kind,
            "timestamp": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "data": {
                **event.payload,
                "profile_id": str(event.profile_id),
                "seq": event.seq,
                "event_id": event.event_id,
            },
        },
        separators=(",", ":"),
    )


class _Received:
    """Bytes, as ``HTTPResponse`` wants to have them."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._received)


async def _head(reader: asyncio.StreamReader) -> http.client.HTTPResponse:
    """The head of the answer, without what a receiver may send before it, such as status 103."""
    while True:
        received = await reader.readuntil(b"\r\n\r\n")
        response = http.client.HTTPResponse(_Received(received), method="POST")  # type: ignore[arg-type]
        if not re.match(rb"HTTP/1\.\d 1\d\d\b", received):
            response.begin()
            return response


async def _rest(reader: asyncio.StreamReader, length: int | None) -> None:
    """Reads a body of that length, or of any, and forgets it."""
    left = _HEAD_BYTES if length is None else min(length, _HEAD_BYTES)
    while left > 0 and (part := await reader.read(left)):
        left -= len(part)


def _seconds(retry_after: str) -> float | None:
    """How long to wait according to a header: seconds, or a date. None where it says nothing."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _reason(error: OSError) -> str:
    """Why a receiver could not be reached. Never the text of the error: it may name a path."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not valid: {error.verify_message}"
        case ssl.SSLError():
            return "TLS failed"
        case ConnectionRefusedError():
            return "connection refused"
        case socket.gaierror():
            return "the host name is unknown"
        case _:
            return error.strerror or "the connection was closed"
