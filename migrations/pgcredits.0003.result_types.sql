-- depends: pgcredits.0002.tables
-- The rows that the public functions return. A later version adds attributes at the end, never
-- renames or removes one: a client that names its columns then keeps working.
-- Lock: none on any table.

do $$
begin
  if to_regtype('credits.balance') is null then
    create type credits.balance as (
      profile_id uuid,
      credits_remaining bigint,
      addon_credits bigint,
      available bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.reservation') is null then
    create type credits.reservation as (
      job_id uuid,
      profile_id uuid,
      cost bigint,
      monthly_deducted bigint,
      addon_deducted bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.refund') is null then
    create type credits.refund as (
      job_id uuid,
      profile_id uuid,
      state text,
      amount bigint,
      monthly_refunded bigint,
      addon_refunded bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
  if to_regtype('credits.grant_result') is null then
    create type credits.grant_result as (
      profile_id uuid,
      reference text,
      amount bigint,
      previous_balance bigint,
      new_balance bigint,
      seq bigint,
      replayed boolean
    );
  end if;
end
$$;

comment on type credits.balance is
  'A profile''s buckets in credits; available is both together; seq is the newest ledger row.';
comment on type credits.reservation is
  'What a job took from each bucket, in credits; the balances are monthly + addon.';
comment on type credits.refund is
  'What one call gave back to each bucket, in credits; state is the job''s state now; the balances '
  'are monthly + addon.';
comment on type credits.grant_result is
  'Addon credits added under a reference; the balances are monthly + addon.';
