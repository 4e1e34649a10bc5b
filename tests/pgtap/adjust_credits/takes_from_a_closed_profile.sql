begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.pack(:'profile', 100, clock_timestamp() + interval '1 day') as pack,
       credits_tests.job(:'profile', 700) as job
\gset
select credits_tests.close(:'profile') as done \gset
select credits_tests.refund(:'job') as done \gset

select credits_tests.shows(
  credits_tests.answer(format(c.call, :'profile', c.key, 'left us', 'ann')), c.expected, c.what
)
from (values
  ('credits.adjust_credits(%L, %L, -500, 0, %L, %L)', 'a',
   '{"credits_remaining": 0, "addon_credits": 5100, "replayed": false}'::jsonb, 'the month'),
  ('credits.adjust_credits(%L, %L, 0, -5100, %L, %L)', 'b',
   '{"credits_remaining": 0, "addon_credits": 0, "replayed": false}', 'packs and what is perpetual'),
  ('credits.adjust_credits(%L, %L, -500, 0, %L, %L)', 'a',
   '{"credits_remaining": 0, "addon_credits": 5100, "replayed": true}', 'once per adjustment_id')
) c (call, key, expected, what);
select is(credits_tests.packs(:'profile'), '0', 'nothing is left in the pack');
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, 0, -1, %L, %L)', :'profile', 'c', 'why', 'who'),
  'PT402', 'insufficient_credits',
  '{"required": 1, "available": 0, "monthly": 0, "addon": 0}', 'no more than there is'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
