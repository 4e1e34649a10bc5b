-- depends: pgcredits.0003.result_types
-- What settling, holds, packs, renewals and corrections remember.
-- Lock: profiles and jobs for a moment (new columns with constant defaults rewrite nothing); the
-- two indexes are of columns that are still empty, and keep writers of jobs waiting for one scan.

alter table credits.profiles
  add column if not exists next_hold_expiry timestamptz;

comment on column credits.profiles.next_hold_expiry is
  'No hold of this profile is due before; null for a profile without holds.';

alter table credits.jobs
  add column if not exists hold_due_at timestamptz,
  add column if not exists settle_seq bigint,
  add column if not exists settled_late boolean not null default false,
  add column if not exists settle_period_start timestamptz,
  add column if not exists monthly_drawn_at_settle bigint not null default 0,
  add column if not exists addon_drawn_at_settle bigint not null default 0,
  add column if not exists pack_deducted bigint not null default 0;

comment on column credits.jobs.hold_expires_at is
  'Deadline of the hold as first answered; null without a hold.';
comment on column credits.jobs.hold_due_at is
  'Deadline of the hold now; null without a hold and once the job is no longer reserved.';
comment on column credits.jobs.settle_seq is
  'Newest ledger row of the profile once the job was settled; null until then.';
comment on column credits.jobs.settled_late is
  'Whether the hold had expired before the job settled.';
comment on column credits.jobs.settle_period_start is
  'Monthly period the job was settled in: that of the second draw.';
comment on column credits.jobs.monthly_drawn_at_settle is
  'The part of monthly_deducted that was drawn when the job settled.';
comment on column credits.jobs.addon_drawn_at_settle is
  'The part of addon_deducted that was drawn when the job settled.';
comment on column credits.jobs.pack_deducted is
  'Credits this job ever drew from packs: 0 means that there is no row of it in pack_draws.';

do $$
begin
  if not exists (select from pg_catalog.pg_constraint c
                  where c.conrelid = 'credits.jobs'::regclass
                    and c.conname = 'jobs_settle_draw_within_deducted') then
    alter table credits.jobs
      add constraint jobs_settle_draw_within_deducted
        check (monthly_drawn_at_settle between 0 and monthly_deducted
               and addon_drawn_at_settle between 0 and addon_deducted
               and pack_deducted >= 0) not valid,
      add constraint jobs_hold_only_while_reserved
        check (hold_due_at is null or (state = 'reserved' and hold_expires_at is not null))
        not valid,
      add constraint jobs_settled_has_settle_seq
        check ((settle_seq is null) = (settled_cost is null)) not valid;
  end if;
end
$$;

create index if not exists jobs_hold_due_at on credits.jobs (hold_due_at)
  where hold_due_at is not null;
create index if not exists jobs_profile_hold_due_at on credits.jobs (profile_id, hold_due_at)
  where hold_due_at is not null;

create table if not exists credits.packs (
  profile_id uuid not null,
  seq bigint not null,
  amount bigint not null,
  remaining bigint not null,
  expires_at timestamptz not null,
  granted_until timestamptz not null,
  priority integer not null,
  kind text not null,
  constraint packs_pkey primary key (profile_id, seq),
  constraint packs_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint packs_amount_in_range check (amount between 1 and 9007199254740991),
  constraint packs_remaining_within_amount check (remaining between 0 and amount),
  constraint packs_kind_known check (kind in ('paid', 'promo')),
  constraint packs_expiry_never_earlier check (expires_at >= granted_until)
);

create index if not exists packs_due on credits.packs (expires_at) where remaining > 0;
create index if not exists packs_profile_due on credits.packs (profile_id, expires_at)
  where remaining > 0;

comment on table credits.packs is
  'Addon grants that expire. What a profile''s addon bucket holds beyond its packs is perpetual.';
comment on column credits.packs.seq is 'Ledger row of the grant.';
comment on column credits.packs.remaining is 'Credits of the pack still in the addon bucket.';
comment on column credits.packs.expires_at is
  'When what remains lapses; later than granted_until once a refund reopened the pack.';
comment on column credits.packs.granted_until is 'The expiry it was granted with.';
comment on column credits.packs.priority is 'Packs with a smaller number burn first.';
comment on column credits.packs.kind is
  'paid: a refund after its expiry reopens it; promo: such a refund lapses.';

create table if not exists credits.pack_draws (
  profile_id uuid not null,
  job_id uuid not null,
  draw smallint not null,
  position integer not null,
  pack_seq bigint not null,
  amount bigint not null,
  returned bigint not null default 0,
  time_left interval not null,
  constraint pack_draws_pkey primary key (profile_id, job_id, draw, position),
  constraint pack_draws_pack_fkey
    foreign key (profile_id, pack_seq) references credits.packs (profile_id, seq),
  constraint pack_draws_draw_known check (draw in (1, 2)),
  constraint pack_draws_returned_within_amount
    check (amount >= 1 and returned between 0 and amount)
);

comment on table credits.pack_draws is 'Which part of a job''s addon credits came from which pack.';
comment on column credits.pack_draws.draw is '1: when the job was reserved; 2: when it settled.';
comment on column credits.pack_draws.position is
  'Order within the draw: the last comes back first.';
comment on column credits.pack_draws.time_left is
  'How long the pack still had to live when the job drew from it.';

create table if not exists credits.renewals (
  profile_id uuid not null,
  period_start timestamptz not null,
  allowance bigint not null,
  rollover_cap bigint not null,
  unused bigint not null,
  carried bigint not null,
  seq bigint not null,
  constraint renewals_pkey primary key (profile_id, period_start),
  constraint renewals_ledger_fkey
    foreign key (profile_id, seq) references credits.ledger (profile_id, seq),
  constraint renewals_allowance_in_range check (allowance between 0 and 9007199254740991),
  constraint renewals_carried_is_capped check (carried = least(unused, rollover_cap))
);

comment on table credits.renewals is 'One row per monthly period that a profile began.';
comment on column credits.renewals.unused is
  'Monthly credits left when the period before ended; refunds into closed periods add to it.';
comment on column credits.renewals.carried is 'The part of unused that the rollover carried over.';

create table if not exists credits.revocations (
  profile_id uuid not null,
  grant_seq bigint not null,
  amount bigint not null,
  collected bigint not null,
  time_left interval,
  seq bigint not null,
  constraint revocations_pkey primary key (profile_id, grant_seq),
  constraint revocations_ledger_fkey
    foreign key (profile_id, grant_seq) references credits.ledger (profile_id, seq),
  constraint revocations_collected_within_amount check (collected between 0 and amount)
);

comment on table credits.revocations is
  'What was taken back of a grant: amount in all, of which collected was still there to take.';
comment on column credits.revocations.time_left is
  'How long the pack still had to live when credits were last collected from it.';
comment on column credits.revocations.seq is 'Ledger row of the latest change.';

create table if not exists credits.settings (
  only_row boolean not null default true,
  closed_period_refund text not null default 'restore',
  constraint settings_pkey primary key (only_row),
  constraint settings_one_row check (only_row),
  constraint settings_closed_period_refund_known
    check (closed_period_refund in ('restore', 'lapse'))
);

insert into credits.settings default values on conflict do nothing;

comment on table credits.settings is 'One row. The owner changes it with UPDATE.';
comment on column credits.settings.closed_period_refund is
  'What becomes of monthly credits that come back after their period ended. restore: they join '
  'the current month. lapse: only what the rollover would have carried does.';

alter table credits.packs enable row level security;
alter table credits.pack_draws enable row level security;
alter table credits.renewals enable row level security;
alter table credits.revocations enable row level security;
alter table credits.settings enable row level security;
