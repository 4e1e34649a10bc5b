-- depends: pgcredits.0006.lifecycle_results
-- What is brought in from an application that had credits before: profiles, their history as it was
-- written there, and jobs whose split had to be found.
-- Lock: jobs for a moment (new columns without defaults).

alter table credits.jobs
  add column if not exists breakdown_source text,
  add column if not exists monthly_held_at_import bigint,
  add column if not exists addon_held_at_import bigint;

comment on column credits.jobs.breakdown_source is
  'Where the split of an imported job came from: job_meta, ledger or assumed_monthly; null for a '
  'job that was reserved here.';
comment on column credits.jobs.monthly_held_at_import is
  'What an imported job held of the monthly bucket when it was imported; null for other jobs.';
comment on column credits.jobs.addon_held_at_import is
  'What an imported job held of the addon bucket when it was imported; null for other jobs.';

do $$
begin
  if not exists (select from pg_catalog.pg_constraint c
                  where c.conrelid = 'credits.jobs'::regclass
                    and c.conname = 'jobs_imported_says_what_it_held') then
    alter table credits.jobs
      add constraint jobs_imported_says_what_it_held
        check (case
                 when breakdown_source is null
                   then monthly_held_at_import is null and addon_held_at_import is null
                 else breakdown_source in ('job_meta', 'ledger', 'assumed_monthly')
                      and coalesce(monthly_held_at_import, -1) >= 0
                      and coalesce(addon_held_at_import, -1) >= 0
               end) not valid;
  end if;
end
$$;

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
  'Profiles that were imported, and what the application before had written of them.';
comment on column credits.legacy_profiles.credits_remaining is
  'Monthly bucket there, in credits: null or below zero where it was so.';
comment on column credits.legacy_profiles.addon_credits is
  'Addon bucket there, in credits: null or below zero where it was so.';
comment on column credits.legacy_profiles.jobs is 'How many of its jobs were imported.';
comment on column credits.legacy_profiles.entries is
  'How many rows of its ledger there were imported.';

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
  'The history of imported profiles as the application before wrote it: totals, rarely a split.';
comment on column credits.legacy_entries.position is 'From 1, by time, as the row was found.';
comment on column credits.legacy_entries.delta is 'Change of both buckets together, in credits.';
comment on column credits.legacy_entries.stated_addon is
  'The addon part of delta without its sign, where the row or its job stated it.';
comment on column credits.legacy_entries.job_position is
  'Position of the first deduction of the same job, unless it comes later.';
comment on column credits.legacy_entries.kind is
  'open, monthly: moved the monthly bucket; addon: the addon bucket; deduct, refund: of a job; '
  'reset: set the monthly bucket, by delta; reset_to: set it to delta; unknown: nobody can tell.';
comment on column credits.legacy_entries.split_source is
  'Who stated the split: the metadata of the job, or the ledger row itself.';
comment on column credits.legacy_entries.entry_id is 'Its id there.';

alter table credits.legacy_profiles enable row level security;
alter table credits.legacy_entries enable row level security;

do $$
begin
  if not exists (select from pg_catalog.pg_attribute t
                  where t.attrelid = 'credits.refund'::regclass
                    and t.attname = 'breakdown_source') then
    alter type credits.refund add attribute breakdown_source text;
  end if;
  if to_regtype('credits.legacy_job') is null then
    create type credits.legacy_job as (
      id text,
      status text,
      meta_json jsonb,
      created_at timestamptz
    );
  end if;
  if to_regtype('credits.legacy_entry') is null then
    create type credits.legacy_entry as (
      id text,
      ts timestamptz,
      kind text,
      job_id text,
      delta numeric,
      reason text
    );
  end if;
  if to_regtype('credits.damage') is null then
    create type credits.damage as (
      profile_id uuid,
      job_id text,
      entry_id text,
      kind text,
      detail text
    );
  end if;
  if to_regtype('credits.import_result') is null then
    create type credits.import_result as (
      profile_id uuid,
      credits_remaining bigint,
      addon_credits bigint,
      overdraft_limit bigint,
      jobs bigint,
      entries bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.refund_audit') is null then
    create type credits.refund_audit as (
      profile_id uuid,
      job_id uuid,
      entry_id text,
      ts timestamptz,
      refunded bigint,
      misplaced_at_least bigint,
      misplaced_at_most bigint,
      addon_lost_at_least bigint,
      addon_lost_at_most bigint,
      monthly_gained_at_least bigint,
      monthly_gained_at_most bigint,
      certainty text,
      position integer,
      reference text,
      repair_seq bigint
    );
  end if;
  if to_regtype('credits.repair') is null then
    create type credits.repair as (
      profile_id uuid,
      job_id uuid,
      entry_id text,
      addon_restored bigint,
      monthly_taken bigint,
      written_off bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits._legacy_books') is null then
    create type credits._legacy_books as (
      monthly bigint,
      addon bigint,
      addon_lost bigint,
      monthly_gained bigint,
      addon_parts bigint[]
    );
    create type credits._legacy_account as (
      state text,
      at_least credits._legacy_books,
      at_most credits._legacy_books
    );
    create type credits._legacy_job as (
      id uuid,
      cost bigint,
      monthly bigint,
      addon bigint,
      refunded bigint,
      breakdown_source text,
      meta_json jsonb,
      created_at timestamptz,
      refunded_at timestamptz
    );
  end if;
end
$$;

comment on type credits.legacy_job is
  'A job as the application before kept it: id, its status there, its metadata, when it was made.';
comment on type credits.legacy_entry is
  'A ledger row as the application before kept it. delta: change of both buckets together; kind, '
  'job_id: null where the reason has to tell them.';
comment on type credits.damage is
  'Something that does not add up in what is to be imported; kind is the word that accepts it.';
comment on type credits.import_result is
  'An imported profile: its buckets now, how many jobs and ledger rows came with it.';
comment on type credits.refund_audit is
  'A refund that put addon credits into the monthly bucket: misplaced is how many; lost and gained '
  'are what is still wrong of it at the import, between at_least and at_most.';
comment on type credits.repair is
  'What repairing one refund did: addon_restored = monthly_taken + written_off.';
comment on type credits._legacy_books is
  'A history played through: the buckets at its end, what wrong refunds still did to them, and for '
  'each row the addon part: what a deduction took, what a refund misplaced.';
comment on type credits._legacy_account is
  'What can be said of a history: state complete, truncated or unsound, and the books that the '
  'least and the most addon credits lead to.';
comment on type credits._legacy_job is 'A job as it is imported: its cost, split and what is back.';
