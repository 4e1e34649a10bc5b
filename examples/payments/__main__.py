"""Starts the application on a private server, with one customer in it: python examples/payments"""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
from contextlib import closing
from uuid import UUID

HOST = "127.0.0.1"
WEBHOOK_SECRET = "whsec_of_the_example"  # noqa: S105 - the provider gives you yours
WORKER_KEY = "key_of_the_example"
logger = logging.getLogger("payments")


async def charge(reference: str, account_id: UUID, wanted: int) -> None:
    """Here your program asks the payment provider for a payment, with its key for that."""
    logger.warning("A payment for %d credits is to be asked for, as %s", wanted, reference)


def port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("write a number from 0 to 65535")
    return int(text)


def listen(port: int) -> socket.socket:
    """Takes the port, before anything else has been waited for; 0 is any free one."""
    try:
        return socket.create_server((HOST, port))
    except OSError:
        print(
            f"Port {port} is taken, or not for this user: give another one with --port.",
            file=sys.stderr,
        )
        sys.exit(2)


def run(listener: socket.socket | None) -> None:
    """Tells the story and, on a port, serves the application until Ctrl-C."""
    # Here, since they take a moment, in which Ctrl-C may come.
    import uvicorn

    from app import create_app, make_tables
    from pgcredits.local import local_database
    from story import tell_story

    print("Starting PostgreSQL ...", flush=True)
    with local_database() as url:
        app = create_app(url, WEBHOOK_SECRET, WORKER_KEY, charge)
        asyncio.run(make_tables(url))
        key = asyncio.run(tell_story(app))
        if listener:
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            print(f"\nThe application runs, until Ctrl-C: {address}/docs")
            print(f"The key of the worker, which says what becomes of jobs: {WORKER_KEY}")
            print("Ada's balance, and the database:")
            print(f"  curl -H 'authorization: Bearer {key}' {address}/balance")
            print(f"  psql '{url}'", flush=True)
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
            server.run(sockets=[listener])


def main() -> None:
    arguments = argparse.ArgumentParser(description="Credits, from payments to jobs.")
    arguments.add_argument(
        "--port", type=port, default=8000, help="where it listens (8000); 0 takes any free port"
    )
    arguments.add_argument("--once", action="store_true", help="tell the story, and end")
    given = arguments.parse_args()
    try:
        if given.once:
            run(None)
        else:
            with closing(listen(given.port)) as listener:
                run(listener)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)


if __name__ == "__main__":
    main()
