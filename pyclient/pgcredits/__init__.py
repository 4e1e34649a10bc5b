"""Prepaid credits as PostgreSQL functions: the Python client."""

from pgcredits.client import Credits, Executor
from pgcredits.errors import (
    CreditsError,
    GrantNotFound,
    InsufficientCredits,
    InvalidArgument,
    JobConflict,
    JobNotFound,
    PeriodConflict,
    ProfileClosed,
    ProfileExists,
    ProfileNotFound,
    ReferenceConflict,
    RefundExceedsDeduction,
    WrongState,
)
from pgcredits.models import (
    Balance,
    Finding,
    GrantResult,
    JobEvent,
    LedgerEntry,
    Refund,
    Renewal,
    Reservation,
    Revocation,
    Settlement,
)
from pgcredits.version import VERSION

__version__ = VERSION

__all__ = [
    "Balance",
    "Credits",
    "CreditsError",
    "Executor",
    "Finding",
    "GrantNotFound",
    "GrantResult",
    "InsufficientCredits",
    "InvalidArgument",
    "JobConflict",
    "JobEvent",
    "JobNotFound",
    "LedgerEntry",
    "PeriodConflict",
    "ProfileClosed",
    "ProfileExists",
    "ProfileNotFound",
    "ReferenceConflict",
    "Refund",
    "RefundExceedsDeduction",
    "Renewal",
    "Reservation",
    "Revocation",
    "Settlement",
    "WrongState",
    "__version__",
]
