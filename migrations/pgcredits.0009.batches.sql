-- depends: pgcredits.0008.legacy_valid
-- The answers of the batches, and what their internal functions hand to each other.
-- Lock: none on any table.

do $$
begin
  if to_regtype('credits.batch_reservation') is null then
    create type credits.batch_reservation as (
      position integer,
      reservation credits.reservation,
      error jsonb
    );
  end if;
  if to_regtype('credits.batch_settlement') is null then
    create type credits.batch_settlement as (
      position integer,
      settlement credits.settlement,
      error jsonb
    );
  end if;
  if to_regtype('credits.batch_refund') is null then
    create type credits.batch_refund as (
      position integer,
      refund credits.refund,
      error jsonb
    );
  end if;
  if to_regtype('credits._batch_element') is null then
    create type credits._batch_element as (
      position integer,
      profile_id uuid,
      job_id uuid,
      cost bigint,
      meta jsonb,
      hold_for interval,
      actual_cost bigint,
      overage text,
      amount bigint,
      refund_id text,
      reason text
    );
  end if;
  if to_regtype('credits._batch_answer') is null then
    create type credits._batch_answer as (
      position integer,
      reservation credits.reservation,
      settlement credits.settlement,
      refund credits.refund,
      error jsonb
    );
  end if;
  if to_regtype('credits._batch_entry') is null then
    create type credits._batch_entry as (
      profile_id uuid,
      seq bigint,
      job_id uuid,
      monthly_delta bigint,
      addon_delta bigint,
      monthly_balance bigint,
      addon_balance bigint,
      reason text
    );
  end if;
end
$$;

comment on type credits.batch_reservation is
  'The answer to one element of a batch: reservation, or error with code, message, details, hint.';
comment on type credits.batch_settlement is
  'The answer to one element of a batch: settlement, or error with code, message, details, hint.';
comment on type credits.batch_refund is
  'The answer to one element of a batch: refund, or error with code, message, details, hint.';
comment on type credits._batch_element is
  'An element of a batch of any kind: the parameters of its single call; only between internal '
  'functions.';
comment on type credits._batch_answer is
  'The answer to one element of a batch of any kind; only between internal functions.';
comment on type credits._batch_entry is
  'A ledger row that a batch is about to write; only between internal functions.';
