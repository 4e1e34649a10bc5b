"""Every failure of a command, in one place: one sentence or document, and the exit code.

1: the database refused a call, and nothing has changed. 2: the command cannot run as things are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import typer

from pgcredits import CreditsError, LockTimeout, StatementCancelled, Unavailable
from pgcredits._cli.output import print_json
from pgcredits._cli.usage_errors import failure_document, spelling
from pgcredits._server.access import who_may
from pgcredits._server.failures import CannotRunError, UnreachableError

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
        "The role may not do this: {message}.{who_may}",
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
# What a hint for programs names, as the command that does it.
COMMAND_OF = {
    "adjust_credits": "pgcredits adjust",
    "change_allowance": "pgcredits change-allowance",
    "grant_addon": "pgcredits grant",
    "open_profile": "pgcredits open",
    "refund_job": "pgcredits refund",
    "revoke_renewal": "pgcredits revoke-renewal",
}
# The figures of a refusal: first what was asked for, then what there is. The rest as it comes.
_ORDER = {
    name: place
    for place, name in enumerate(
        (
            *("parameter", "value", "minimum", "required", "available", "spender", "window"),
            *("limit", "spent", "remaining", "monthly", "addon", "amount", "refundable"),
            *("stored", "given", "current", "state", "debt", "resets_at", "maximum", "allowed"),
        )
    )
}


@contextmanager
def explained(
    *, as_json: bool = False, so_far: Callable[[], dict[str, Any]] = dict
) -> Iterator[None]:
    """Turns a failure in the block into one sentence on stderr and an exit code.

    ``as_json``: it becomes a JSON document on stdout instead; ``so_far``: what that says before, of
    what was done.
    Raises ``typer.Exit``; any unexpected failure passes through.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, CreditsError) and not isinstance(error, Unavailable):
            if as_json:
                print_json({**so_far(), **_refusal_document(error)})
            else:
                print(refusal_sentence(error), file=sys.stderr)
            raise typer.Exit(1) from error
        sentence = failure_sentence(error)
        if sentence is None:
            raise
        if as_json:
            print_json({**so_far(), **_failure_document(error, sentence)})
        else:
            print(sentence, file=sys.stderr)
        raise typer.Exit(2) from error


def _refusal_document(refusal: CreditsError) -> dict[str, object]:
    return {
        "error": refusal.token,
        "sqlstate": refusal.sqlstate,
        "detail": refusal.detail,
        "hint": refusal.hint,
    }


def _failure_document(error: Exception, sentence: str) -> dict[str, object]:
    kind = "unreachable" if isinstance(error, UnreachableError) else "cannot_run"
    if isinstance(error, CreditsError):
        kind = error.token
    # What the server said, also where a sentence of ours tells it.
    said = (getattr(each, "sqlstate", None) for each in (error, error.__cause__))
    return failure_document(kind, sentence, sqlstate=next(filter(None, said), None))


def refusal_sentence(refusal: CreditsError) -> str:
    """What to tell the user of a call that the database refused."""
    names = sorted(refusal.detail, key=lambda name: _ORDER.get(name, len(_ORDER)))
    figures = ", ".join(f"{name} {_figure(name, refusal.detail[name])}" for name in names)
    hint = _in_commands(refusal.hint)
    return f"Refused: {refusal.token}{f' ({figures})' if figures else ''}. {hint}".strip()


def _figure(name: str, value: Any) -> str:
    if name == "parameter":
        return _spelled(str(value)) or str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if type(value) is int else f"{value}"


def _spelled(parameter: str) -> str | None:
    names = spelling.get()
    return names.get(parameter) or names.get(parameter.removesuffix("_id"))


def _in_commands(hint: str) -> str:
    """A hint with commands for functions, and options of the command at hand for parameters."""

    def word(found: re.Match[str]) -> str:
        name = found[1]
        return COMMAND_OF.get(name) or _spelled(name) or found[0]

    # A name of one word may be just a word: "Open the profile first".
    names = r"[a-z]+(?:_[a-z]+)+|meta|(?<=for )[a-z]+|(?<=before )[a-z]+"
    return re.sub(rf"\b(?:credits\.)?({names})\b", word, hint)


def failure_sentence(error: Exception) -> str | None:
    """What to tell the user; None for a failure nobody expected."""
    if isinstance(error, BrokenPipeError):  # the reader of our output has gone
        return None
    for kinds, sentence in _SENTENCES:
        if isinstance(error, kinds):
            message = _message(error)
            return sentence.format(message=message, error=error, who_may=_right_role(message))
    return None


def _right_role(message: str) -> str:
    """Who may do what a message of the server names, whatever its language."""
    sentences = (who_may(name) for name in re.findall(r"\w+", message))
    return next((f" {sentence}" for sentence in sentences if sentence), "")


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    # str() of a server's error would add its detail and hint, each on a line of its own.
    text = str(error.args[0]) if error.args else type(error).__name__
    return " ".join(text.split()).rstrip(".")
