"""Prepaid credits as PostgreSQL functions: the Python client."""

from pgcredits.client import Credits, Executor
from pgcredits.errors import (
    CreditsError,
    InsufficientCredits,
    InvalidArgument,
    JobConflict,
    JobNotFound,
    ProfileExists,
    ProfileNotFound,
    ReferenceConflict,
    RefundExceedsDeduction,
    WrongState,
)
from pgcredits.models import Balance, GrantResult, LedgerEntry, Refund, Reservation
from pgcredits.version import VERSION

__version__ = VERSION

__all__ = [
    "Balance",
    "Credits",
    "CreditsError",
    "Executor",
    "GrantResult",
    "InsufficientCredits",
    "InvalidArgument",
    "JobConflict",
    "JobNotFound",
    "LedgerEntry",
    "ProfileExists",
    "ProfileNotFound",
    "ReferenceConflict",
    "Refund",
    "RefundExceedsDeduction",
    "Reservation",
    "WrongState",
    "__version__",
]
