begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 9007199254740991)',
           credits_tests.profile(c.monthly, c.addon))),
  jsonb_build_object('monthly_deducted', c.monthly, 'addon_deducted', c.addon, 'new_balance', 0),
  format('2^53-1 of %s + %s', c.monthly, c.addon)
)
from (values (9007199254740991, 0), (991, 9007199254740000)) c (monthly, addon);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select jsonb_build_object('a', repeat('x', 16375)) as meta \gset

select is(octet_length(:'meta'::jsonb::text), 16384, 'the text has 16384 bytes');
select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, %L, 10, %L)', :'profile', :'job', :'meta')),
  '{"cost": 10, "replayed": false}',
  'and is accepted'
);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, %L, 10%s)', :'profile', gen_random_uuid(), c.meta)),
  '{"cost": 10, "replayed": false}',
  c.description
)
from (values ('', 'without meta'),
             (', null', 'meta is null'), (', ''{}''', 'meta is an empty object'))
     c (meta, description);

select * from finish();
rollback;
