-- depends: pgcredits.0002.tables
-- The rows that the public functions return, and those that an import takes. A later version adds
-- attributes at the end, and never renames or removes one: a client that names its columns then
-- keeps working. Types know no `if not exists`: the first one tells for all of them.
-- Lock: none on any table.

do $$
begin
  if to_regtype('credits.balance') is not null then
    return;
  end if;
  create type credits.balance as (
    profile_id uuid,
    credits_remaining bigint,
    addon_credits bigint,
    available bigint,
    held bigint,
    posted bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.reservation as (
    job_id uuid,
    profile_id uuid,
    state text,
    cost bigint,
    monthly_deducted bigint,
    addon_deducted bigint,
    hold_expires_at timestamptz,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.reservation_preview as (
    profile_id uuid,
    cost bigint,
    monthly_deducted bigint,
    addon_deducted bigint,
    previous_balance bigint,
    new_balance bigint
  );
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
    monthly_revoked bigint,
    addon_revoked bigint,
    late boolean,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.refund as (
    job_id uuid,
    profile_id uuid,
    state text,
    amount bigint,
    monthly_refunded bigint,
    addon_refunded bigint,
    monthly_lapsed bigint,
    addon_lapsed bigint,
    monthly_revoked bigint,
    addon_revoked bigint,
    breakdown_source text,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.grant_result as (
    profile_id uuid,
    reference text,
    amount bigint,
    expires_at timestamptz,
    kind text,
    priority integer,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
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
  create type credits.allowance_change as (
    profile_id uuid,
    period_start timestamptz,
    previous_allowance bigint,
    allowance bigint,
    owed bigint,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.grant_entry as (
    profile_id uuid,
    reference text,
    kind text,
    amount bigint,
    revoked bigint,
    remaining bigint,
    expires_at timestamptz,
    granted_at timestamptz,
    seq bigint
  );
  create type credits.job_entry as (
    profile_id uuid,
    job_id uuid,
    state text,
    reserved_cost bigint,
    settled_cost bigint,
    shortfall bigint,
    monthly_deducted bigint,
    addon_deducted bigint,
    monthly_refunded bigint,
    addon_refunded bigint,
    outstanding bigint,
    hold_due_at timestamptz,
    settled_late boolean,
    created_at timestamptz,
    finished_at timestamptz,
    meta_json jsonb,
    spender text
  );
  create type credits.profile_entry as (
    profile_id uuid,
    created_at timestamptz,
    closed_at timestamptz,
    to_profile_id uuid,
    overdraft_limit bigint,
    period_start timestamptz,
    allowance bigint,
    rollover_cap bigint,
    owed bigint,
    uncollected bigint,
    packs bigint,
    pack_credits bigint,
    next_pack_expiry timestamptz,
    open_holds bigint,
    next_hold_expiry timestamptz,
    seq bigint,
    low_balance bigint,
    low boolean,
    limits bigint,
    limits_reached bigint
  );
  create type credits.listed_profile as (
    profile_id uuid,
    credits_remaining bigint,
    addon_credits bigint,
    available bigint,
    overdraft_limit bigint,
    seq bigint,
    created_at timestamptz,
    changed_at timestamptz,
    closed_at timestamptz
  );
  create type credits.alert as (
    profile_id uuid,
    low_balance bigint,
    kinds text[],
    low boolean,
    depleted boolean,
    is_default boolean,
    topup_below bigint,
    topup_amount bigint,
    topups_a_month bigint,
    topup_paused_until timestamptz
  );
  create type credits.topup as (
    profile_id uuid,
    reference text,
    amount bigint,
    state text,
    requested_at timestamptz,
    closed_at timestamptz,
    paused_until timestamptz,
    replayed boolean
  );
  create type credits.event as (
    event_id text,
    profile_id uuid,
    seq bigint,
    kind text,
    subject text,
    occurred_at timestamptz,
    payload jsonb,
    attempts bigint
  );
  create type credits.usage_entry as (
    period_start timestamptz,
    period_end timestamptz,
    label text,
    jobs bigint,
    consumed bigint,
    returned bigint,
    net bigint,
    monthly_net bigint,
    addon_net bigint
  );
  create type credits.limit_entry as (
    profile_id uuid,
    spender text,
    window_name text,
    amount bigint,
    spent bigint,
    remaining bigint,
    window_start timestamptz,
    resets_at timestamptz,
    time_zone text,
    replayed boolean
  );
  create type credits.revocation as (
    profile_id uuid,
    reference text,
    period_start timestamptz,
    revocation_id text,
    state text,
    requested bigint,
    amount bigint,
    collected bigint,
    uncollected bigint,
    lapsed bigint,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    replayed boolean
  );
  create type credits.move_result as (
    profile_id uuid,
    to_profile_id uuid,
    move_id text,
    monthly_moved bigint,
    addon_moved bigint,
    packs bigint,
    previous_balance bigint,
    new_balance bigint,
    seq bigint,
    to_seq bigint,
    replayed boolean
  );
  create type credits.batch_reservation as (
    position integer,
    reservation credits.reservation,
    error jsonb
  );
  create type credits.batch_settlement as (
    position integer,
    settlement credits.settlement,
    error jsonb
  );
  create type credits.batch_refund as (
    position integer,
    refund credits.refund,
    error jsonb
  );
  create type credits.batch_renewal as (
    position integer,
    renewal credits.renewal,
    error jsonb
  );
  create type credits.batch_grant as (
    position integer,
    granted credits.grant_result,
    error jsonb
  );
  create type credits.job_event as (
    seq bigint,
    ts timestamptz,
    kind text,
    monthly_delta bigint,
    addon_delta bigint,
    outstanding bigint,
    reason text
  );
  create type credits.finding as (
    severity text,
    profile_id uuid,
    job_id uuid,
    rule text,
    expected text,
    found text
  );
  create type credits.checked_piece as (
    last_id uuid,
    profiles bigint,
    checked bigint,
    entries bigint,
    findings jsonb
  );
  create type credits.legacy_job as (
    id text,
    status text,
    meta_json jsonb,
    created_at timestamptz
  );
  create type credits.legacy_entry as (
    id text,
    ts timestamptz,
    kind text,
    job_id text,
    delta numeric,
    reason text
  );
  create type credits.damage as (
    profile_id uuid,
    job_id text,
    entry_id text,
    kind text,
    detail text
  );
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
end
$$;

-- What an attribute means wherever it stands; what differs is said below.
do $$
declare
  v_attribute record;
begin
  for v_attribute in
    select format('credits.%I.%I', t.relname, a.attname) as name, m.meaning
      from (values
        ('profile_id', 'The profile.'),
        ('job_id', 'The job.'),
        ('entry_id', 'The ledger row: its id in the previous application.'),
        ('reference', 'The caller''s key of the grant.'),
        ('credits_remaining', 'Monthly bucket, in credits.'),
        ('addon_credits', 'Addon bucket, in credits.'),
        ('monthly_deducted', 'Credits the job took from the monthly bucket.'),
        ('addon_deducted', 'Credits the job took from the addon bucket.'),
        ('monthly_refunded', 'Credits that this call gave back to the monthly bucket.'),
        ('addon_refunded', 'Credits that this call gave back to the addon bucket.'),
        ('monthly_lapsed', 'The part of monthly_refunded that lapsed at once: its period is over.'),
        ('addon_lapsed', 'The part of addon_refunded that lapsed at once: its pack is over.'),
        ('monthly_revoked',
         'The part of monthly_refunded that went to open revocations and lowered allowances.'),
        ('addon_revoked', 'The part of addon_refunded that went to open revocations.'),
        ('previous_balance', 'Monthly + addon before, in credits.'),
        ('new_balance', 'Monthly + addon afterwards, in credits.'),
        ('seq', 'Ledger row that the answer tells of: the call''s own where it wrote one.'),
        ('replayed', 'Whether the same call was made before: its answer, and nothing changed.'),
        ('position', 'Place of the element in the batch, from 1.'),
        ('error', 'What the element was refused for, an object: code, message, details, hint.')
      ) m (attribute, meaning)
      join pg_catalog.pg_attribute a on a.attname = m.attribute
      join pg_catalog.pg_class t on t.oid = a.attrelid
     where t.relnamespace = 'credits'::regnamespace
       and t.relkind = 'c'
       and t.relname !~ '^_'
  loop
    execute format('comment on column %s is %L', v_attribute.name, v_attribute.meaning);
  end loop;
end
$$;

comment on type credits.balance is
  'A profile''s buckets: what it has to spend, and what open holds hold.';
comment on column credits.balance.available is 'Both buckets: what can be spent now, in credits.';
comment on column credits.balance.held is
  'What open holds hold, in credits; null where the function does not say.';
comment on column credits.balance.posted is
  'available + held, in credits; null where the function does not say.';

comment on type credits.reservation is 'What a job took from each bucket.';
comment on column credits.reservation.state is 'The job''s state now.';
comment on column credits.reservation.cost is 'Credits asked for.';
comment on column credits.reservation.hold_expires_at is
  'Deadline of the hold as first set; null without a hold.';

comment on type credits.settlement is
  'A job at its actual cost: what it holds, what settling gave back, what no bucket could pay.';
comment on column credits.settlement.settled_cost is 'Actual cost, in credits.';
comment on column credits.settlement.shortfall is 'Part of the cost that no bucket could pay.';
comment on column credits.settlement.seq is
  'Ledger row of settling, or the newest of the profile if there was none. What lapsed or was '
  'revoked at once of what came back has the rows after it.';
comment on column credits.settlement.late is
  'Whether the hold had expired before, so that the whole cost was drawn anew.';

comment on type credits.refund is 'What one call gave back to each bucket.';
comment on column credits.refund.state is 'The job''s state now.';
comment on column credits.refund.seq is
  'Ledger row of the return; if this call gave nothing, that of the one before. What lapsed or was '
  'revoked of it at once has the rows after it.';
comment on column credits.refund.amount is 'monthly_refunded + addon_refunded.';
comment on column credits.refund.breakdown_source is
  'How the split of the job is known: recorded here, or for an imported job job_meta, ledger or '
  'assumed_monthly.';

comment on type credits.grant_result is 'Addon credits added under a reference.';
comment on column credits.grant_result.amount is 'Credits added.';
comment on column credits.grant_result.expires_at is
  'When the pack expires, as granted; null for credits that never expire.';
comment on column credits.grant_result.kind is 'paid or promo.';
comment on column credits.grant_result.priority is
  'Packs with a smaller number are spent first, those below 0 before the month; null for credits '
  'that never expire.';

comment on type credits.renewal is
  'The start of a monthly period: what the rollover kept of the month before.';
comment on column credits.renewal.period_start is 'Start of the period: the key.';
comment on column credits.renewal.allowance is 'New monthly credits of the period.';
comment on column credits.renewal.carried is 'Unused credits that the rollover kept.';
comment on column credits.renewal.lapsed is 'Unused credits that it did not keep.';

comment on type credits.allowance_change is
  'A change of the allowance of a month that has begun, as of a plan.';
comment on column credits.allowance_change.period_start is 'Start of the period.';
comment on column credits.allowance_change.previous_allowance is 'The allowance before.';
comment on column credits.allowance_change.allowance is 'The allowance from then on.';
comment on column credits.allowance_change.owed is
  'What could not be taken, since it was spent: raising the allowance and what jobs of the month '
  'return pay it first.';

comment on type credits.grant_entry is 'A grant of addon credits, and what became of it.';
comment on column credits.grant_entry.kind is 'paid or promo.';
comment on column credits.grant_entry.amount is 'Credits granted.';
comment on column credits.grant_entry.revoked is 'Credits of it that are revoked now.';
comment on column credits.grant_entry.remaining is
  'What is left of a pack, in credits; null for credits that never expire.';
comment on column credits.grant_entry.expires_at is
  'When the pack expires; null for credits that never expire.';
comment on column credits.grant_entry.granted_at is 'When it was granted.';
comment on column credits.grant_entry.seq is 'Ledger row of the grant.';

comment on type credits.reservation_preview is
  'What a reservation would take from each bucket, and the balances around that, monthly + addon.';
comment on column credits.reservation_preview.cost is 'What the job would cost, in credits.';
comment on column credits.reservation_preview.monthly_deducted is
  'Credits that would be taken from the monthly bucket.';
comment on column credits.reservation_preview.addon_deducted is
  'Credits that would be taken from the addon bucket.';

comment on type credits.job_entry is 'A job: what it took, what went back, and what it holds.';
comment on column credits.job_entry.state is
  'reserved, settled, rolled_back, expired or refunded.';
comment on column credits.job_entry.reserved_cost is
  'Credits asked for when the job was reserved, and each time it was raised.';
comment on column credits.job_entry.settled_cost is 'Actual cost in credits; null until settled.';
comment on column credits.job_entry.shortfall is
  'Part of the settled cost that no bucket could pay.';
comment on column credits.job_entry.monthly_deducted is 'Credits taken from the monthly bucket.';
comment on column credits.job_entry.addon_deducted is 'Credits taken from the addon bucket.';
comment on column credits.job_entry.monthly_refunded is
  'Credits given back to the monthly bucket so far.';
comment on column credits.job_entry.addon_refunded is
  'Credits given back to the addon bucket so far.';
comment on column credits.job_entry.outstanding is 'Credits that the job still holds or has cost.';
comment on column credits.job_entry.hold_due_at is
  'When its hold expires; null where there is none, or none any more.';
comment on column credits.job_entry.settled_late is
  'Whether it was settled after its hold had expired.';
comment on column credits.job_entry.created_at is 'When it was reserved or imported.';
comment on column credits.job_entry.finished_at is
  'When it was first settled, refunded, rolled back or expired; null until then.';
comment on column credits.job_entry.meta_json is
  'The caller''s metadata and a published copy of the figures.';
comment on column credits.job_entry.spender is
  'Who spends, in the caller''s word; null where nobody was named.';

comment on type credits.profile_entry is 'What is to know of a profile beside its balance.';
comment on column credits.profile_entry.created_at is 'When the profile was opened or imported.';
comment on column credits.profile_entry.closed_at is
  'When the profile was closed; null while it is open.';
comment on column credits.profile_entry.to_profile_id is
  'Where its credits were moved; null for a profile that was not moved.';
comment on column credits.profile_entry.overdraft_limit is
  'How far below zero the addon bucket may go, in credits.';
comment on column credits.profile_entry.period_start is
  'Start of the current monthly period; null before the first renewal, as what follows is.';
comment on column credits.profile_entry.allowance is 'Allowance of this period.';
comment on column credits.profile_entry.rollover_cap is
  'How much of the period before could be carried over into this one.';
comment on column credits.profile_entry.owed is
  'What a lowered allowance could not take back of this period, since it was spent.';
comment on column credits.profile_entry.uncollected is
  'What revocations and lowered allowances still have to collect, in credits.';
comment on column credits.profile_entry.packs is 'How many packs have credits left.';
comment on column credits.profile_entry.pack_credits is
  'What is left in them: the part of the addon bucket that expires.';
comment on column credits.profile_entry.next_pack_expiry is
  'When the first of them expires; null where there is none.';
comment on column credits.profile_entry.open_holds is 'How many holds are open.';
comment on column credits.profile_entry.next_hold_expiry is
  'When the first of them expires; null where there is none.';
comment on column credits.profile_entry.seq is 'Newest ledger row of the profile.';
comment on column credits.profile_entry.low_balance is
  'A balance below which the profile is low, in credits; null where nobody wants to know.';
comment on column credits.profile_entry.low is
  'Whether the balance has fallen below low_balance, and nothing that adds credits has brought it '
  'back; false where nothing is told.';
comment on column credits.profile_entry.limits is
  'How many spend limits there are, those of the profile as a whole included.';
comment on column credits.profile_entry.limits_reached is
  'How many of them leave nothing to spend now.';

comment on type credits.listed_profile is 'A profile as a list of all shows it.';
comment on column credits.listed_profile.addon_credits is
  'Addon bucket without overdue packs, in credits.';
comment on column credits.listed_profile.available is
  'Both buckets without overdue packs: what can be spent, in credits.';
comment on column credits.listed_profile.overdraft_limit is
  'How far below zero the addon bucket may go, in credits.';
comment on column credits.listed_profile.seq is 'Newest ledger row of the profile.';
comment on column credits.listed_profile.created_at is 'When the profile was opened or imported.';
comment on column credits.listed_profile.changed_at is 'When that ledger row was written.';
comment on column credits.listed_profile.closed_at is
  'When the profile was closed; null while it is open.';

comment on type credits.alert is 'What is told of a profile, and whether it is low now.';
comment on column credits.alert.profile_id is 'Profile that is watched.';
comment on column credits.alert.low_balance is
  'A balance below which the profile is low, in credits; null for none.';
comment on column credits.alert.kinds is 'The kinds of events that are told.';
comment on column credits.alert.low is
  'Whether the balance has fallen below low_balance, and nothing that adds credits has brought it '
  'back: until then it is not told again; false where nothing is told.';
comment on column credits.alert.depleted is 'The same for a balance of nothing.';
comment on column credits.alert.is_default is
  'Whether this is what settings say, and nothing was set for this profile.';
comment on column credits.alert.topup_below is
  'A balance below which a top-up is asked for, in credits; null where none is.';
comment on column credits.alert.topup_amount is 'Credits that a top-up asks for.';
comment on column credits.alert.topups_a_month is
  'How many top-ups are asked for in a calendar month (UTC) at most.';
comment on column credits.alert.topup_paused_until is
  'Until when nothing is asked for, since a top-up was declined.';

comment on type credits.topup is 'A request for credits, which somebody else charges for.';
comment on column credits.topup.profile_id is 'Profile that needs credits.';
comment on column credits.topup.reference is 'The reference that the grant must have.';
comment on column credits.topup.amount is 'Credits that were asked for.';
comment on column credits.topup.state is 'open, granted or declined.';
comment on column credits.topup.requested_at is 'When it was asked for.';
comment on column credits.topup.closed_at is 'When it was granted or declined; null while open.';
comment on column credits.topup.paused_until is
  'Until when the profile asks for nothing.';
comment on column credits.topup.replayed is 'Whether it was declined before.';

comment on type credits.event is 'What happened to a profile, as a consumer is handed it.';
comment on column credits.event.event_id is
  'Its key, always the same: what a consumer has seen under it, it need not do again.';
comment on column credits.event.profile_id is 'Profile it happened to.';
comment on column credits.event.seq is
  'Ledger row that it came with, or the newest one where it came with none; of pack.expiring, the '
  'row of the grant; of limit.reached, the newest one before its window.';
comment on column credits.event.kind is 'What happened.';
comment on column credits.event.subject is
  'To what, where seq and kind do not tell: a job, a pack, a revocation, a top-up; else empty.';
comment on column credits.event.occurred_at is 'When it happened.';
comment on column credits.event.payload is 'What a consumer needs to know, by kind.';
comment on column credits.event.attempts is 'How often it was handed out, this time included.';

comment on type credits.usage_entry is
  'What the jobs of a period and a label took and gave back, in credits.';
comment on column credits.usage_entry.period_start is
  'When the period begins; null for all from the first.';
comment on column credits.usage_entry.period_end is
  'When the next one begins; null for all to the newest.';
comment on column credits.usage_entry.label is
  'Spender or value of the metadata that is asked for; null where the jobs have none, and where '
  'none is asked for.';
comment on column credits.usage_entry.jobs is
  'How many jobs were reserved in the period, free ones included.';
comment on column credits.usage_entry.consumed is
  'Credits that jobs took: reserved, raised or settled for more.';
comment on column credits.usage_entry.returned is
  'Credits that jobs gave back, also of earlier periods: refunded, rolled back, expired or settled '
  'for less.';
comment on column credits.usage_entry.net is
  'consumed - returned; below zero where more came back than was taken.';
comment on column credits.usage_entry.monthly_net is
  'The part of net that was of the monthly bucket.';
comment on column credits.usage_entry.addon_net is 'The part of net that was of the addon bucket.';

comment on type credits.limit_entry is
  'How much may be spent in a window of time, and how much is left of it.';
comment on column credits.limit_entry.spender is
  'Who may spend it; null for the profile as a whole.';
comment on column credits.limit_entry.window_name is
  'day, week (from Monday) or month of the calendar in time_zone, or total.';
comment on column credits.limit_entry.amount is
  'Credits that may be spent in the window; null where there is no limit any more, as what follows '
  'is.';
comment on column credits.limit_entry.spent is
  'What jobs drew in the window and have not given back, in credits; 0 once the window is over.';
comment on column credits.limit_entry.remaining is
  'What can still be spent of amount, in credits; 0 also where more than amount is spent.';
comment on column credits.limit_entry.window_start is 'When the window began; null for total.';
comment on column credits.limit_entry.resets_at is 'When the window ends; null for total.';
comment on column credits.limit_entry.time_zone is
  'Whose calendar it is: a name of pg_timezone_names.';

comment on type credits.revocation is
  'What a refund or a dispute took back of a grant or of the allowance of a month, as it stands '
  'now: amount = collected + uncollected + lapsed.';
comment on column credits.revocation.reference is
  'The grant''s; null for the allowance of a month.';
comment on column credits.revocation.period_start is 'Start of the month; null for a grant.';
comment on column credits.revocation.revocation_id is 'The caller''s key.';
comment on column credits.revocation.state is 'open, or ended once it was undone.';
comment on column credits.revocation.requested is
  'Credits that were asked for; null for all that was left.';
comment on column credits.revocation.amount is
  'The part of requested that other revocations had left; 0 once it has ended.';
comment on column credits.revocation.collected is
  'The part of amount that was taken out of the bucket, at once or when jobs gave it back.';
comment on column credits.revocation.uncollected is 'The part of amount that has been spent.';
comment on column credits.revocation.lapsed is 'The part of amount that had lapsed unspent.';
comment on column credits.revocation.previous_balance is
  'Monthly + addon before its latest change, in credits.';
comment on column credits.revocation.new_balance is
  'Monthly + addon after its latest change, in credits.';
comment on column credits.revocation.seq is 'Ledger row of its latest change.';

comment on type credits.move_result is
  'What went from a profile to its successor. What jobs of the profile give back later follows.';
comment on column credits.move_result.profile_id is 'The profile that gave, which is closed now.';
comment on column credits.move_result.to_profile_id is 'The successor.';
comment on column credits.move_result.move_id is 'The caller''s key.';
comment on column credits.move_result.monthly_moved is 'Credits that left the monthly bucket.';
comment on column credits.move_result.addon_moved is 'Credits that left the addon bucket.';
comment on column credits.move_result.packs is 'How many packs there were among them.';
comment on column credits.move_result.previous_balance is
  'Monthly + addon of the successor before, in credits.';
comment on column credits.move_result.new_balance is
  'Monthly + addon of the successor afterwards, in credits.';
comment on column credits.move_result.seq is 'Ledger row of the profile.';
comment on column credits.move_result.to_seq is
  'Newest ledger row of the successor once the call was made.';

comment on type credits.batch_reservation is
  'The result of one element of a batch: its reservation, or an error.';
comment on column credits.batch_reservation.reservation is
  'What reserve_credits returns; null where the element was refused.';
comment on type credits.batch_settlement is
  'The result of one element of a batch: its settlement, or an error.';
comment on column credits.batch_settlement.settlement is
  'What settle_job returns; null where the element was refused.';
comment on type credits.batch_refund is
  'The result of one element of a batch: its refund, or an error.';
comment on column credits.batch_refund.refund is
  'What refund_job returns; null where the element was refused.';
comment on type credits.batch_renewal is
  'The result of one element of a batch: its renewal, or an error.';
comment on column credits.batch_renewal.renewal is
  'What renew_monthly returns; null where the element was refused.';
comment on type credits.batch_grant is
  'The result of one element of a batch: its grant, or an error.';
comment on column credits.batch_grant.granted is
  'What grant_addon returns; null where the element was refused.';

comment on type credits.job_event is 'A step in a job''s history.';
comment on column credits.job_event.seq is 'Ledger row of the step.';
comment on column credits.job_event.ts is 'When it happened.';
comment on column credits.job_event.kind is
  'Kind of the ledger row; legacy for a row of the previous application.';
comment on column credits.job_event.monthly_delta is 'Change of the monthly bucket, in credits.';
comment on column credits.job_event.addon_delta is 'Change of the addon bucket, in credits.';
comment on column credits.job_event.outstanding is 'What the job holds after it, in credits.';
comment on column credits.job_event.reason is 'For people: the reason of the ledger row.';

comment on type credits.finding is 'Something check_integrity found to be wrong.';
comment on column credits.finding.severity is
  'error: no function writes such rows; warning: a function can, and somebody should look.';
comment on column credits.finding.job_id is 'The job; null where it is not about one.';
comment on column credits.finding.rule is 'The rule that is broken, in words.';
comment on column credits.finding.expected is 'What the rule asks for.';
comment on column credits.finding.found is 'What is there instead.';

comment on type credits.checked_piece is 'A piece of the books that check_profiles has checked.';
comment on column credits.checked_piece.last_id is
  'The last profile of the piece; null where there is none after after_id.';
comment on column credits.checked_piece.profiles is 'How many profiles it is.';
comment on column credits.checked_piece.checked is
  'How many of them were checked; the others have not changed since changed_since.';
comment on column credits.checked_piece.entries is
  'How many ledger rows those have that were checked.';
comment on column credits.checked_piece.findings is
  'An array of what is wrong, each with the attributes of finding; empty if nothing is.';

comment on type credits.legacy_job is 'A job as the previous application kept it.';
comment on column credits.legacy_job.id is 'Id of the job, a UUID as text.';
comment on column credits.legacy_job.status is 'Its status there.';
comment on column credits.legacy_job.meta_json is 'Its metadata there: an object, or null.';
comment on column credits.legacy_job.created_at is 'When it was made there, or null.';
comment on type credits.legacy_entry is 'A ledger row as the previous application kept it.';
comment on column credits.legacy_entry.id is 'Id of the row there.';
comment on column credits.legacy_entry.ts is 'When it was written there, or null.';
comment on column credits.legacy_entry.kind is
  'What it did, such as deduct or refund; null where it has to be read from the reason.';
comment on column credits.legacy_entry.job_id is
  'Job it was about, a UUID as text; null where it has to be read from the reason.';
comment on column credits.legacy_entry.delta is 'Change of both buckets together, in credits.';
comment on column credits.legacy_entry.reason is 'Its reason there.';

comment on type credits.damage is 'Something that does not add up in what is to be imported.';
comment on column credits.damage.job_id is
  'The job: its id in the previous application; null where it is not about one.';
comment on column credits.damage.entry_id is
  'The ledger row: its id in the previous application; null where it is not about one.';
comment on column credits.damage.kind is 'The word that accepts it in import_profile.';
comment on column credits.damage.detail is 'What is wrong, for people.';
comment on type credits.import_result is 'An imported profile: its buckets, and what came with it.';
comment on column credits.import_result.overdraft_limit is
  'How far below zero the addon bucket may go, in credits: as far as it was imported.';
comment on column credits.import_result.jobs is 'How many jobs were imported.';
comment on column credits.import_result.entries is 'How many rows of its old ledger were imported.';

comment on type credits.refund_audit is
  'A refund of the previous application that put addon credits into the monthly bucket: how many, '
  'and what was still wrong of it at the import.';
comment on column credits.refund_audit.ts is 'When it was written there, or null.';
comment on column credits.refund_audit.refunded is 'Credits that it gave back in total.';
comment on column credits.refund_audit.misplaced_at_least is
  'Addon credits that it certainly put into the monthly bucket.';
comment on column credits.refund_audit.misplaced_at_most is
  'Addon credits that it can have put into the monthly bucket.';
comment on column credits.refund_audit.addon_lost_at_least is
  'How many of them the addon bucket certainly still lacked at the import.';
comment on column credits.refund_audit.addon_lost_at_most is
  'How many of them the addon bucket can still have lacked at the import.';
comment on column credits.refund_audit.monthly_gained_at_least is
  'How many of them the monthly bucket certainly still had at the import.';
comment on column credits.refund_audit.monthly_gained_at_most is
  'How many of them the monthly bucket can still have had at the import.';
comment on column credits.refund_audit.certainty is
  'exact where at_least and at_most are equal, otherwise bounded.';
comment on column credits.refund_audit.position is 'Its position in legacy_entries.';
comment on column credits.refund_audit.reference is 'The key that its repair has in the ledger.';
comment on column credits.refund_audit.repair_seq is
  'Ledger row that repaired it; null while none has.';

comment on type credits.repair is
  'What repairing one refund did: addon_restored = monthly_taken + written_off.';
comment on column credits.repair.addon_restored is 'Credits that the addon bucket got back.';
comment on column credits.repair.monthly_taken is 'Credits that the monthly bucket gave up for it.';
comment on column credits.repair.written_off is 'Credits that no bucket gave up for it.';
comment on column credits.repair.seq is 'Ledger row of the repair; null for a dry run.';
