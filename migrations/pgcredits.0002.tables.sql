-- depends: pgcredits.0001.roles
-- The tables. Constraints refuse what the functions must never do.
-- Every amount is a whole number of credits, at most 2^53-1 so that JSON readers lose nothing.
-- Functions that create credits keep both buckets together below that too. A bucket's constraint is
-- wider, since what comes back to it is never refused.
-- Each statement that writes a row reads the text of all check constraints of the table anew: more
-- than half of a reservation went there. So the tables that jobs write have one constraint each, a
-- function that a session compiles once: _check_TABLE_1 knows every rule of the table, looks at
-- the row alone, and refuses as a constraint of the rule's name would. A function that is replaced
-- does not look at the rows that are there, so these never are: other rules are _check_TABLE_2, and
-- come with a constraint of their own, which does.
-- Columns of eight bytes come before texts, which have no alignment: no byte of a row is padding.
-- Lock: only the new tables.

create schema if not exists credits;

comment on schema credits is
  'Prepaid credits: profiles, jobs, ledger, and the functions that move credits.';

-- _check_profiles_1: the rules of a row of profiles. A condition that is null breaks none.
create or replace function credits._check_profiles_1(profile record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_profile alias for profile;
  v_broken text;
begin
  v_broken := case
    when least(v_profile.credits_remaining, v_profile.addon_credits + v_profile.overdraft_limit,
               v_profile.overdraft_limit, v_profile.seq, v_profile.uncollected) < 0
      then 'profiles_nothing_below_its_limit'
    when greatest(v_profile.credits_remaining, v_profile.addon_credits) > 4611686018427387903
      then 'profiles_buckets_in_range'
    when v_profile.overdraft_limit > 9007199254740991
      then 'profiles_overdraft_limit_in_range'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "profiles" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'profiles',
      constraint = v_broken;
  end if;
  return true;
end
$$;

-- Each page has room for three more versions of its profiles. Calls that wait for a profile keep
-- the versions alive that they may still have to look at; where those fill the page, an update goes
-- to another one and into the index (measured: 9 of 10 updates of batches that wait for each other,
-- and two of ten with this). A profile takes half a kilobyte, less than one job.
-- Autovacuum and analyze come after a fiftieth of a table has changed, not a fifth: sooner, and in
-- small portions, also when the tables are large.
create table if not exists credits.profiles (
  id uuid not null,
  credits_remaining bigint not null default 0,
  addon_credits bigint not null default 0,
  overdraft_limit bigint not null default 0,
  uncollected bigint not null default 0,
  seq bigint not null default 0,
  period_start timestamptz,
  next_hold_expiry timestamptz,
  next_pack_expiry timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz,
  closed_at timestamptz,
  early_packs boolean not null default false,
  limited boolean not null default false,
  watched boolean not null default false,
  constraint profiles_pkey primary key (id),
  constraint profiles_rules_1 check (credits._check_profiles_1(profiles))
) with (
  fillfactor = 25,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

comment on table credits.profiles is 'One row per customer: two buckets, one row, one lock.';
comment on column credits.profiles.id is 'Chosen by the caller.';
comment on column credits.profiles.credits_remaining is 'Monthly bucket, in credits: spent first.';
comment on column credits.profiles.addon_credits is
  'Addon bucket, in credits: bought by the customer.';
comment on column credits.profiles.overdraft_limit is
  'How far below zero the addon bucket may go, in credits.';
comment on column credits.profiles.uncollected is
  'What its revocations and lowered allowances still have to collect, in credits: what jobs '
  'return may go to them.';
comment on column credits.profiles.seq is 'Number of the newest ledger row of this profile.';
comment on column credits.profiles.period_start is
  'Start of the current monthly period; null before the first renewal.';
comment on column credits.profiles.next_hold_expiry is
  'No hold of this profile is due before; null for a profile without holds.';
comment on column credits.profiles.next_pack_expiry is
  'When the next expiring pack expires; null for a profile without packs.';
comment on column credits.profiles.created_at is 'When the profile was opened or imported.';
comment on column credits.profiles.changed_at is
  'ts of the newest ledger row of this profile: the next one is never before it.';
comment on column credits.profiles.closed_at is
  'When the profile was closed; null while it is open.';
comment on column credits.profiles.early_packs is
  'Whether it was ever granted an early pack: only then does a draw look for one.';
comment on column credits.profiles.limited is
  'Whether it ever had a spend limit: only then does a draw look for one.';
comment on column credits.profiles.watched is
  'Whether anybody wants to be told what happens to it: only then are there events.';

-- _check_jobs_1: the rules of a row of jobs. A condition that is null breaks none.
create or replace function credits._check_jobs_1(job record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_job alias for job;
  v_broken text;
begin
  v_broken := case
    when v_job.state <> all ('{reserved,settled,rolled_back,expired,refunded}'::text[])
      then 'jobs_state_known'
    when least(v_job.settled_cost, v_job.monthly_refunded, v_job.addon_refunded, v_job.shortfall,
               v_job.monthly_drawn_at_settle, v_job.addon_drawn_at_settle, v_job.pack_deducted,
               v_job.raised) < 0
      then 'jobs_nothing_below_zero'
    when greatest(v_job.reserved_cost, v_job.settled_cost) > 9007199254740991
      then 'jobs_cost_in_range'
    when v_job.monthly_deducted + v_job.addon_deducted + v_job.shortfall
         <> coalesce(v_job.settled_cost, v_job.reserved_cost)
      then 'jobs_split_adds_up'
    when v_job.monthly_refunded > v_job.monthly_deducted
      then 'jobs_monthly_refunded_within_deducted'
    when v_job.addon_refunded > v_job.addon_deducted
      then 'jobs_addon_refunded_within_deducted'
    when greatest(v_job.shortfall, v_job.monthly_drawn_at_settle, v_job.addon_drawn_at_settle)
         > coalesce(v_job.settled_cost, 0)
      then 'jobs_settled_parts_within_settled_cost'
    when v_job.raised > v_job.reserved_cost then 'jobs_raised_within_reserved_cost'
    when case v_job.state
           when 'settled' then v_job.settled_cost is null
           when 'refunded' then false
           else v_job.settled_cost is not null
         end
      then 'jobs_settled_has_settled_cost'
    when (v_job.settle_seq is null) <> (v_job.settled_cost is null)
      then 'jobs_settled_has_settle_seq'
    when v_job.monthly_drawn_at_settle > v_job.monthly_deducted
         or v_job.addon_drawn_at_settle > v_job.addon_deducted
      then 'jobs_settle_draw_within_deducted'
    -- No bucket got back more than it gave (other rules), so the sums tell. Only a job that
    -- reserved something and is still reserved must have credits out.
    when case
           when v_job.monthly_refunded + v_job.addon_refunded
                < v_job.monthly_deducted + v_job.addon_deducted
             then v_job.closing_seq is not null
           else v_job.finished_at is null and v_job.reserved_cost <> 0
         end
      then 'jobs_ended_gave_everything_back'
    when (v_job.closing_seq is not null)
         <> (v_job.state = any ('{refunded,rolled_back,expired}'::text[]))
      then 'jobs_ended_has_closing_seq'
    when (v_job.finished_at is null) <> (v_job.state = 'reserved')
      then 'jobs_finished_unless_reserved'
    when (v_job.hold_due_at is null)
         <> (v_job.hold_expires_at is null or v_job.finished_at is not null)
      then 'jobs_hold_is_due_while_reserved'
    when case
           when v_job.breakdown_source is null
             then v_job.monthly_held_at_import is not null or v_job.addon_held_at_import is not null
           else v_job.monthly_held_at_import is null or v_job.addon_held_at_import is null
         end
         or v_job.breakdown_source <> all ('{job_meta,ledger,assumed_monthly}'::text[])
         or least(v_job.monthly_held_at_import, v_job.addon_held_at_import) < 0
      then 'jobs_imported_says_what_it_held'
    when jsonb_typeof(v_job.meta_json) <> 'object' then 'jobs_meta_json_is_object'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "jobs" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'jobs',
      constraint = v_broken;
  end if;
  return true;
end
$$;

-- A job is updated once or twice soon after it was reserved: with room left on its page, that
-- changes no index (measured: 99 of 100 updates, 82 without).
create table if not exists credits.jobs (
  id uuid not null,
  profile_id uuid not null,
  reserved_cost bigint not null,
  settled_cost bigint,
  monthly_deducted bigint not null,
  addon_deducted bigint not null,
  monthly_refunded bigint not null default 0,
  addon_refunded bigint not null default 0,
  raised bigint not null default 0,
  shortfall bigint not null default 0,
  monthly_drawn_at_settle bigint not null default 0,
  addon_drawn_at_settle bigint not null default 0,
  pack_deducted bigint not null default 0,
  monthly_held_at_import bigint,
  addon_held_at_import bigint,
  reserve_seq bigint not null,
  settle_seq bigint,
  closing_seq bigint,
  period_start timestamptz,
  settle_period_start timestamptz,
  hold_expires_at timestamptz,
  hold_due_at timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  settled_late boolean not null default false,
  state text not null,
  spender text,
  breakdown_source text,
  meta_json jsonb not null,
  constraint jobs_pkey primary key (id),
  constraint jobs_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint jobs_rules_1 check (credits._check_jobs_1(jobs))
) with (
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

create index if not exists jobs_hold_due_at on credits.jobs (hold_due_at)
  where hold_due_at is not null;
create index if not exists jobs_profile_hold_due_at on credits.jobs (profile_id, hold_due_at)
  where hold_due_at is not null;
-- The jobs of one profile: its own rows under row-level security, and the check of its books, which
-- must not grow with the others.
create index if not exists jobs_profile on credits.jobs (profile_id, reserve_seq);

comment on table credits.jobs is
  'One row per job: what it took from each bucket and what went back. The typed columns are what '
  'the database trusts; meta_json carries the caller''s metadata and a published copy.';
comment on column credits.jobs.id is
  'Chosen by the caller: the idempotency key of the reservation.';
comment on column credits.jobs.profile_id is 'Profile that pays.';
comment on column credits.jobs.reserved_cost is
  'Credits asked for when the job was reserved, and each time it was raised.';
comment on column credits.jobs.settled_cost is 'Actual cost in credits; null until settled.';
comment on column credits.jobs.monthly_deducted is 'Credits taken from the monthly bucket.';
comment on column credits.jobs.addon_deducted is 'Credits taken from the addon bucket.';
comment on column credits.jobs.monthly_refunded is
  'Credits given back to the monthly bucket so far.';
comment on column credits.jobs.addon_refunded is 'Credits given back to the addon bucket so far.';
comment on column credits.jobs.raised is
  'The part of reserved_cost that came with raise_reservation: 0 means that there is no row of it '
  'in raises.';
comment on column credits.jobs.shortfall is 'Part of the settled cost that no bucket could pay.';
comment on column credits.jobs.monthly_drawn_at_settle is
  'The part of monthly_deducted that was drawn when the job settled.';
comment on column credits.jobs.addon_drawn_at_settle is
  'The part of addon_deducted that was drawn when the job settled.';
comment on column credits.jobs.pack_deducted is
  'Credits this job ever drew from packs: 0 means that there is no row of it in pack_draws.';
comment on column credits.jobs.monthly_held_at_import is
  'What an imported job held of the monthly bucket when it was imported; null for other jobs.';
comment on column credits.jobs.addon_held_at_import is
  'What an imported job held of the addon bucket when it was imported; null for other jobs.';
comment on column credits.jobs.reserve_seq is
  'Newest ledger row of the profile once the job was reserved: its own, unless the job is free.';
comment on column credits.jobs.settle_seq is
  'Ledger row of the settlement, or the newest of the profile if it wrote none; null until then.';
comment on column credits.jobs.closing_seq is
  'Ledger row that gave the last credits back, or the newest of the profile where no row did; null '
  'unless the job was refunded, rolled back or has expired.';
comment on column credits.jobs.period_start is 'Monthly period the job was reserved in.';
comment on column credits.jobs.settle_period_start is
  'Monthly period the job was settled in: that of the draw when it settled.';
comment on column credits.jobs.hold_expires_at is
  'Deadline of the hold as first returned; null without a hold.';
comment on column credits.jobs.hold_due_at is
  'Deadline of the hold now; null without a hold and once the job is no longer reserved.';
comment on column credits.jobs.created_at is 'When the job was reserved.';
comment on column credits.jobs.finished_at is 'When the job left the state reserved.';
comment on column credits.jobs.settled_late is
  'Whether the hold had expired before the job settled.';
comment on column credits.jobs.state is 'reserved, settled, rolled_back, expired or refunded.';
comment on column credits.jobs.spender is
  'Who spends, in the caller''s word: an API key, a member, a model; null where nobody was named.';
comment on column credits.jobs.breakdown_source is
  'Where the split of an imported job came from: job_meta, ledger or assumed_monthly; null for a '
  'job that was reserved here.';
comment on column credits.jobs.meta_json is
  'The caller''s metadata, with credit_cost, credits_deducted, monthly_deducted, addon_deducted, '
  'and after a return credits_refunded, monthly_refunded, addon_refunded.';

-- _check_ledger_1: the rules of a row of the ledger. A condition that is null breaks none.
create or replace function credits._check_ledger_1(entry record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entry alias for entry;
  v_broken text;
begin
  v_broken := case
    when v_entry.seq < 1 then 'ledger_seq_from_one'
    -- Any two of them can be added: a check of the books tells what is wrong, and does not fail.
    when greatest(v_entry.monthly_delta, v_entry.addon_delta, v_entry.monthly_balance,
                  v_entry.addon_balance) > 4611686018427387903
         or least(v_entry.monthly_delta, v_entry.addon_delta, v_entry.monthly_balance,
                  v_entry.addon_balance) < -4611686018427387903
      then 'ledger_amounts_in_range'
    when v_entry.kind <> all ('{open,reserve,raise,settle,refund,rollback,expire,grant,lapse,renew,
                               change,revoke,reinstate,adjust,close,move,repair}'::text[])
      then 'ledger_kind_known'
    when v_entry.job_id is null
         and v_entry.kind = any ('{reserve,raise,settle,refund,rollback,expire}'::text[])
      then 'ledger_job_kinds_name_their_job'
    when v_entry.kind = any ('{reserve,raise,lapse,revoke}'::text[])
         and greatest(v_entry.monthly_delta, v_entry.addon_delta) > 0
      then 'ledger_taking_kinds_only_take'
    when v_entry.kind = any ('{refund,rollback,expire,grant,reinstate}'::text[])
         and least(v_entry.monthly_delta, v_entry.addon_delta) < 0
      then 'ledger_giving_kinds_only_give'
    when v_entry.kind = 'grant' and v_entry.monthly_delta <> 0
      then 'ledger_grant_leaves_monthly_alone'
    when v_entry.kind = any ('{renew,change}'::text[]) and v_entry.addon_delta <> 0
      then 'ledger_renewal_leaves_addon_alone'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "ledger" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'ledger',
      constraint = v_broken;
  end if;
  return true;
end
$$;

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
  constraint ledger_rules_1 check (credits._check_ledger_1(ledger))
) with (
  autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

-- A key of the caller works once: a grant's reference per profile, a refund_id per job.
-- In a block, since PostgreSQL 14 cannot parse it: there, a tool that sends the script as one text
-- would hear of a syntax error instead of what the first statement says.
do $$
begin
  create unique index if not exists ledger_reference_once
    on credits.ledger (profile_id, reference, kind, job_id) nulls not distinct
    where reference is not null;
end
$$;

comment on table credits.ledger is
  'Append-only history: one row per operation, numbered per profile by seq without gaps.';
comment on column credits.ledger.profile_id is 'Profile whose buckets moved.';
comment on column credits.ledger.seq is '1 for the opening row, then one more for each operation.';
comment on column credits.ledger.ts is
  'Clock time under the profile''s lock; never before that of the row before.';
comment on column credits.ledger.monthly_delta is 'Change of the monthly bucket, in credits.';
comment on column credits.ledger.addon_delta is 'Change of the addon bucket, in credits.';
comment on column credits.ledger.monthly_balance is 'Monthly bucket after this row, in credits.';
comment on column credits.ledger.addon_balance is 'Addon bucket after this row, in credits.';
comment on column credits.ledger.job_id is 'Job it was about; null where it was about none.';
comment on column credits.ledger.kind is 'Which operation wrote the row.';
comment on column credits.ledger.reason is 'For people: stable, never parsed.';
comment on column credits.ledger.reference is
  'The caller''s key: an order, a checkout, a refund_id.';
comment on column credits.ledger.actor is 'Who did it, where a person did.';

create table if not exists credits.addon_grants (
  profile_id uuid not null,
  seq bigint not null,
  amount bigint not null,
  granted_at timestamptz not null,
  exclusive boolean not null,
  kind text not null,
  reference text not null,
  constraint addon_grants_pkey primary key (profile_id, seq),
  constraint addon_grants_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint addon_grants_reference_once unique (reference, profile_id),
  constraint addon_grants_kind_once unique (profile_id, seq, kind),
  constraint addon_grants_amount_in_range check (amount between 1 and 9007199254740991),
  constraint addon_grants_kind_known check (kind in ('paid', 'promo'))
);

-- Two profiles that are granted one reference at the same moment meet here.
create unique index if not exists addon_grants_exclusive_reference
  on credits.addon_grants (reference) where exclusive;

comment on table credits.addon_grants is
  'Every grant of addon credits: which payment brought what, and to whom.';
comment on column credits.addon_grants.profile_id is 'Profile the credits were granted to.';
comment on column credits.addon_grants.seq is 'Ledger row of the grant.';
comment on column credits.addon_grants.amount is 'Credits granted.';
comment on column credits.addon_grants.granted_at is 'When it was granted.';
comment on column credits.addon_grants.exclusive is
  'Whether it was granted while settings.reference_scope was all: one grant of a reference can be.';
comment on column credits.addon_grants.kind is 'paid or promo.';
comment on column credits.addon_grants.reference is
  'The caller''s key: the payment, order or checkout.';

-- _check_packs_1: the rules of a row of packs. A condition that is null breaks none.
create or replace function credits._check_packs_1(pack record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_pack alias for pack;
  v_broken text;
begin
  v_broken := case
    when v_pack.amount not between 1 and 9007199254740991 then 'packs_amount_in_range'
    when least(v_pack.remaining, v_pack.lapsed) < 0
         or v_pack.remaining + v_pack.lapsed > v_pack.amount
      then 'packs_remaining_within_amount'
    when v_pack.kind <> all ('{paid,promo}'::text[]) then 'packs_kind_known'
    when v_pack.expires_at < v_pack.granted_until then 'packs_expiry_never_earlier'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "packs" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'packs',
      constraint = v_broken;
  end if;
  return true;
end
$$;

create table if not exists credits.packs (
  profile_id uuid not null,
  seq bigint not null,
  amount bigint not null,
  remaining bigint not null,
  lapsed bigint not null default 0,
  expires_at timestamptz not null,
  granted_until timestamptz not null,
  notice_at timestamptz,
  priority integer not null,
  kind text not null,
  constraint packs_pkey primary key (profile_id, seq),
  constraint packs_grant_fkey
    foreign key (profile_id, seq, kind)
    references credits.addon_grants (profile_id, seq, kind),
  constraint packs_rules_1 check (credits._check_packs_1(packs))
);

create index if not exists packs_due on credits.packs (expires_at) where remaining > 0;
create index if not exists packs_profile_due on credits.packs (profile_id, expires_at)
  where remaining > 0;
create index if not exists packs_notice on credits.packs (notice_at)
  where notice_at is not null and remaining > 0;

comment on table credits.packs is
  'Addon grants that expire. What a profile''s addon bucket holds beyond its packs is perpetual.';
comment on column credits.packs.profile_id is 'Profile the pack was granted to.';
comment on column credits.packs.seq is 'Ledger row of the grant.';
comment on column credits.packs.amount is 'Credits the pack was granted with.';
comment on column credits.packs.remaining is 'Credits of the pack still in the addon bucket.';
comment on column credits.packs.lapsed is
  'Credits of the pack that lapsed: it expired before they were spent, or before they came back.';
comment on column credits.packs.expires_at is
  'When what remains lapses; later than granted_until once a refund reopened the pack.';
comment on column credits.packs.granted_until is 'The expiry it was granted with.';
comment on column credits.packs.notice_at is
  'When pack.expiring is to be told; infinity once it was; null where nobody wants to know.';
comment on column credits.packs.priority is
  'Packs with a smaller number are spent first; early ones, below 0, before the monthly bucket.';
comment on column credits.packs.kind is
  'paid: a refund after its expiry reopens it; promo: such a refund lapses.';

-- _check_pack_draws_1: the rules of a row of pack_draws. A condition that is null breaks none.
create or replace function credits._check_pack_draws_1(draw record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_draw alias for draw;
  v_broken text;
begin
  v_broken := case
    when v_draw.draw < 1 then 'pack_draws_draw_from_one'
    when v_draw.amount < 1 or v_draw.returned not between 0 and v_draw.amount
      then 'pack_draws_returned_within_amount'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "pack_draws" violates check constraint "%s"',
                       v_broken),
      schema = 'credits',
      table = 'pack_draws',
      constraint = v_broken;
  end if;
  return true;
end
$$;

create table if not exists credits.pack_draws (
  profile_id uuid not null,
  job_id uuid not null,
  draw integer not null,
  position integer not null,
  pack_seq bigint not null,
  amount bigint not null,
  returned bigint not null default 0,
  time_left interval not null,
  early boolean not null default false,
  constraint pack_draws_pkey primary key (profile_id, job_id, draw, position),
  constraint pack_draws_pack_fkey
    foreign key (profile_id, pack_seq) references credits.packs (profile_id, seq),
  constraint pack_draws_rules_1 check (credits._check_pack_draws_1(pack_draws))
);

comment on table credits.pack_draws is 'Which part of a job''s addon credits came from which pack.';
comment on column credits.pack_draws.profile_id is 'Profile of the job and of the pack.';
comment on column credits.pack_draws.job_id is 'Job that drew.';
comment on column credits.pack_draws.draw is
  '1: when the job was reserved; from 2 on: each row of raises; the next one: when it settled.';
comment on column credits.pack_draws.position is
  'Order within the draw: the last comes back first.';
comment on column credits.pack_draws.pack_seq is 'The pack: its seq in packs.';
comment on column credits.pack_draws.amount is 'Credits drawn from the pack.';
comment on column credits.pack_draws.returned is 'Credits of the draw that have come back so far.';
comment on column credits.pack_draws.time_left is
  'How long the pack still had to live when the job drew from it.';
comment on column credits.pack_draws.early is
  'Whether the pack is early: spent before the monthly bucket, so it gets its credits back last.';

-- _check_raises_1: the rules of a row of raises. A condition that is null breaks none.
create or replace function credits._check_raises_1(raised record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_raise alias for raised;
  v_broken text;
begin
  v_broken := case
    when v_raise.draw < 2 then 'raises_draw_from_two'
    when least(v_raise.monthly, v_raise.addon - v_raise.pack, v_raise.pack - v_raise.early,
               v_raise.early) < 0
         or v_raise.monthly + v_raise.addon < 1
      then 'raises_parts_not_negative'
    when v_raise.returned not between 0 and v_raise.monthly + v_raise.addon
      then 'raises_returned_within_amount'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "raises" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'raises',
      constraint = v_broken;
  end if;
  return true;
end
$$;

create table if not exists credits.raises (
  profile_id uuid not null,
  job_id uuid not null,
  draw integer not null,
  monthly bigint not null,
  addon bigint not null,
  pack bigint not null,
  early bigint not null default 0,
  returned bigint not null default 0,
  seq bigint not null,
  period_start timestamptz,
  constraint raises_pkey primary key (profile_id, job_id, draw),
  constraint raises_rules_1 check (credits._check_raises_1(raises))
);

comment on table credits.raises is
  'What jobs drew when their reservation was raised: a row for each draw, or for several of one '
  'month whose credits come back in the same order.';
comment on column credits.raises.profile_id is 'Profile of the job.';
comment on column credits.raises.job_id is 'Job that was raised.';
comment on column credits.raises.draw is 'From 2 on: the last comes back first.';
comment on column credits.raises.monthly is 'Credits drawn from the monthly bucket.';
comment on column credits.raises.addon is 'Credits drawn from the addon bucket.';
comment on column credits.raises.pack is 'The part of addon that came from packs.';
comment on column credits.raises.early is 'The part of pack that came from early packs.';
comment on column credits.raises.returned is 'Credits of the draw that have come back so far.';
comment on column credits.raises.seq is 'Newest ledger row of the draw.';
comment on column credits.raises.period_start is 'Monthly period the credits were drawn in.';

create table if not exists credits.renewals (
  profile_id uuid not null,
  period_start timestamptz not null,
  seq bigint not null,
  allowance bigint not null,
  rollover_cap bigint not null,
  unused bigint not null,
  carried bigint not null,
  owed bigint not null default 0,
  constraint renewals_pkey primary key (profile_id, period_start),
  constraint renewals_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint renewals_allowance_in_range
    check (allowance between 0 and 9007199254740991 and owed >= 0),
  constraint renewals_carried_is_capped check (carried = least(unused, rollover_cap))
);

comment on table credits.renewals is 'One row per monthly period that a profile began.';
comment on column credits.renewals.profile_id is 'Profile whose period it is.';
comment on column credits.renewals.period_start is 'Start of the period: the key of the renewal.';
comment on column credits.renewals.seq is 'Ledger row of the renewal.';
comment on column credits.renewals.allowance is
  'Monthly credits of the period as they are now: changes of allowance set it.';
comment on column credits.renewals.rollover_cap is
  'How many unused credits of the previous period could be carried over at most.';
comment on column credits.renewals.unused is
  'Monthly credits left when the previous period ended; refunds into closed periods add to it.';
comment on column credits.renewals.carried is 'The part of unused that the rollover carried over.';
comment on column credits.renewals.owed is
  'What lowering the allowance could not take, since it was spent: what jobs of the period return '
  'goes there first.';

create table if not exists credits.allowance_changes (
  profile_id uuid not null,
  seq bigint not null,
  period_start timestamptz not null,
  previous_allowance bigint not null,
  allowance bigint not null,
  owed bigint not null,
  collected bigint not null,
  constraint allowance_changes_pkey primary key (profile_id, seq),
  constraint allowance_changes_renewal_fkey
    foreign key (profile_id, period_start) references credits.renewals (profile_id, period_start),
  constraint allowance_changes_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint allowance_changes_in_range check (
    least(previous_allowance, allowance, owed) >= 0
    and greatest(previous_allowance, allowance) <= 9007199254740991)
);

comment on table credits.allowance_changes is
  'Each change of the allowance of a period after it had begun, as of a plan.';
comment on column credits.allowance_changes.profile_id is 'Profile whose period it is.';
comment on column credits.allowance_changes.seq is
  'Ledger row of the change, which has its reference.';
comment on column credits.allowance_changes.period_start is 'Start of the period.';
comment on column credits.allowance_changes.previous_allowance is 'The allowance before.';
comment on column credits.allowance_changes.allowance is 'The allowance from then on.';
comment on column credits.allowance_changes.owed is
  'What was spent of what the change took away, and of earlier ones.';
comment on column credits.allowance_changes.collected is
  'What open revocations got of a raised allowance; below zero: what they had collected of a '
  'lowered one, and never give back.';

create table if not exists credits.revocations (
  profile_id uuid not null,
  source_seq bigint not null,
  requested bigint,
  amount bigint not null,
  collected bigint not null,
  lapsed bigint not null,
  newer_outstanding bigint not null default 0,
  opened_seq bigint,
  seq bigint not null,
  ended_at timestamptz,
  time_left interval,
  revocation_id text not null,
  constraint revocations_pkey primary key (profile_id, source_seq, revocation_id),
  constraint revocations_ledger_fkey
    foreign key (profile_id, source_seq) references credits.ledger (profile_id, seq),
  constraint revocations_amount_within_requested
    check (requested between 1 and 9007199254740991 and amount <= requested),
  constraint revocations_parts_within_amount
    check (least(collected, lapsed, newer_outstanding) >= 0 and collected + lapsed <= amount),
  constraint revocations_ended_holds_nothing check (ended_at is null or amount = 0),
  constraint revocations_open_was_opened
    check (opened_seq is not null or ended_at is not null and requested is null)
);

create index if not exists revocations_uncollected on credits.revocations (profile_id, source_seq)
  where collected + lapsed < amount;

comment on table credits.revocations is
  'What was taken back of a grant or of the allowance of a month, by refund or dispute: amount = '
  'collected + lapsed + what is uncollected. One that has ended holds nothing.';
comment on column credits.revocations.profile_id is 'Profile the credits went to.';
comment on column credits.revocations.source_seq is 'Ledger row of the grant or renewal.';
comment on column credits.revocations.requested is
  'Credits that were asked for; null for all that was left of the grant or the allowance.';
comment on column credits.revocations.amount is
  'The part of requested that the other open revocations had left of the grant or the allowance.';
comment on column credits.revocations.collected is
  'The part of amount that was taken out of the bucket, at once or when a job gave it back.';
comment on column credits.revocations.lapsed is 'The part of amount that had lapsed unspent.';
comment on column credits.revocations.newer_outstanding is
  'Of a month: what jobs held of the allowances of later months when it was opened, and have not '
  'given back. They give this back first.';
comment on column credits.revocations.opened_seq is
  'Ledger row that opened it; null where it had ended before it was opened.';
comment on column credits.revocations.seq is 'Ledger row of the latest change.';
comment on column credits.revocations.ended_at is 'When it was undone; null while it is open.';
comment on column credits.revocations.time_left is
  'How long the pack still had to live when credits were collected from it, at most.';
comment on column credits.revocations.revocation_id is
  'The caller''s key: the refund or the dispute.';

create table if not exists credits.moves (
  profile_id uuid not null,
  to_profile_id uuid not null,
  seq bigint not null,
  to_seq bigint not null,
  monthly_rest text not null,
  move_id text not null,
  constraint moves_pkey primary key (profile_id),
  constraint moves_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint moves_to_ledger_fkey
    foreign key (to_profile_id, to_seq) references credits.ledger (profile_id, seq),
  constraint moves_to_another_profile check (to_profile_id <> profile_id),
  constraint moves_monthly_rest_known check (monthly_rest in ('monthly', 'addon', 'leave'))
);

create index if not exists moves_to_profile on credits.moves (to_profile_id);

comment on table credits.moves is
  'Profiles whose credits were moved to another profile, their successor: once, and for good.';
comment on column credits.moves.profile_id is 'Profile whose credits were moved; it is closed.';
comment on column credits.moves.to_profile_id is
  'The successor: also what comes back to the profile later goes on to it.';
comment on column credits.moves.seq is 'Ledger row of the profile that the move wrote.';
comment on column credits.moves.to_seq is
  'Newest ledger row of the successor once the move was made.';
comment on column credits.moves.monthly_rest is
  'Where monthly credits go. monthly: into the successor''s month. addon: to its credits that '
  'never expire. leave: they stay.';
comment on column credits.moves.move_id is 'The caller''s key.';

create table if not exists credits.move_entries (
  profile_id uuid not null,
  seq bigint not null,
  to_profile_id uuid not null,
  to_seq bigint not null,
  constraint move_entries_pkey primary key (to_profile_id, to_seq),
  constraint move_entries_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint move_entries_to_ledger_fkey
    foreign key (to_profile_id, to_seq) references credits.ledger (profile_id, seq)
);

create index if not exists move_entries_from on credits.move_entries (profile_id, seq);

comment on table credits.move_entries is
  'Which ledger rows of a successor took what one ledger row of a moved profile gave: one for each '
  'pack, and one for the rest.';
comment on column credits.move_entries.profile_id is 'Profile that gave.';
comment on column credits.move_entries.seq is 'Its ledger row.';
comment on column credits.move_entries.to_profile_id is 'Profile that took: its successor.';
comment on column credits.move_entries.to_seq is
  'Ledger row of the successor; where it is a pack, also the seq of its grant.';

-- _check_limits_1: the rules of a row of limits. A condition that is null breaks none.
create or replace function credits._check_limits_1(spend_limit record)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_spend_limit alias for spend_limit;
  v_broken text;
begin
  v_broken := case
    when v_spend_limit.amount not between 0 and 9007199254740991 then 'limits_amount_in_range'
    when least(v_spend_limit.spent, v_spend_limit.since_seq) < 0 then 'limits_spent_not_negative'
    when v_spend_limit.window_name <> all ('{day,week,month,total}'::text[])
      then 'limits_window_known'
    when (v_spend_limit.window_name = 'total') <> (v_spend_limit.resets_at is null)
         or (v_spend_limit.window_start is null) <> (v_spend_limit.resets_at is null)
         or v_spend_limit.resets_at <= v_spend_limit.window_start
      then 'limits_total_never_resets'
  end;
  if v_broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('new row for relation "limits" violates check constraint "%s"', v_broken),
      schema = 'credits',
      table = 'limits',
      constraint = v_broken;
  end if;
  return true;
end
$$;

create table if not exists credits.limits (
  profile_id uuid not null,
  amount bigint not null,
  spent bigint not null,
  since_seq bigint not null,
  window_start timestamptz,
  resets_at timestamptz,
  spender text not null,
  window_name text not null,
  time_zone text not null,
  constraint limits_pkey primary key (profile_id, spender, window_name),
  constraint limits_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint limits_rules_1 check (credits._check_limits_1(limits))
) with (fillfactor = 50);

comment on table credits.limits is
  'How much of a profile a spender may spend in a window of time, and how much is spent of it.';
comment on column credits.limits.profile_id is 'Profile that pays.';
comment on column credits.limits.amount is 'Credits that may be spent in the window.';
comment on column credits.limits.spent is
  'What jobs drew in the window and have not given back, in credits.';
comment on column credits.limits.since_seq is
  'What was drawn by later ledger rows than this one was drawn in the window.';
comment on column credits.limits.window_start is
  'When the window began that is counted; null for total. The next one begins with the first draw '
  'after resets_at.';
comment on column credits.limits.resets_at is 'When the window ends; null for total.';
comment on column credits.limits.spender is 'Who spends; empty for the profile as a whole.';
comment on column credits.limits.window_name is
  'day, week (from Monday) or month of the calendar in time_zone, or total.';
comment on column credits.limits.time_zone is 'A name of pg_timezone_names.';

create table if not exists credits.settings (
  only_row boolean not null default true,
  closed_period_refund text not null default 'restore',
  reference_scope text not null default 'profile',
  event_kinds text[] not null default '{}',
  low_balance bigint,
  notice_before interval not null default '3 days',
  event_attempts integer not null default 10,
  constraint settings_pkey primary key (only_row),
  constraint settings_one_row check (only_row),
  constraint settings_closed_period_refund_known
    check (closed_period_refund in ('restore', 'lapse')),
  constraint settings_reference_scope_known check (reference_scope in ('profile', 'all')),
  constraint settings_event_kinds_known
    check (event_kinds <@ '{credits.low,credits.depleted,job.shortfall,hold.expired,pack.expiring,
                           pack.lapsed,grant.uncollected,limit.reached,topup.requested}'::text[]),
  constraint settings_low_balance_in_range check (low_balance between 1 and 9007199254740991),
  constraint settings_notice_before_positive check (notice_before > '0'),
  constraint settings_event_attempts_positive check (event_attempts > 0)
);

insert into credits.settings default values on conflict do nothing;

comment on table credits.settings is 'One row. The owner changes it with UPDATE.';
comment on column credits.settings.only_row is 'Always true: it keeps the table at one row.';
comment on column credits.settings.closed_period_refund is
  'What becomes of monthly credits that come back after their period ended. restore: they join '
  'the current month. lapse: only what the rollover would have carried does.';
comment on column credits.settings.reference_scope is
  'How far the reference of a grant reaches. profile: two profiles may have the same. all: only '
  'one may.';
comment on column credits.settings.event_kinds is
  'What is told of profiles that have no alert of their own: kinds of events. Applied to a profile '
  'when it is opened, and to those that are there by watch_profiles.';
comment on column credits.settings.low_balance is
  'A balance below which those profiles are low, in credits; null for none.';
comment on column credits.settings.notice_before is
  'How long before a pack expires pack.expiring is told.';
comment on column credits.settings.event_attempts is
  'How often an event is claimed before it is set aside.';

create table if not exists credits.alerts (
  profile_id uuid not null,
  low_balance bigint,
  since_seq bigint not null,
  topup_below bigint,
  topup_amount bigint,
  topup_paused_until timestamptz,
  topups_a_month integer,
  is_default boolean not null,
  low boolean not null,
  depleted boolean not null,
  since_low boolean not null,
  since_depleted boolean not null,
  notice_before interval not null,
  kinds text[] not null,
  constraint alerts_pkey primary key (profile_id),
  constraint alerts_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint alerts_low_balance_in_range check (low_balance between 1 and 9007199254740991),
  constraint alerts_kinds_known
    check (kinds <@ '{credits.low,credits.depleted,job.shortfall,hold.expired,pack.expiring,
                     pack.lapsed,grant.uncollected,limit.reached,topup.requested}'::text[]),
  constraint alerts_topup_is_whole
    check (num_nulls(topup_below, topup_amount, topups_a_month) in (0, 3)),
  constraint alerts_topup_in_range
    check (topup_below between 1 and 9007199254740991
           and topup_amount between 1 and 9007199254740991
           and topups_a_month between 1 and 1000)
);

comment on table credits.alerts is
  'What is told of a watched profile, and when it last was: one row, read and written under the '
  'lock of the profile.';
comment on column credits.alerts.profile_id is 'Profile that is watched.';
comment on column credits.alerts.low_balance is
  'A balance below which the profile is low, in credits; null for none.';
comment on column credits.alerts.since_seq is
  'Newest ledger row of the profile when this began to hold: what came after it is told.';
comment on column credits.alerts.topup_below is
  'A balance below which a top-up is asked for, in credits; null where none is.';
comment on column credits.alerts.topup_amount is 'Credits that a top-up asks for.';
comment on column credits.alerts.topup_paused_until is
  'Until when nothing is asked for, since a top-up was declined; null where none was.';
comment on column credits.alerts.topups_a_month is
  'How many top-ups are asked for in a calendar month (UTC) at most.';
comment on column credits.alerts.is_default is
  'Whether this is what settings say; false once set_alert was called.';
comment on column credits.alerts.low is
  'Whether the balance has fallen below low_balance, and nothing that adds credits has brought it '
  'back; false where nothing is told.';
comment on column credits.alerts.depleted is 'The same for a balance of nothing.';
comment on column credits.alerts.since_low is 'What low was at since_seq.';
comment on column credits.alerts.since_depleted is 'What depleted was at since_seq.';
comment on column credits.alerts.notice_before is
  'How long before a pack expires pack.expiring is told.';
comment on column credits.alerts.kinds is 'The kinds of events that are told.';

create table if not exists credits.topups (
  profile_id uuid not null,
  number integer not null,
  seq bigint not null,
  amount bigint not null,
  requested_at timestamptz not null,
  closed_at timestamptz,
  grant_seq bigint,
  state text not null,
  reference text not null,
  constraint topups_pkey primary key (profile_id, number),
  constraint topups_profile_id_fkey foreign key (profile_id) references credits.alerts (profile_id),
  constraint topups_state_known check (state in ('open', 'granted', 'declined')),
  constraint topups_closed_has_closed_at check ((state = 'open') = (closed_at is null)),
  constraint topups_granted_has_grant_seq check ((state = 'granted') = (grant_seq is not null))
);

create unique index if not exists topups_one_open on credits.topups (profile_id)
  where state = 'open';

comment on table credits.topups is
  'Requests for credits: somebody else charges the customer and grants them, or declines.';
comment on column credits.topups.profile_id is 'Profile that needs credits.';
comment on column credits.topups.number is '1 for the first of the profile, then one more.';
comment on column credits.topups.seq is
  'Newest ledger row of the profile when it was asked for.';
comment on column credits.topups.amount is 'Credits that were asked for.';
comment on column credits.topups.requested_at is 'When it was asked for.';
comment on column credits.topups.closed_at is 'When it was granted or declined; null while open.';
comment on column credits.topups.grant_seq is 'Ledger row of the grant that answered it.';
comment on column credits.topups.state is 'open, granted or declined: one of a profile is open.';
comment on column credits.topups.reference is
  'The reference that the grant must have: of this profile and number, in all databases.';

-- Only what happened and nobody called for has a row. The key is the id of the event for ever: of
-- two consumers that got the same event, the second one sees it by this.
create table if not exists credits.events (
  profile_id uuid not null,
  seq bigint not null,
  occurred_at timestamptz not null,
  due_at timestamptz not null,
  finished_at timestamptz,
  set_aside_at timestamptz,
  attempts integer not null default 0,
  kind text not null,
  subject text not null,
  error text,
  payload jsonb not null,
  constraint events_pkey primary key (profile_id, seq, kind, subject),
  constraint events_profile_id_fkey foreign key (profile_id) references credits.profiles (id),
  constraint events_kind_known
    check (kind = any ('{credits.low,credits.depleted,job.shortfall,hold.expired,pack.expiring,
                         pack.lapsed,grant.uncollected,limit.reached,topup.requested}'::text[])),
  constraint events_finished_or_set_aside check (finished_at is null or set_aside_at is null)
);

-- With more in it than it needs, so that nobody is led by it to the events of one profile.
create index if not exists events_due on credits.events (due_at)
  where finished_at is null and set_aside_at is null and due_at > '-infinity';
create index if not exists events_open
  on credits.events (profile_id, occurred_at, seq, kind, subject)
  where finished_at is null and set_aside_at is null;
create index if not exists events_tried on credits.events (attempts)
  where finished_at is null and set_aside_at is null and attempts > 0;

comment on table credits.events is
  'What happened to watched profiles and nobody called for: told once, in the transaction in which '
  'it happened.';
comment on column credits.events.profile_id is 'Profile it happened to.';
comment on column credits.events.seq is
  'Ledger row that it came with, or the newest one where it came with none; of pack.expiring, the '
  'row of the grant; of limit.reached, the newest one before its window.';
comment on column credits.events.occurred_at is 'When it happened.';
comment on column credits.events.due_at is
  'Nobody is handed it before: later than now while somebody works on it, and after a failure.';
comment on column credits.events.finished_at is 'When a consumer was done with it.';
comment on column credits.events.set_aside_at is
  'When it had failed too often: nobody is handed it any more, and others do not wait for it.';
comment on column credits.events.attempts is 'How often it was handed out.';
comment on column credits.events.kind is 'What happened.';
comment on column credits.events.subject is
  'To what, where seq and kind do not tell: a job, a pack, a revocation, a top-up; else empty.';
comment on column credits.events.error is 'What a consumer said when it failed last.';
comment on column credits.events.payload is 'What a consumer needs to know, by kind.';

create table if not exists credits.legacy_profiles (
  profile_id uuid not null,
  credits_remaining bigint,
  addon_credits bigint,
  jobs bigint not null,
  entries bigint not null,
  imported_at timestamptz not null,
  constraint legacy_profiles_pkey primary key (profile_id),
  constraint legacy_profiles_profile_id_fkey
    foreign key (profile_id) references credits.profiles (id)
);

comment on table credits.legacy_profiles is
  'Profiles that were imported, and what the previous application had written of them.';
comment on column credits.legacy_profiles.profile_id is 'Profile that was imported.';
comment on column credits.legacy_profiles.credits_remaining is
  'Monthly bucket there, in credits: null or below zero where it was so.';
comment on column credits.legacy_profiles.addon_credits is
  'Addon bucket there, in credits: null or below zero where it was so.';
comment on column credits.legacy_profiles.jobs is 'How many of its jobs were imported.';
comment on column credits.legacy_profiles.entries is
  'How many rows of its ledger there were imported.';
comment on column credits.legacy_profiles.imported_at is 'When the profile was imported.';

create table if not exists credits.legacy_entries (
  profile_id uuid not null,
  position integer not null,
  ts timestamptz,
  delta bigint not null,
  stated_addon bigint,
  job_id uuid,
  job_position integer,
  kind text not null,
  split_source text,
  entry_id text,
  reason text,
  constraint legacy_entries_pkey primary key (profile_id, position),
  constraint legacy_entries_profile_id_fkey
    foreign key (profile_id) references credits.legacy_profiles (profile_id),
  constraint legacy_entries_kind_known
    check (kind in ('open', 'deduct', 'refund', 'addon', 'monthly', 'reset', 'reset_to',
                    'unknown')),
  constraint legacy_entries_split_source_known
    check (split_source in ('job_meta', 'ledger')
           and (split_source is null) = (stated_addon is null)),
  constraint legacy_entries_stated_addon_within_delta
    check (stated_addon between 0 and abs(delta))
);

comment on table credits.legacy_entries is
  'The history of imported profiles as the previous application wrote it: totals, rarely a split.';
comment on column credits.legacy_entries.profile_id is 'Profile that was imported.';
comment on column credits.legacy_entries.position is 'From 1, by time, as the row was found.';
comment on column credits.legacy_entries.ts is 'Time of the row there; null where it had none.';
comment on column credits.legacy_entries.delta is 'Change of both buckets together, in credits.';
comment on column credits.legacy_entries.stated_addon is
  'The addon part of delta without its sign, where the row or its job stated it.';
comment on column credits.legacy_entries.job_id is 'Job it was about; null where it named none.';
comment on column credits.legacy_entries.job_position is
  'Position of the first deduction of the same job, unless it comes later.';
comment on column credits.legacy_entries.kind is
  'open, monthly: moved the monthly bucket; addon: the addon bucket; deduct, refund: of a job; '
  'reset: set the monthly bucket, by delta; reset_to: set it to delta; unknown: nobody can tell.';
comment on column credits.legacy_entries.split_source is
  'Who stated the split: the metadata of the job, or the ledger row itself.';
comment on column credits.legacy_entries.entry_id is 'Its id there.';
comment on column credits.legacy_entries.reason is 'Its reason there, as it was written.';

-- The owner (and so every function) is not subject to these; grants.sql holds the policies.
alter table credits.profiles enable row level security;
alter table credits.jobs enable row level security;
alter table credits.ledger enable row level security;
alter table credits.addon_grants enable row level security;
alter table credits.packs enable row level security;
alter table credits.pack_draws enable row level security;
alter table credits.raises enable row level security;
alter table credits.renewals enable row level security;
alter table credits.allowance_changes enable row level security;
alter table credits.revocations enable row level security;
alter table credits.moves enable row level security;
alter table credits.move_entries enable row level security;
alter table credits.alerts enable row level security;
alter table credits.topups enable row level security;
alter table credits.events enable row level security;
alter table credits.limits enable row level security;
alter table credits.settings enable row level security;
alter table credits.legacy_profiles enable row level security;
alter table credits.legacy_entries enable row level security;
