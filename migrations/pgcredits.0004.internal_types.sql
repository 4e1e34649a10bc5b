-- depends: pgcredits.0003.result_types
-- What internal functions hand to each other, and nobody else uses. Types know no `if not exists`:
-- the first one tells for all of them.
-- Lock: none on any table.

do $$
begin
  if to_regtype('credits._split') is not null then
    return;
  end if;
  create type credits._split as (
    monthly bigint,
    addon bigint,
    shortfall bigint
  );
  create type credits._returned as (
    monthly bigint,
    addon bigint,
    monthly_lapsed bigint,
    addon_lapsed bigint,
    monthly_revoked bigint,
    addon_revoked bigint,
    previous_balance bigint,
    new_balance bigint,
    seq bigint
  );
  create type credits._moved_packs as (
    packs credits.packs[],
    draws credits.pack_draws[],
    moved bigint,
    expires_at timestamptz
  );
  create type credits._moved_renewals as (
    renewals credits.renewals[],
    lapsed bigint
  );
  create type credits._claim as (
    revocation credits.revocations,
    period_start timestamptz,
    is_pack boolean
  );
  create type credits._collected as (
    claims credits._claim[],
    collected bigint,
    changed bigint
  );
  create type credits._purse as (
    profile credits.profiles,
    packs credits.packs[],
    renewals credits.renewals[],
    claims credits._claim[],
    limits credits.limits[]
  );
  create type credits._window as (
    window_start timestamptz,
    resets_at timestamptz
  );
  create type credits._change as (
    position integer,
    kind text,
    job credits.jobs,
    draws credits.pack_draws[],
    raises credits.raises[],
    returned credits._returned,
    monthly_balance bigint,
    addon_balance bigint,
    note text,
    reference text,
    pack_seq bigint
  );
  create type credits._locked_job as (
    profile credits.profiles,
    job credits.jobs
  );
  create type credits._planned as (
    purse credits._purse,
    change credits._change
  );
  create type credits._crossing as (
    seq bigint,
    at timestamptz,
    balance bigint,
    kind text,
    crossed boolean
  );
  create type credits._revocable as (
    profile_id uuid,
    seq bigint,
    reference text,
    period_start timestamptz,
    amount bigint,
    remaining bigint,
    lapsed bigint,
    newer_outstanding bigint,
    pack_expires_at timestamptz
  );
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
    reason text,
    period_start timestamptz,
    allowance bigint,
    rollover_cap bigint,
    reference text,
    expires_at timestamptz,
    kind text,
    priority bigint,
    spender text
  );
  create type credits._batch_answer as (
    position integer,
    reservation credits.reservation,
    settlement credits.settlement,
    refund credits.refund,
    renewal credits.renewal,
    granted credits.grant_result,
    error jsonb
  );
  create type credits._plan as (
    purses credits._purse[],
    changes credits._change[],
    answers credits._batch_answer[]
  );
  create type credits._reservation_draft as (
    position integer,
    profile_id uuid,
    job_id uuid,
    cost bigint,
    meta jsonb,
    hold_for interval,
    spender text,
    total bigint,
    entries bigint
  );
  create type credits._batch_entry as (
    profile_id uuid,
    seq bigint,
    job_id uuid,
    monthly_delta bigint,
    addon_delta bigint,
    monthly_balance bigint,
    addon_balance bigint,
    reason text,
    reference text,
    period_start timestamptz,
    expires_at timestamptz
  );
  create type credits._credited as (
    answers credits._batch_answer[],
    entries credits._batch_entry[],
    renewals credits.renewals[]
  );
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
  create type credits._fault as (
    rule text,
    expected text,
    found text
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
end
$$;

comment on type credits._split is 'A cost split over the buckets, and what they lack.';
comment on type credits._returned is 'What one return moved.';
comment on type credits._moved_packs is
  'Packs, and draws of a job from them, after credits have moved between them; and how many came '
  'from packs, or lapsed.';
comment on type credits._moved_renewals is 'Renewals after credits came back to their month.';
comment on type credits._purse is
  'A locked profile, with the packs, renewals, claims and limits that may move with it: null where '
  'none may.';
comment on type credits._window is 'A window of a limit: its first moment, and that of the next.';
comment on type credits._claim is
  'A revocation that waits for what jobs return, and what it revokes: a month, if it has a '
  'period_start, a pack, or perpetual credits.';
comment on type credits._collected is
  'Claims after a return, what they collected of it, and how much less they wait for.';
comment on type credits._change is
  'What one call does to one job: the job, its draws from packs and its raises afterwards, what '
  'moves (returned; below zero where the job takes), the balances after its first ledger row, and '
  'the pack that lapsed.';
comment on type credits._locked_job is 'A job and its profile, which is locked.';
comment on type credits._planned is 'A purse after a change, and the change.';
comment on type credits._plan is
  'Changes that are still to be written, the purses after them, and the answers to the elements.';
comment on type credits._crossing is
  'A ledger row by which a profile became low or depleted (crossed), or is not so any more.';
comment on type credits._revocable is
  'What can be revoked, a grant or the allowance of a month: how much it was, what is there to '
  'take for it, what of it has lapsed, and what jobs hold of the allowances of later months.';
comment on type credits._batch_element is
  'An element of a batch of any kind: its position, and the parameters of its single call.';
comment on type credits._batch_answer is
  'The result of an element of a batch of any kind: what its single call returns, or the error.';
comment on type credits._reservation_draft is
  'An element of a batch of reservations, with the cost and the ledger rows of its profile''s '
  'elements up to it.';
comment on type credits._batch_entry is
  'A ledger row that a batch is about to write, and the period or the pack that begins with it.';
comment on type credits._credited is
  'What a batch of renewals or grants is about to write, and the answers to its elements.';
comment on type credits._legacy_books is
  'A history recomputed: the buckets at its end, what wrong refunds still did to them, and for '
  'each row the addon part: what a deduction took, what a refund misplaced.';
comment on type credits._legacy_account is
  'What can be said of a history: state complete, truncated or unsound, and the books that the '
  'least and the most addon credits lead to.';
comment on type credits._fault is
  'A broken rule of the books: what was expected, and what was found.';
comment on type credits._legacy_job is 'A job as it is imported: its cost, split and what is back.';
