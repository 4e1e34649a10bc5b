"""How a change of a bucket is written for people."""

from __future__ import annotations


def signed(change: int, grouping: str = ",") -> str:
    """+500, -1,500, and 0 without a sign, as the ledger's reasons have it.

    ``grouping``: what is between thousands; "" for nothing.
    """
    return f"{change:+{grouping}}" if change else "0"
