begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select jsonb_build_object('a', repeat('x', 16375)) as meta \gset

select is(octet_length(:'meta'::jsonb::text), 16384, 'the text has 16384 bytes');
select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, %L, 10, %L)', :'profile', :'job', :'meta')),
  '{"cost": 10, "replayed": false}',
  'it is accepted'
);

select * from finish();
rollback;
