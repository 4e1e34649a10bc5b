-- depends: pgcredits.0001.roles
-- The three tables everything stands on: profiles (balances), jobs (what was taken and given back)
-- and ledger (append-only history). Constraints refuse what the functions must never do.
-- Every amount is a whole number of credits, at most 2^53-1 so that JSON readers lose nothing.
-- Functions that create credits keep each bucket below that too. A bucket's constraint is wider,
-- since what comes back to it is never refused.
-- Lock: only the new tables.

create schema if not exists credits;

comment on schema credits is
  'Prepaid credits: profiles, jobs, ledger, and the functions that move credits.';

create table if not exists credits.profiles (
  id uuid not null,
  credits_remaining bigint not null default 0,
  addon_credits bigint not null default 0,
  overdraft_limit bigint not null default 0,
  seq bigint not null default 0,
  period_start timestamptz,
  next_pack_expiry timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  constraint profiles_pkey primary key (id),
  constraint profiles_credits_remaining_in_range
    check (credits_remaining between 0 and 4611686018427387903),
  constraint profiles_addon_credits_in_range
    check (addon_credits between -overdraft_limit and 4611686018427387903),
  constraint profiles_overdraft_limit_in_range
    check (overdraft_limit between 0 and 9007199254740991),
  constraint profiles_seq_not_negative check (seq >= 0)
);

comment on table credits.profiles is 'One row per customer: two buckets, one row, one lock.';
comment on column credits.profiles.credits_remaining is 'Monthly bucket, in credits: spent first.';
comment on column credits.profiles.addon_credits is
  'Addon bucket, in credits: bought by the customer.';
comment on column credits.profiles.overdraft_limit is
  'How far below zero the addon bucket may go, in credits.';
comment on column credits.profiles.seq is 'Number of the newest ledger row of this profile.';
comment on column credits.profiles.period_start is 'Start of the current monthly period.';
comment on column credits.profiles.next_pack_expiry is
  'When the next expiring pack ends; null for a profile without packs.';
comment on column credits.profiles.closed_at is
  'When the profile was closed; null while it is open.';

create table if not exists credits.jobs (
  id uuid not null,
  profile_id uuid not null,
  reserved_cost bigint not null,
  settled_cost bigint,
  monthly_deducted bigint not null,
  addon_deducted bigint not null,
  monthly_refunded bigint not null default 0,
  addon_refunded bigint not null default 0,
  shortfall bigint not null default 0,
  reserve_seq bigint not null,
  closing_seq bigint,
  hold_expires_at timestamptz,
  period_start timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  state text not null,
  meta_json jsonb not null,
  constraint jobs_pkey primary key (id),
  constraint jobs_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint jobs_state_known
    check (state in ('reserved', 'settled', 'rolled_back', 'expired', 'refunded')),
  constraint jobs_cost_in_range
    check (reserved_cost between 0 and 9007199254740991
           and settled_cost between 0 and 9007199254740991),
  constraint jobs_split_adds_up
    check (monthly_deducted + addon_deducted + shortfall = coalesce(settled_cost, reserved_cost)),
  constraint jobs_monthly_refunded_within_deducted
    check (monthly_refunded between 0 and monthly_deducted),
  constraint jobs_addon_refunded_within_deducted
    check (addon_refunded between 0 and addon_deducted),
  constraint jobs_shortfall_only_when_settled
    check (shortfall >= 0 and (shortfall = 0 or settled_cost is not null)),
  constraint jobs_settled_has_settled_cost
    check (case state
             when 'settled' then settled_cost is not null
             when 'refunded' then true
             else settled_cost is null
           end),
  constraint jobs_ended_gave_everything_back
    check (case
             when state in ('refunded', 'rolled_back', 'expired')
               then monthly_refunded = monthly_deducted and addon_refunded = addon_deducted
             when state = 'reserved' and reserved_cost > 0
               then monthly_refunded + addon_refunded < monthly_deducted + addon_deducted
             else true
           end),
  constraint jobs_ended_has_closing_seq
    check ((closing_seq is not null) = (state in ('refunded', 'rolled_back', 'expired'))),
  constraint jobs_finished_unless_reserved check ((finished_at is null) = (state = 'reserved')),
  constraint jobs_meta_json_is_object check (jsonb_typeof(meta_json) = 'object')
);

comment on table credits.jobs is
  'One row per job: what it took from each bucket and what went back. The typed columns are what '
  'the database trusts; meta_json carries the caller''s metadata and a published copy.';
comment on column credits.jobs.id is
  'Chosen by the caller: the idempotency key of the reservation.';
comment on column credits.jobs.reserved_cost is 'Credits asked for when the job was reserved.';
comment on column credits.jobs.settled_cost is 'Actual cost in credits; null until settled.';
comment on column credits.jobs.monthly_deducted is
  'Credits taken from the monthly bucket.';
comment on column credits.jobs.addon_deducted is 'Credits taken from the addon bucket.';
comment on column credits.jobs.monthly_refunded is
  'Credits given back to the monthly bucket so far.';
comment on column credits.jobs.addon_refunded is
  'Credits given back to the addon bucket so far.';
comment on column credits.jobs.shortfall is 'Part of the settled cost that no bucket could pay.';
comment on column credits.jobs.reserve_seq is
  'Newest ledger row of the profile once the job was reserved: its own, unless the job is free.';
comment on column credits.jobs.closing_seq is
  'Newest ledger row of the profile once everything was back; null while credits are out.';
comment on column credits.jobs.hold_expires_at is 'Deadline of the hold; null without one.';
comment on column credits.jobs.period_start is 'Monthly period the job was reserved in.';
comment on column credits.jobs.finished_at is 'When the job left the state reserved.';
comment on column credits.jobs.state is 'reserved, settled, rolled_back, expired or refunded.';
comment on column credits.jobs.meta_json is
  'The caller''s metadata, with credit_cost, credits_deducted, monthly_deducted, addon_deducted, '
  'and after a return credits_refunded, monthly_refunded, addon_refunded.';

create table if not exists credits.ledger (
  profile_id uuid not null,
  seq bigint not null,
  ts timestamptz not null,
  monthly_delta bigint not null,
  addon_delta bigint not null,
  monthly_balance bigint not null,
  addon_balance bigint not null,
  job_id uuid,
  kind text not null,
  reason text not null,
  reference text,
  actor text,
  constraint ledger_pkey primary key (profile_id, seq),
  constraint ledger_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint ledger_seq_from_one check (seq >= 1),
  constraint ledger_kind_known
    check (kind in ('open', 'reserve', 'settle', 'refund', 'rollback', 'expire', 'grant', 'lapse',
                    'renew', 'revoke', 'reinstate', 'adjust', 'close', 'repair')),
  constraint ledger_job_kinds_name_their_job
    check (job_id is not null
           or kind not in ('reserve', 'settle', 'refund', 'rollback', 'expire')),
  constraint ledger_reserve_only_takes
    check (kind <> 'reserve' or (monthly_delta <= 0 and addon_delta <= 0)),
  constraint ledger_returns_only_give
    check (kind not in ('refund', 'rollback', 'expire')
           or (monthly_delta >= 0 and addon_delta >= 0)),
  constraint ledger_grant_leaves_monthly_alone check (kind <> 'grant' or monthly_delta = 0),
  constraint ledger_renewal_leaves_addon_alone check (kind <> 'renew' or addon_delta = 0)
);

-- A key of the caller works once: a grant's reference per profile, a refund_id per job.
create unique index if not exists ledger_reference_once
  on credits.ledger (profile_id, reference, kind, job_id) nulls not distinct
  where reference is not null;

comment on table credits.ledger is
  'Append-only history: one row per operation, numbered per profile by seq without gaps.';
comment on column credits.ledger.seq is '1 for the opening row, then one more for each operation.';
comment on column credits.ledger.ts is 'Clock time under the profile''s lock.';
comment on column credits.ledger.kind is 'Which operation wrote the row.';
comment on column credits.ledger.monthly_delta is 'Change of the monthly bucket, in credits.';
comment on column credits.ledger.addon_delta is 'Change of the addon bucket, in credits.';
comment on column credits.ledger.monthly_balance is 'Monthly bucket after this row, in credits.';
comment on column credits.ledger.addon_balance is 'Addon bucket after this row, in credits.';
comment on column credits.ledger.reason is 'For people: stable, never parsed.';
comment on column credits.ledger.reference is
  'The caller''s key: an order, a checkout, a refund_id.';
comment on column credits.ledger.actor is 'Who did it, where a person did.';

-- The owner (and so every function) is not subject to these; grants.sql holds the policies.
alter table credits.profiles enable row level security;
alter table credits.jobs enable row level security;
alter table credits.ledger enable row level security;
