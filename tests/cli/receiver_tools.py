"""A receiver of events on this machine that writes down all it gets, and answers as it is told."""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

SECRET = "whsec_" + b64encode(b"a secret of these tests, 32 byte").decode()
OTHER_SECRET = "whsec_" + b64encode(b"another secret of these tests").decode()


@dataclass
class Post:
    """A request, and when it was here, on the monotonic clock."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    begun: float
    ended: float = 0.0

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.document["data"]


@dataclass
class Receiver:
    """``answer``: called with each request; its status and headers, or None to hang up."""

    answer: Callable[[Post], tuple[int, dict[str, str]] | None]
    posts: list[Post] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/key-of-the-receiver?a=b"

    def seen(self, what: str = "seq") -> list[Any]:
        """One figure of each event, as they came."""
        return [post.data[what] for post in self.posts]

    @contextmanager
    def open(self) -> Iterator[None]:
        """It listens in the block; again on the same port the next time."""
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                here.take(self)

            do_GET = do_POST  # noqa: N815 - a redirect that is followed becomes one

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        with ThreadingHTTPServer(("127.0.0.1", self.port), Handler) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        begun = time.monotonic()
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        post = Post(handler.path, handler.headers, body, begun)
        self.posts.append(post)
        answer = self.answer(post)
        post.ended = time.monotonic()
        if answer is None:
            return
        status, headers = answer
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()


def fine(_: Post) -> tuple[int, dict[str, str]]:
    """The answer of a receiver that has got the event."""
    return 204, {}


def signed_by(secret: str, post: Post) -> bool:
    """Whether the secret signed what came: written from the specification, with hmac alone."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{post.id}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
    return expected in post.headers["webhook-signature"].split(" ")


def tell(url: str, profile_id: str, *seqs: int, subject: str = "", **payload: object) -> None:
    """Events of a profile, written as the functions write them."""
    with psycopg.connect(url) as connection:
        for seq in seqs:
            connection.execute(
                "insert into credits.events"
                " (profile_id, seq, occurred_at, due_at, kind, subject, payload)"
                " values (%s, %s, now(), now(), 'credits.low', %s, %s)",
                [profile_id, seq, subject, Jsonb({"balance": 10, **payload})],
            )
