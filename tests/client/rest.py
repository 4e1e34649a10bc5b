"""Calls of functions over HTTP with JSON, as PostgREST makes them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg

PARAMETERS = """
  select p.proretset, p.proargnames[1 : p.pronargs] as names,
         array(select format_type(a, null) from unnest(p.proargtypes) with ordinality u (a, n)
                order by n) as types
    from pg_proc p
     where p.pronamespace = 'credits'::regnamespace and p.proname = %s
"""


def answer(connection: psycopg.Connection[Any], function: str, body: str) -> tuple[int, Any]:
    """The status and the JSON of an answer."""
    given = json.loads(body)
    try:
        found = connection.execute(PARAMETERS, [function]).fetchone()
        if found is None:
            return 404, {"code": "PGRST202", "message": "no such function", "hint": None}
        returns_set, names, types = found
        named = [(n, t) for n, t in zip(names or [], types, strict=True) if n in given]
        record = ", ".join(f'"{name}" {kind}' for name, kind in named)
        arguments = ", ".join(f'"{name}" => b."{name}"' for name, _ in named)
        source = f"(select * from json_to_record(%s::json) as _ ({record})) b," if named else ""
        called = f"lateral credits.{function}({arguments}) c"
        query = f"select coalesce(json_agg(c), '[]')::text from {source} {called}"
        row = connection.execute(query, [body] if named else []).fetchone()
        rows = json.loads(row[0] if row else "[]")
        return 200, rows if returns_set else rows[0]
    except psycopg.Error as error:
        about = error.diag
        return refused(
            error.sqlstate,
            details=about.message_detail,
            hint=about.message_hint,
            message=about.message_primary,
        )


def refused(sqlstate: str | None, **about: Any) -> tuple[int, Any]:
    """The answer for an error of the server; the keys are in PostgREST's order."""
    state = sqlstate or ""
    status = int(state[2:]) if state.startswith("PT") else 400
    return status, {"code": state, **{key: about[key] for key in ("details", "hint", "message")}}


@contextmanager
def json_server(
    answer: Callable[[str, str], tuple[int, Any]], *, schema: str | None = None
) -> Iterator[str]:
    """The address of a server of functions: ``answer`` takes the name of one, and the request.

    ``schema``: which a request has to name; None for that of requests which name none.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.headers["Content-Profile"] == schema or schema is None
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, document = answer(self.path.rpartition("/")[2], body)
            sent = json.dumps(document, separators=(",", ":")).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def rest_server(url: str) -> Iterator[str]:
    """The address of a server that serves the schema ``credits`` of a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        lock = threading.Lock()

        def one_by_one(function: str, body: str) -> tuple[int, Any]:
            with lock:
                return answer(connection, function, body)

        with json_server(one_by_one, schema="credits") as address:
            yield address
