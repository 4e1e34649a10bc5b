"""What keeps a program from its work: each failure is one sentence for people."""

from __future__ import annotations


class CannotRunError(Exception):
    """The command cannot run as things are; the message says why and what to do."""


class UnreachableError(CannotRunError):
    """The database server cannot be reached at the moment."""
