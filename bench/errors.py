"""What a user of the benchmark can do something about."""

from __future__ import annotations


class BenchError(Exception):
    """The benchmark cannot run; the message says why and what to do."""
