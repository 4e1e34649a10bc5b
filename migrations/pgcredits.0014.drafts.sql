-- depends: pgcredits.0013.profile_pages
-- What internal functions hand to each other: a cost that is split over the buckets, and an element
-- of a batch of reservations with what is known of it before its profile is locked.
-- Lock: none on any table.

do $$
begin
  if to_regtype('credits._split') is null then
    create type credits._split as (
      monthly bigint,
      addon bigint,
      shortfall bigint
    );
  end if;
  if to_regtype('credits._reservation_draft') is null then
    create type credits._reservation_draft as (
      position integer,
      profile_id uuid,
      job_id uuid,
      cost bigint,
      meta jsonb,
      hold_for interval,
      total bigint,
      entries bigint
    );
  end if;
end
$$;

comment on type credits._split is
  'A cost split over the buckets, and what they lack; only between internal functions.';
comment on type credits._reservation_draft is
  'An element of a batch of reservations, with the cost and the ledger rows of its profile''s '
  'elements up to it; only between internal functions.';
