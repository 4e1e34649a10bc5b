"""Which shard owns a profile, and job ids that say so: the same as the functions in SQL."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

from pgcredits._errors import InvalidArgument

# As many hexadecimal digits of the hash as a job id carries.
_DIGITS = 7


def shard_of(profile_id: UUID, shards: int) -> int:
    """The number of the logical shard that owns a profile, from 0, where there are ``shards``.

    The same as ``credits.shard_of(profile_id, shards)`` in SQL, for ever. Raises InvalidArgument
    where there is no shard.
    """
    if shards < 1:
        raise InvalidArgument(
            "invalid_amount",
            sqlstate="PT400",
            detail={"parameter": "shards", "value": shards, "minimum": 1},
            hint="Give the number of logical shards: 1 or more.",
        )
    return int(_hash(profile_id), 16) % shards


def new_job_id(profile_id: UUID) -> UUID:
    """A new id for a job of a profile, from which a proxy sees the shard that has the job.

    Like ``credits.new_job_id(profile_id)`` in SQL: a random UUID of version 8 that begins with the
    hash of the profile.
    """
    rest = uuid4().hex[_DIGITS:]
    version = 12 - _DIGITS
    return UUID(f"{_hash(profile_id)}{rest[:version]}8{rest[version + 1 :]}")


def _hash(profile_id: UUID) -> str:
    return sha256(profile_id.bytes).hexdigest()[:_DIGITS]
