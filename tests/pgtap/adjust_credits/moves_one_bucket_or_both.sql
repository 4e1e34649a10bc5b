begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile \gset

select is(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, -20, 300, %L, %L)',
                              :'profile', 'ticket-7', 'goodwill', 'ann')),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 480, 'addon_credits', 5300,
    'available', 5780, 'held', null, 'posted', null, 'seq', 2, 'replayed', false
  ),
  'the answer has the buckets after the row'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'kind', 'adjust', 'job_id', null,
    'monthly_delta', -20, 'addon_delta', 300, 'monthly_balance', 480, 'addon_balance', 5300,
    'reason', 'adjustment: ticket-7 (monthly: -20, addon: +300): goodwill',
    'reference', 'ticket-7', 'actor', 'ann'
  ),
  'one ledger row with the key, the reason and the actor'
);
select is(credits_tests.buckets(:'profile'), '480 + 5300', 'both buckets moved');
select credits_tests.sound(:'profile');

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
                              :'profile', c.key, c.monthly, c.addon, 'why', 'who')),
  jsonb_build_object('credits_remaining', c.monthly_then, 'addon_credits', c.addon_then),
  format('%s, %s', c.monthly, c.addon)
)
from (values ('a', 1, 0, 501, 5000), ('b', 0, 1, 501, 5001), ('c', -501, 0, 0, 5001),
             ('d', 0, -5001, 0, 0)) c (key, monthly, addon, monthly_then, addon_then);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
