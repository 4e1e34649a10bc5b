"""Starts the application on a private server, with one customer in it: python examples/payments"""

from __future__ import annotations

import argparse
import asyncio
import logging
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from app import create_app, make_tables
from pgcredits.local import local_database
from story import tell_story

WEBHOOK_SECRET = "whsec_of_the_example"  # noqa: S105 - the provider gives you yours
WORKER_KEY = "key_of_the_example"
logger = logging.getLogger("payments")


async def charge(reference: str, account_id: UUID, wanted: int) -> None:
    """Here your program asks the payment provider for a payment, with its key for that."""
    logger.warning("A payment for %d credits is to be asked for, as %s", wanted, reference)


async def begin(app: FastAPI, url: str) -> str:
    await make_tables(url)
    return await tell_story(app)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Credits, from payments to jobs.")
    arguments.add_argument("--port", type=int, default=8000, help="where it listens (8000)")
    arguments.add_argument("--once", action="store_true", help="tell the story, and end")
    given = arguments.parse_args()
    print("Starting PostgreSQL ...", flush=True)
    with local_database() as url:
        app = create_app(url, WEBHOOK_SECRET, WORKER_KEY, charge)
        key = asyncio.run(begin(app, url))
        if not given.once:
            address = f"http://127.0.0.1:{given.port}"
            print(f"\nThe application runs, until Ctrl-C: {address}/docs")
            print("Ada's balance, and the database:")
            print(f"  curl -H 'authorization: Bearer {key}' {address}/balance")
            print(f"  psql '{url}'", flush=True)
            uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
