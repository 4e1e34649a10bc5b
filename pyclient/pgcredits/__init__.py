"""Prepaid credits as PostgreSQL functions: the Python client."""

from pgcredits._call import Call, Executor, SyncExecutor
from pgcredits._client import Credits
from pgcredits._coalesce import CoalescingCredits
from pgcredits._errors import (
    CreditsError,
    GrantNotFound,
    InsufficientCredits,
    InvalidArgument,
    JobConflict,
    JobNotFound,
    LegacyDamage,
    LockTimeout,
    PeriodConflict,
    PeriodNotFound,
    ProfileClosed,
    ProfileExists,
    ProfileNotFound,
    ReferenceConflict,
    RefundExceedsDeduction,
    StatementCancelled,
    Unavailable,
    WrongState,
)
from pgcredits._ids import id_of
from pgcredits._models import (
    AllowanceChange,
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
    "AllowanceChange",
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
    "LockTimeout",
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
    "StatementCancelled",
    "SyncExecutor",
    "Unavailable",
    "WrongState",
    "__version__",
    "classify",
    "id_of",
]

# An error has the name that it is imported by, in tracebacks and reports of errors too.
for _name in __all__:
    if isinstance(_error := globals()[_name], type) and issubclass(_error, Exception):
        _error.__module__ = __name__
