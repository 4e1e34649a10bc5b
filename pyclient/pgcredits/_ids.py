"""The ids that stand for those of other systems, and ids of jobs that say which shard has them."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

from pgcredits._arguments import CHECKS
from pgcredits._errors import InvalidArgument

# As many hexadecimal digits of the hash of a profile as the id of a job carries.
_DIGITS = 7
_MOST_SHARDS = 2**31 - 1  # an integer of the database


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


def shard_of(profile_id: UUID | str, shards: int) -> int:
    """The number of the logical shard that owns a profile, from 0, where there are ``shards``.

    The same as ``credits.shard_of(profile_id, shards)`` in SQL, for ever. Raises InvalidArgument
    where there is no profile or no shard.
    """
    if type(shards) is not int or not 1 <= shards <= _MOST_SHARDS:
        raise InvalidArgument(
            "invalid_amount",
            sqlstate="PT400",
            detail={"parameter": "shards"},
            hint=f"Give the number of logical shards: a whole number from 1 to {_MOST_SHARDS}.",
        )
    return int(_hash_of(profile_id), 16) % shards


def new_job_id(profile_id: UUID | str) -> UUID:
    """A new id for a job of a profile, from which a proxy sees the shard that has the job.

    Like ``credits.new_job_id(profile_id)`` in SQL: a random UUID of version 8 that begins with the
    hash of the profile. Raises InvalidArgument where there is no profile.
    """
    rest = uuid4().hex[_DIGITS:]
    version = 12 - _DIGITS
    return UUID(f"{_hash_of(profile_id)}{rest[:version]}8{rest[version + 1 :]}")


def _hash_of(profile_id: UUID | str) -> str:
    checked: UUID | None = CHECKS["profile_id"]("profile_id", profile_id)
    if checked is None:
        raise InvalidArgument(
            "missing_argument",
            sqlstate="PT400",
            detail={"parameter": "profile_id"},
            hint="Give a value for profile_id.",
        )
    return sha256(checked.bytes).hexdigest()[:_DIGITS]
