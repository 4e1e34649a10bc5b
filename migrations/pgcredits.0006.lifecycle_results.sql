-- depends: pgcredits.0005.lifecycle_valid
-- New attributes of the result types, and the types of the new functions' answers.
-- Lock: none on any table.

do $$
declare
  v_new record;
begin
  for v_new in
    select a.type_name, a.attribute, a.type
      from (values
        ('balance', 'held', 'bigint'),
        ('balance', 'posted', 'bigint'),
        ('reservation', 'hold_expires_at', 'timestamptz'),
        ('refund', 'monthly_lapsed', 'bigint'),
        ('refund', 'addon_lapsed', 'bigint'),
        ('grant_result', 'expires_at', 'timestamptz'),
        ('grant_result', 'kind', 'text'),
        ('grant_result', 'priority', 'integer')
      ) a (type_name, attribute, type)
     where not exists (select from pg_catalog.pg_attribute t
                        where t.attrelid = format('credits.%I', a.type_name)::regclass
                          and t.attname = a.attribute)
  loop
    execute format('alter type credits.%I add attribute %I %s',
                   v_new.type_name, v_new.attribute, v_new.type);
  end loop;

  if to_regtype('credits._returned') is null then
    create type credits._returned as (
      monthly bigint,
      addon bigint,
      monthly_lapsed bigint,
      addon_lapsed bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint
    );
  end if;
  if to_regtype('credits.settlement') is null then
    create type credits.settlement as (
      job_id uuid,
      profile_id uuid,
      settled_cost bigint,
      monthly_deducted bigint,
      addon_deducted bigint,
      shortfall bigint,
      monthly_refunded bigint,
      addon_refunded bigint,
      monthly_lapsed bigint,
      addon_lapsed bigint,
      late boolean,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.renewal') is null then
    create type credits.renewal as (
      profile_id uuid,
      period_start timestamptz,
      allowance bigint,
      carried bigint,
      lapsed bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.revocation') is null then
    create type credits.revocation as (
      profile_id uuid,
      reference text,
      amount bigint,
      collected bigint,
      uncollected bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.job_event') is null then
    create type credits.job_event as (
      seq bigint,
      ts timestamptz,
      kind text,
      monthly_delta bigint,
      addon_delta bigint,
      outstanding bigint,
      reason text
    );
  end if;
  if to_regtype('credits.finding') is null then
    create type credits.finding as (
      severity text,
      profile_id uuid,
      job_id uuid,
      rule text,
      expected text,
      found text
    );
  end if;
end
$$;

comment on type credits.balance is
  'A profile''s buckets in credits. available: both, spendable now; held: what open holds hold; '
  'posted: the two together. seq is the newest ledger row.';
comment on type credits._returned is 'What one return moved; only between internal functions.';
comment on type credits.settlement is
  'A job at its actual cost: what it holds, what settling gave back, what no bucket could pay.';
comment on type credits.renewal is
  'The start of a monthly period: carried is what the rollover kept, lapsed what it did not.';
comment on type credits.revocation is
  'What was taken back of a grant so far: amount = collected + uncollected.';
comment on type credits.job_event is
  'A step in a job''s story; outstanding is what the job holds after it, in credits.';
comment on type credits.finding is 'Something check_integrity found to be wrong.';
