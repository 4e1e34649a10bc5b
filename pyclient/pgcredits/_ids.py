"""The ids that stand for those of other systems."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from pgcredits._errors import InvalidArgument


def id_of(name: str | int) -> UUID:
    """The id for a profile or a job that another system knows by a text or a whole number.

    The same as ``credits.id_of(name)`` in SQL, where a number is given as text: ``42::text``.
    Where you have UUIDs, use those as they are. Raises InvalidArgument for what is no id, such as
    None and the empty text.
    """
    try:
        text = name if isinstance(name, str) else str(name) if type(name) is int else ""
        sent = text.encode()
    except ValueError:  # half of a surrogate pair, or a number of thousands of digits
        sent = b""
    if not sent or b"\0" in sent:
        raise InvalidArgument(
            "invalid_reference",
            sqlstate="PT400",
            detail={"parameter": "name"},
            hint="Give a whole number, or text that is not empty, without NUL.",
        )
    digest = bytearray(sha256(sent).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80  # version 8
    digest[8] = digest[8] & 0x3F | 0x80  # the variant of all UUIDs
    return UUID(bytes=bytes(digest))
