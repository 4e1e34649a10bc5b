"""The client without asyncio: the methods of ``pgcredits.Credits``, which wait.

tools/generate_sync.py writes this module from _client.py: edit that one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from pgcredits._arguments import checked
from pgcredits._batches import BATCHES, NotDone, check_answers, read_answers
from pgcredits._call import Call, Row, SyncExecutor, sync_executor_over
from pgcredits._errors import InvalidArgument
from pgcredits._models import (
    Alert,
    AllowanceChange,
    Balance,
    CheckedPiece,
    Damage,
    Event,
    Finding,
    GrantEntry,
    GrantResult,
    ImportResult,
    JobEntry,
    JobEvent,
    LedgerEntry,
    LegacyEntry,
    LegacyJob,
    LimitEntry,
    ListedProfile,
    MoveResult,
    ProfileEntry,
    Refund,
    RefundAudit,
    Renewal,
    Repair,
    Reservation,
    ReservationPreview,
    Revocation,
    Settlement,
    Topup,
    UsageEntry,
)
from pgcredits._signed import signed

logger = logging.getLogger("pgcredits")

_Answer = TypeVar("_Answer")


class Credits:
    """Prepaid credits over a connection, session or pool of the caller's.

    Each method is one call of the function of the same name. On a connection inside a transaction
    of the caller, credits commit or vanish with the caller's own rows. The client opens, configures
    and closes nothing. Ids are UUIDs, or strings that spell one; amounts are whole credits.

    Every method raises a ``CreditsError`` when the database refuses; the call has changed nothing
    then. Inside a transaction PostgreSQL goes on only after a rollback: with ``savepoints`` each
    call there has a savepoint of its own, and a refusal takes back no more than the call.
    Errors of the connection or the server pass through as the driver raises them.
    """

    def __init__(self, executor: SyncExecutor | Any, *, savepoints: bool = False) -> None:
        self._executor = sync_executor_over(executor, savepoints=savepoints)

    def open_profile(
        self, profile_id: UUID | str, *, credits_remaining: int = 0, addon_credits: int = 0
    ) -> Balance:
        """Opens a profile with its first credits. The profile id is the key.

        Raises InvalidArgument, ProfileExists.
        """
        return self._one(
            Balance,
            "open_profile",
            profile_id=profile_id,
            credits_remaining=credits_remaining,
            addon_credits=addon_credits,
        )

    def get_balance(self, profile_id: UUID | str) -> Balance:
        """What a profile has to spend now. Raises InvalidArgument, ProfileNotFound."""
        return self._one(Balance, "get_balance", profile_id=profile_id)

    def grant_addon(
        self,
        profile_id: UUID | str,
        amount: int,
        reference: str,
        *,
        expires_at: datetime | None = None,
        kind: str = "paid",
        priority: int = 0,
        reason: str | None = None,
    ) -> GrantResult:
        """Adds bought credits to the addon bucket, once per reference; with expires_at, a pack.

        Raises InvalidArgument, ProfileNotFound, ReferenceConflict, ProfileClosed.
        """
        return self._one(
            GrantResult,
            "grant_addon",
            profile_id=profile_id,
            amount=amount,
            reference=reference,
            expires_at=expires_at,
            kind=kind,
            priority=priority,
            reason=reason,
        )

    def renew_monthly(
        self,
        profile_id: UUID | str,
        period_start: datetime,
        allowance: int,
        *,
        rollover_cap: int = 0,
    ) -> Renewal:
        """Begins a monthly period. The start of the period is the key.

        Raises InvalidArgument, ProfileNotFound, PeriodConflict, ProfileClosed.
        """
        return self._one(
            Renewal,
            "renew_monthly",
            profile_id=profile_id,
            period_start=period_start,
            allowance=allowance,
            rollover_cap=rollover_cap,
        )

    def change_allowance(
        self,
        profile_id: UUID | str,
        period_start: datetime,
        allowance: int,
        reference: str,
    ) -> AllowanceChange:
        """Changes the allowance of the present month, as of a plan, once per reference. Going down
        and up again gains nothing: what could not be taken is paid first on the way up.

        Raises InvalidArgument, ProfileNotFound, PeriodNotFound, PeriodConflict, ReferenceConflict,
        ProfileClosed.
        """
        return self._one(
            AllowanceChange,
            "change_allowance",
            profile_id=profile_id,
            period_start=period_start,
            allowance=allowance,
            reference=reference,
        )

    def reserve_credits(
        self,
        profile_id: UUID | str,
        job_id: UUID | str,
        cost: int,
        *,
        meta: Mapping[str, Any] | None = None,
        hold_for: timedelta | None = None,
        spender: str | None = None,
    ) -> Reservation:
        """Takes the credits of a job: early packs, monthly, then addon. The job id is the key.

        With hold_for the credits go back by themselves unless the job is settled in time.
        ``spender`` is who spends, in your word: an API key, a member, a model.
        Raises InvalidArgument, InsufficientCredits, LimitExceeded, ProfileNotFound, JobConflict,
        ProfileClosed, and WrongState where the credits of a known job have gone back: nothing is
        held for it.
        """
        return self._one(
            Reservation,
            "reserve_credits",
            profile_id=profile_id,
            job_id=job_id,
            cost=cost,
            meta={} if meta is None else meta,
            hold_for=hold_for,
            spender=spender,
        )

    def settle_job(
        self,
        job_id: UUID | str,
        actual_cost: int | None = None,
        *,
        overage: str = "cap",
        profile_id: UUID | str | None = None,
    ) -> Settlement:
        """Settles a job at its actual cost: gives back what is left over, or draws more.

        Without actual_cost it costs what it holds, or held until its hold expired.
        Raises InvalidArgument, InsufficientCredits or LimitExceeded (overage="reject"),
        JobNotFound, ProfileNotFound, JobConflict, WrongState.
        """
        return self._one(
            Settlement,
            "settle_job",
            job_id=job_id,
            actual_cost=actual_cost,
            overage=overage,
            profile_id=profile_id,
        )

    def refund_job(
        self,
        job_id: UUID | str,
        *,
        amount: int | None = None,
        refund_id: str | None = None,
        reason: str | None = None,
        profile_id: UUID | str | None = None,
    ) -> Refund:
        """Gives a job's credits back: all that is out, or an amount under a refund_id.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, RefundExceedsDeduction,
        ReferenceConflict.
        """
        refund = self._one(
            Refund,
            "refund_job",
            job_id=job_id,
            amount=amount,
            refund_id=refund_id,
            reason=reason,
            profile_id=profile_id,
        )
        _log_return("Refunded", refund)
        return refund

    def rollback_reservation(
        self, job_id: UUID | str, *, profile_id: UUID | str | None = None
    ) -> Refund:
        """Gives back a reservation whose job never started.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, WrongState.
        """
        refund = self._one(
            Refund,
            "rollback_reservation",
            job_id=job_id,
            profile_id=profile_id,
        )
        _log_return("Rolled back", refund)
        return refund

    def raise_reservation(
        self, job_id: UUID | str, cost: int, *, profile_id: UUID | str | None = None
    ) -> Reservation:
        """A reserved job holds at least cost from now on: takes what it lacks.

        A job that holds as much already takes nothing.
        Raises InvalidArgument, InsufficientCredits, LimitExceeded, JobNotFound, ProfileNotFound,
        WrongState, ProfileClosed.
        """
        return self._one(
            Reservation,
            "raise_reservation",
            job_id=job_id,
            cost=cost,
            profile_id=profile_id,
        )

    def extend_hold(
        self, job_id: UUID | str, hold_for: timedelta, *, profile_id: UUID | str | None = None
    ) -> Reservation:
        """Moves the deadline of a hold to at least hold_for from now.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, WrongState, ProfileClosed.
        """
        return self._one(
            Reservation,
            "extend_hold",
            job_id=job_id,
            hold_for=hold_for,
            profile_id=profile_id,
        )

    def expire_holds(self, *, batch_size: int = 100) -> list[Refund]:
        """Gives back the credits of overdue holds. Raises InvalidArgument."""
        return self._all(Refund, "expire_holds", batch_size=batch_size)

    def expire_packs(self, *, batch_size: int = 100) -> list[LedgerEntry]:
        """Expires overdue packs: what is left of them lapses. Raises InvalidArgument."""
        return self._all(LedgerEntry, "expire_packs", batch_size=batch_size)

    def set_alert(
        self,
        profile_id: UUID | str,
        *,
        low_balance: int | None = None,
        kinds: Sequence[str] | None = None,
    ) -> Alert:
        """Sets what is told of a profile: below which balance it is low, and which events.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._one(
            Alert, "set_alert", profile_id=profile_id, low_balance=low_balance, kinds=kinds
        )

    def set_topup(
        self,
        profile_id: UUID | str,
        below: int | None,
        amount: int | None = None,
        *,
        a_month: int = 10,
    ) -> Alert:
        """Asks for ``amount`` credits, by an event, when the balance falls below a limit.

        Raises InvalidArgument, ProfileNotFound, ProfileClosed.
        """
        return self._one(
            Alert,
            "set_topup",
            profile_id=profile_id,
            below=below,
            amount=amount,
            a_month=a_month,
        )

    def decline_topup(
        self, profile_id: UUID | str, reference: str, *, pause: timedelta = timedelta(days=1)
    ) -> Topup:
        """Says that a request for credits is not answered, and for how long none is made.

        Raises InvalidArgument, ProfileNotFound, TopupNotFound, WrongState.
        """
        return self._one(
            Topup, "decline_topup", profile_id=profile_id, reference=reference, pause=pause
        )

    def watch_profiles(
        self, *, after_id: UUID | str | None = None, batch_size: int = 200
    ) -> UUID | None:
        """Applies what settings say of events to the profiles after one, and returns the last.

        Raises InvalidArgument.
        """
        last = self._value("watch_profiles", after_id=after_id, batch_size=batch_size)
        return None if last is None else UUID(str(last))

    def claim_events(
        self, *, max_events: int = 100, lease: timedelta = timedelta(minutes=1)
    ) -> list[Event]:
        """Events that nobody is working on; until the lease is over nobody else gets them.

        Raises InvalidArgument.
        """
        return self._all(Event, "claim_events", max_events=max_events, lease=lease)

    def finish_events(self, event_ids: Sequence[str]) -> int:
        """Says that events are done, and returns how many were not. Raises InvalidArgument."""
        return int(self._value("finish_events", event_ids=event_ids))

    def fail_events(
        self, event_ids: Sequence[str], error: str, *, retry_in: timedelta = timedelta(minutes=1)
    ) -> int:
        """Gives events back, to be handed out again after a while. Raises InvalidArgument."""
        given = {"event_ids": event_ids, "error": error, "retry_in": retry_in}
        return int(self._value("fail_events", **given))

    def revoke_grant(
        self,
        profile_id: UUID | str,
        reference: str,
        revocation_id: str,
        *,
        amount: int | None = None,
        reason: str,
        actor: str,
    ) -> Revocation:
        """Takes a grant back, all that is left of it or an amount, once per revocation id.

        Raises InvalidArgument, ProfileNotFound, GrantNotFound, ReferenceConflict.
        """
        return self._one(
            Revocation,
            "revoke_grant",
            profile_id=profile_id,
            reference=reference,
            revocation_id=revocation_id,
            amount=amount,
            reason=reason,
            actor=actor,
        )

    def reinstate_grant(
        self,
        profile_id: UUID | str,
        reference: str,
        revocation_id: str,
        *,
        reason: str,
        actor: str,
    ) -> Revocation:
        """Undoes a revocation of a grant: gives back exactly what it collected.

        Raises InvalidArgument, ProfileNotFound, GrantNotFound.
        """
        return self._one(
            Revocation,
            "reinstate_grant",
            profile_id=profile_id,
            reference=reference,
            revocation_id=revocation_id,
            reason=reason,
            actor=actor,
        )

    def revoke_renewal(
        self,
        profile_id: UUID | str,
        period_start: datetime,
        revocation_id: str,
        *,
        amount: int | None = None,
        reason: str,
        actor: str,
    ) -> Revocation:
        """Takes the allowance of a month back, all that is left of it or an amount, once.

        Raises InvalidArgument, ProfileNotFound, PeriodNotFound, ReferenceConflict.
        """
        return self._one(
            Revocation,
            "revoke_renewal",
            profile_id=profile_id,
            period_start=period_start,
            revocation_id=revocation_id,
            amount=amount,
            reason=reason,
            actor=actor,
        )

    def reinstate_renewal(
        self,
        profile_id: UUID | str,
        period_start: datetime,
        revocation_id: str,
        *,
        reason: str,
        actor: str,
    ) -> Revocation:
        """Undoes a revocation of the allowance of a month: gives back what it collected.

        Raises InvalidArgument, ProfileNotFound, PeriodNotFound.
        """
        return self._one(
            Revocation,
            "reinstate_renewal",
            profile_id=profile_id,
            period_start=period_start,
            revocation_id=revocation_id,
            reason=reason,
            actor=actor,
        )

    def find_grants(self, reference: str) -> list[GrantEntry]:
        """Which profiles were granted a reference, the oldest grant first.

        Raises InvalidArgument.
        """
        return self._all(GrantEntry, "find_grants", reference=reference)

    def list_grants(
        self, profile_id: UUID | str, *, before_seq: int | None = None, page_size: int = 50
    ) -> list[GrantEntry]:
        """A page of a profile's grants, newest first; the next page is before the last row's seq.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(
            GrantEntry,
            "list_grants",
            profile_id=profile_id,
            before_seq=before_seq,
            page_size=page_size,
        )

    def preview_reserve(
        self, profile_id: UUID | str, cost: int, *, spender: str | None = None
    ) -> ReservationPreview:
        """What reserve_credits would take for a new job now; takes nothing.

        Raises InvalidArgument, InsufficientCredits, LimitExceeded, ProfileNotFound, ProfileClosed.
        """
        return self._one(
            ReservationPreview,
            "preview_reserve",
            profile_id=profile_id,
            cost=cost,
            spender=spender,
        )

    def get_job(self, job_id: UUID | str, *, profile_id: UUID | str | None = None) -> JobEntry:
        """A job as it is: its state, what it took, what went back, and what it holds.

        Raises InvalidArgument, JobNotFound.
        """
        return self._one(JobEntry, "get_job", job_id=job_id, profile_id=profile_id)

    def list_jobs(
        self,
        profile_id: UUID | str,
        *,
        state: str | None = None,
        before_job_id: UUID | str | None = None,
        page_size: int = 50,
        spender: str | None = None,
    ) -> list[JobEntry]:
        """A page of a profile's jobs, newest first; the next page is before the last row's job.

        Raises InvalidArgument, ProfileNotFound, JobNotFound.
        """
        return self._all(
            JobEntry,
            "list_jobs",
            profile_id=profile_id,
            state=state,
            before_job_id=before_job_id,
            page_size=page_size,
            spender=spender,
        )

    def usage(
        self,
        profile_id: UUID | str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        step: str | None = None,
        by: str | None = None,
        time_zone: str = "UTC",
    ) -> list[UsageEntry]:
        """Where a profile's credits went: what its jobs took and gave back.

        From ``since`` up to ``until``, which is not part of it. ``step``: day, week or month of the
        calendar of ``time_zone``, or None for one row. ``by``: spender, or meta. and a key of your
        metadata, such as meta.model.
        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(
            UsageEntry,
            "usage",
            profile_id=profile_id,
            since=since,
            until=until,
            step=step,
            by=by,
            time_zone=time_zone,
        )

    def list_profiles(
        self, *, after_profile_id: UUID | str | None = None, page_size: int = 50
    ) -> list[ListedProfile]:
        """A page of all profiles, by their ids; the next page is after the last row's profile_id.

        Raises InvalidArgument.
        """
        return self._all(
            ListedProfile,
            "list_profiles",
            after_profile_id=after_profile_id,
            page_size=page_size,
        )

    def get_profile(self, profile_id: UUID | str) -> ProfileEntry:
        """What is to know of a profile beside its balance: month, packs, holds, limits.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._one(ProfileEntry, "get_profile", profile_id=profile_id)

    def adjust_credits(
        self,
        profile_id: UUID | str,
        adjustment_id: str,
        *,
        monthly_delta: int = 0,
        addon_delta: int = 0,
        reason: str,
        actor: str,
    ) -> Balance:
        """Corrects the buckets by hand, once per adjustment id.

        Raises InvalidArgument, InsufficientCredits, ProfileNotFound, ReferenceConflict,
        ProfileClosed.
        """
        return self._one(
            Balance,
            "adjust_credits",
            profile_id=profile_id,
            adjustment_id=adjustment_id,
            monthly_delta=monthly_delta,
            addon_delta=addon_delta,
            reason=reason,
            actor=actor,
        )

    def set_overdraft_limit(
        self, profile_id: UUID | str, overdraft_limit: int, *, reason: str, actor: str
    ) -> Balance:
        """Sets how far below zero the addon bucket may go.

        Raises InvalidArgument, ProfileNotFound, WrongState, ProfileClosed.
        """
        return self._one(
            Balance,
            "set_overdraft_limit",
            profile_id=profile_id,
            overdraft_limit=overdraft_limit,
            reason=reason,
            actor=actor,
        )

    def set_limit(
        self,
        profile_id: UUID | str,
        spender: str | None,
        window_name: str,
        amount: int | None,
        *,
        reason: str,
        actor: str,
        time_zone: str | None = None,
    ) -> LimitEntry:
        """Sets how much a spender, or with None the profile as a whole, may spend per day, week or
        month of a calendar, or in total. An amount of None takes the limit away.

        Raises InvalidArgument, ProfileNotFound, ProfileClosed.
        """
        return self._one(
            LimitEntry,
            "set_limit",
            profile_id=profile_id,
            spender=spender,
            window_name=window_name,
            amount=amount,
            reason=reason,
            actor=actor,
            time_zone=time_zone,
        )

    def get_limits(self, profile_id: UUID | str, *, spender: str | None = None) -> list[LimitEntry]:
        """The limits of a profile, or those of one spender: what is spent and left of each.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(LimitEntry, "get_limits", profile_id=profile_id, spender=spender)

    def close_profile(self, profile_id: UUID | str, *, reason: str, actor: str) -> Balance:
        """Closes a profile: it takes no new jobs, grants or periods.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._one(
            Balance,
            "close_profile",
            profile_id=profile_id,
            reason=reason,
            actor=actor,
        )

    def move_credits(
        self,
        profile_id: UUID | str,
        to_profile_id: UUID | str,
        move_id: str,
        *,
        reason: str,
        actor: str,
        monthly_rest: str = "monthly",
    ) -> MoveResult:
        """Moves all that is left of a profile to another one, and closes it, once.

        What jobs of the profile give back later follows. ``monthly_rest`` says where its monthly
        credits go: ``monthly``, ``addon``, or ``leave`` for nowhere. Raises InvalidArgument,
        ProfileNotFound, ReferenceConflict, WrongState, ProfileClosed.
        """
        return self._one(
            MoveResult,
            "move_credits",
            profile_id=profile_id,
            to_profile_id=to_profile_id,
            move_id=move_id,
            reason=reason,
            actor=actor,
            monthly_rest=monthly_rest,
        )

    def reserve_credits_many(
        self, reservations: Sequence[Mapping[str, Any]]
    ) -> list[Reservation | NotDone]:
        """Many reservations in one call: mappings with the parameters of ``reserve_credits``.

        Returns for each, in order, the Reservation or the exception that reserve_credits would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole. Through a
        proxy of shards it may be OutcomeUnknown: make those calls again.
        """
        return self._many(Reservation, "reserve_credits", reservations)

    def settle_job_many(
        self, settlements: Sequence[Mapping[str, Any]]
    ) -> list[Settlement | NotDone]:
        """Many settlements in one call: mappings with the parameters of ``settle_job``.

        Returns for each, in order, the Settlement or the exception that settle_job would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole. Through a
        proxy of shards it may be OutcomeUnknown: make those calls again.
        """
        return self._many(Settlement, "settle_job", settlements)

    def refund_job_many(self, refunds: Sequence[Mapping[str, Any]]) -> list[Refund | NotDone]:
        """Many refunds in one call: mappings with the parameters of ``refund_job``.

        Returns for each, in order, the Refund or the exception that refund_job would have raised;
        it is not raised here. Raises InvalidArgument for the batch as a whole. Through a proxy of
        shards it may be OutcomeUnknown: make those calls again.
        """
        answers = self._many(Refund, "refund_job", refunds)
        for answer in answers:
            if isinstance(answer, Refund):
                _log_return("Refunded", answer)
        return answers

    def renew_monthly_many(self, renewals: Sequence[Mapping[str, Any]]) -> list[Renewal | NotDone]:
        """Many renewals in one call: mappings with the parameters of ``renew_monthly``.

        Returns for each, in order, the Renewal or the exception that renew_monthly would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole. Through a
        proxy of shards it may be OutcomeUnknown: make those calls again.
        """
        return self._many(Renewal, "renew_monthly", renewals)

    def grant_addon_many(self, grants: Sequence[Mapping[str, Any]]) -> list[GrantResult | NotDone]:
        """Many grants in one call: mappings with the parameters of ``grant_addon``.

        Returns for each, in order, the GrantResult or the exception that grant_addon would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole. Through a
        proxy of shards it may be OutcomeUnknown: make those calls again.
        """
        return self._many(GrantResult, "grant_addon", grants)

    def get_statement(
        self, profile_id: UUID | str, *, before_seq: int | None = None, page_size: int = 50
    ) -> list[LedgerEntry]:
        """A page of a profile's ledger, newest first; the next page is ``before_seq=last.seq``.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(
            LedgerEntry,
            "get_statement",
            profile_id=profile_id,
            before_seq=before_seq,
            page_size=page_size,
        )

    def balance_at(self, profile_id: UUID | str, at: datetime) -> Balance:
        """What the buckets held at a moment. Raises InvalidArgument, ProfileNotFound."""
        return self._one(Balance, "balance_at", profile_id=profile_id, at=at)

    def explain_job(
        self, job_id: UUID | str, *, profile_id: UUID | str | None = None
    ) -> list[JobEvent]:
        """The history of one job, oldest first. Raises InvalidArgument, JobNotFound."""
        return self._all(JobEvent, "explain_job", job_id=job_id, profile_id=profile_id)

    def check_integrity(self, profile_id: UUID | str | None = None) -> list[Finding]:
        """Verifies the books of one profile, or of all; an empty list means sound.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(Finding, "check_integrity", profile_id=profile_id)

    def check_profiles(
        self,
        *,
        after_id: UUID | str | None = None,
        batch_size: int = 10_000,
        changed_since: datetime | None = None,
    ) -> CheckedPiece:
        """Verifies the books of the profiles after one, so many rows of them.

        Go on after ``last_id`` until it is None. Raises InvalidArgument.
        """
        return self._one(
            CheckedPiece,
            "check_profiles",
            after_id=after_id,
            batch_size=batch_size,
            changed_since=changed_since,
        )

    def check_legacy_profile(
        self,
        profile_id: UUID | str,
        credits_remaining: int | Decimal | None,
        addon_credits: int | Decimal | None,
        *,
        jobs: Sequence[LegacyJob] = (),
        entries: Sequence[LegacyEntry] = (),
    ) -> list[Damage]:
        """Reports what does not add up in a profile to be imported. Raises InvalidArgument."""
        return self._all(
            Damage,
            "check_legacy_profile",
            profile_id=profile_id,
            credits_remaining=credits_remaining,
            addon_credits=addon_credits,
            jobs=jobs,
            entries=entries,
        )

    def import_profile(
        self,
        profile_id: UUID | str,
        credits_remaining: int | Decimal | None,
        addon_credits: int | Decimal | None,
        *,
        jobs: Sequence[LegacyJob] = (),
        entries: Sequence[LegacyEntry] = (),
        accept: Sequence[str] = (),
    ) -> ImportResult:
        """Imports a profile of the previous application. Its id is the key.

        Raises InvalidArgument, LegacyDamage unless each kind of damage is in accept, ProfileExists,
        JobConflict.
        """
        return self._one(
            ImportResult,
            "import_profile",
            profile_id=profile_id,
            credits_remaining=credits_remaining,
            addon_credits=addon_credits,
            jobs=jobs,
            entries=entries,
            accept=accept,
        )

    def audit_refunds(self, profile_id: UUID | str | None = None) -> list[RefundAudit]:
        """Refunds of the previous application that went to the wrong bucket, and what they cost.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(RefundAudit, "audit_refunds", profile_id=profile_id)

    def repair_refunds(
        self, profile_id: UUID | str, *, reason: str, actor: str, dry_run: bool = False
    ) -> list[Repair]:
        """Repairs what wrong refunds of the previous application did to a profile, once each.

        Raises InvalidArgument, ProfileNotFound.
        """
        return self._all(
            Repair,
            "repair_refunds",
            profile_id=profile_id,
            reason=reason,
            actor=actor,
            dry_run=dry_run,
        )

    def schema_version(self) -> str:
        """The version of pgcredits whose logic this database runs."""
        return str(self._value("schema_version"))

    def _value(self, function: str, /, **arguments: Any) -> Any:
        call = Call(function, checked(function, arguments), (function,))
        (row,) = self._executor.call(call)
        return row[function]

    def _one(self, answer: Callable[..., _Answer], function: str, /, **arguments: Any) -> _Answer:
        rows = self._rows(answer, function, arguments)
        return answer(**rows[0])

    def _all(
        self, answer: Callable[..., _Answer], function: str, /, **arguments: Any
    ) -> list[_Answer]:
        return [answer(**row) for row in self._rows(answer, function, arguments)]

    def _rows(self, answer: Any, function: str, arguments: dict[str, Any]) -> Sequence[Row]:
        call = Call(function, checked(function, arguments), _columns(answer))
        return self._executor.call(call)

    def _many(
        self, answer: Callable[..., _Answer], function: str, elements: Sequence[Mapping[str, Any]]
    ) -> list[_Answer | NotDone]:
        batch = BATCHES[function]
        checked_elements = list(batch.checked(elements))
        refused = [
            (place, each)
            for place, each in enumerate(checked_elements)
            if isinstance(each, InvalidArgument)
        ]
        sent = [each for each in checked_elements if not isinstance(each, InvalidArgument)]
        answers: list[_Answer | NotDone] = []
        if sent or not refused:  # no element at all is for the database to refuse
            call = batch.call(sent, _columns(answer))
            answers += [
                answer(**each) if isinstance(each, Mapping) else each
                for each in read_answers(call, self._executor.call(call))
            ]
        check_answers(answers, sent)
        for place, refusal in refused:
            answers.insert(place, refusal)
        return answers


@cache
def _columns(answer: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(answer))


def _log_return(verb: str, refund: Refund) -> None:
    if refund.amount and not refund.replayed:
        logger.info(
            "[Credits] %s %d credits for job %s (monthly: %s, addon: %s)",
            verb,
            refund.amount,
            refund.job_id,
            signed(refund.monthly_refunded, grouping=""),
            signed(refund.addon_refunded, grouping=""),
        )
