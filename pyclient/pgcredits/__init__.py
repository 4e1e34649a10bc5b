"""Prepaid credits as PostgreSQL functions: the Python client."""

from pgcredits._call import Call, Executor
from pgcredits._client import Credits
from pgcredits._coalesce import CoalescingCredits
from pgcredits._errors import (
    BY_TOKEN,
    CreditsError,
    GrantNotFound,
    InsufficientCredits,
    InvalidArgument,
    JobConflict,
    JobNotFound,
    LegacyDamage,
    PeriodConflict,
    PeriodNotFound,
    ProfileClosed,
    ProfileExists,
    ProfileNotFound,
    ReferenceConflict,
    RefundExceedsDeduction,
    WrongState,
)
from pgcredits._models import (
    Balance,
    Damage,
    Finding,
    GrantEntry,
    GrantResult,
    ImportResult,
    JobEvent,
    LedgerEntry,
    LegacyEntry,
    LegacyJob,
    Refund,
    RefundAudit,
    Renewal,
    Repair,
    Reservation,
    Revocation,
    Settlement,
)
from pgcredits._retry import Failure, OutcomeUnknown, Retry, classify

__version__ = "0.1.0"

__all__ = [
    "Balance",
    "Call",
    "CoalescingCredits",
    "Credits",
    "CreditsError",
    "Damage",
    "Executor",
    "Failure",
    "Finding",
    "GrantEntry",
    "GrantNotFound",
    "GrantResult",
    "ImportResult",
    "InsufficientCredits",
    "InvalidArgument",
    "JobConflict",
    "JobEvent",
    "JobNotFound",
    "LedgerEntry",
    "LegacyDamage",
    "LegacyEntry",
    "LegacyJob",
    "OutcomeUnknown",
    "PeriodConflict",
    "PeriodNotFound",
    "ProfileClosed",
    "ProfileExists",
    "ProfileNotFound",
    "ReferenceConflict",
    "Refund",
    "RefundAudit",
    "RefundExceedsDeduction",
    "Renewal",
    "Repair",
    "Reservation",
    "Retry",
    "Revocation",
    "Settlement",
    "WrongState",
    "__version__",
    "classify",
]

# An error has the name that it is imported by, in tracebacks and reports of errors too.
for _error in (*BY_TOKEN.values(), CreditsError, OutcomeUnknown):
    _error.__module__ = __name__
