"""Every failure of the command line, in one place: one sentence, and the exit code.

1: the database refused a call, and nothing has changed. 2: the command cannot run as things are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import typer

from pgcredits import CreditsError, LockTimeout, StatementCancelled, Unavailable
from pgcredits._server.failures import CannotRunError

# The first match counts. Connecting has its own sentences, in _server/database.py.
_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (CannotRunError, "{error}"),
    (
        (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError),
        "The server refused the login: {message}.",
    ),
    (asyncpg.InvalidCatalogNameError, "The server has no such database: {message}."),
    (
        asyncpg.InsufficientPrivilegeError,
        "The role may not do this: {message}. An administrator can make it a member of "
        "credits_app, credits_admin or credits_reader.",
    ),
    (
        (asyncpg.LockNotAvailableError, LockTimeout),
        "Another transaction kept the profile locked. This call changed nothing: try again.",
    ),
    (
        asyncpg.ReadOnlySQLTransactionError,
        "The server reported: {message} (SQLSTATE 25006). If it is a standby, give the URL of the "
        "primary, or of all servers with target_session_attrs=read-write.",
    ),
    (
        (asyncpg.PostgresConnectionError, asyncpg.InterfaceError),
        "The connection to the server was lost: {message}.",
    ),
    (StatementCancelled, "{error.hint}"),
    # It was closed between the two steps of a statement: the message speaks of asyncpg's states.
    (asyncpg.InternalClientError, "The connection to the server was lost."),
    (asyncpg.PostgresError, "The server reported: {message} (SQLSTATE {error.sqlstate})."),
    # Only the migrator's packages are imported while a command runs.
    (ImportError, "This command needs more packages: pip install 'pgcredits[migrate]'"),
    (TimeoutError, "The server did not answer in time."),
    (OSError, "The operating system reported: {message}."),
)


@contextmanager
def explained(*, as_json: bool = False) -> Iterator[None]:
    """Turns a failure in the block into one sentence on stderr and an exit code.

    ``as_json``: a refusal of the database becomes a JSON document on stdout instead.
    Raises ``typer.Exit``; any unexpected failure passes through.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, CreditsError) and not isinstance(error, Unavailable):
            if as_json:
                print(json.dumps(_refusal_document(error), indent=2))
            else:
                print(_refusal_sentence(error), file=sys.stderr)
            raise typer.Exit(1) from error
        sentence = failure_sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        raise typer.Exit(2) from error


def _refusal_document(refusal: CreditsError) -> dict[str, object]:
    return {
        "error": refusal.token,
        "sqlstate": refusal.sqlstate,
        "detail": refusal.detail,
        "hint": refusal.hint,
    }


def _refusal_sentence(refusal: CreditsError) -> str:
    figures = ", ".join(
        f"{name} {value:,}" if type(value) is int else f"{name} {value}"
        for name, value in refusal.detail.items()
    )
    return f"Refused: {refusal.token}{f' ({figures})' if figures else ''}. {refusal.hint}".strip()


def failure_sentence(error: Exception) -> str | None:
    """What to tell the user; None for a failure nobody expected."""
    if isinstance(error, BrokenPipeError):  # the reader of our output has gone
        return None
    for kinds, sentence in _SENTENCES:
        if isinstance(error, kinds):
            return sentence.format(message=_message(error), error=error)
    return None


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    # str() of a server's error would add its detail and hint, each on a line of its own.
    text = str(error.args[0]) if error.args else type(error).__name__
    return " ".join(text.split()).rstrip(".")
