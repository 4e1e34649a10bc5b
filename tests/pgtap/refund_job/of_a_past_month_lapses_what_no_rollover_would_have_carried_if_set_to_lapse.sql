begin;
\ir ../helpers.psql
select plan(12);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800, 200) as done \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset

select is(
  :'first'::jsonb,
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'refunded', 'amount', 2000,
    'monthly_refunded', 500, 'addon_refunded', 1500, 'monthly_lapsed', 300, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', 4300, 'new_balance', 6000, 'seq', 4, 'replayed', false,
    'breakdown_source', 'recorded'
  ),
  'the addon part in full; of the monthly part what the rollover would have carried'
);
select is(credits_tests.buckets(:'profile'), '1000 + 5000', 'the buckets');
select is(
  credits_tests.history(:'profile', 3), 'refund +500 +1500, lapse -300 +0', 'two ledger rows'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 5, 'kind', 'lapse', 'job_id', :'job',
    'monthly_delta', -300, 'addon_delta', 0, 'monthly_balance', 1000, 'addon_balance', 5000,
    'reason', format('job lapse: %s (monthly: -300, addon: 0)', :'job'),
    'reference', null, 'actor', null
  ),
  'the second names the job'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 1500, "closing_seq": 4}',
  'the job counts what was returned, lapsed or not'
);
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

-- In parts.
update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800, 200) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', :'job', c.amount, c.amount)),
  jsonb_build_object('amount', c.amount, 'monthly_lapsed', c.lapsed, 'new_balance', c.balance),
  format('%s', c.amount)
)
from (values (150, 0, 950), (100, 50, 1000), (250, 250, 1000)) c (amount, lapsed, balance);
select is(
  (select concat(r.unused, ', ', r.carried) from credits.renewals r
    where r.profile_id = :'profile'),
  '500, 200', 'the renewal counted all of it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
