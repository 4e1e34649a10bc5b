begin;
\ir ../helpers.psql
select plan(4);

select is(credits.id_of(null), null, 'for null');
select is(credits.id_of(''), null, 'for the empty text');
select isnt(credits.id_of(' '), null, 'a blank is a text');
select credits_tests.refuses(
  $$select credits.reserve_credits(credits.id_of(''), credits.id_of('job-1'), 5)$$,
  'PT400', 'missing_argument', '{"parameter": "profile_id"}',
  'what needs an id refuses it'
);

select * from finish();
rollback;
