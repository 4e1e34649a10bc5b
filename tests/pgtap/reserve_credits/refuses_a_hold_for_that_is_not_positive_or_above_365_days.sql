begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1, hold_for => %L)',
         :'profile', c.hold_for),
  'PT400', 'invalid_interval',
  jsonb_build_object('parameter', 'hold_for', 'value', c.value, 'maximum', '365 days'),
  format('%s is refused', c.hold_for)
)
from (values
  ('0', '00:00:00'),
  ('-1 second', '-00:00:01'),
  ('-1 day', '-1 days'),
  ('365 days 1 microsecond', '365 days 00:00:00.000001'),
  ('366 days', '366 days'),
  ('1 year', '1 year'),
  ('1 month -30 days', '1 mon -30 days'),
  ('11 months 36 days', '11 mons 36 days')
) c (hold_for, value);

select * from finish();
rollback;
