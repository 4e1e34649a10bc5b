begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.pack(:'profile', 100, '2099-01-01 00:00Z') as pack \gset
select credits_tests.move(:'profile', :'other') as done \gset
select format('move %s/4/2', :'profile') as reference \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 100, %L, %L)', :'other', :'reference', '2099-01-01Z'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'reference', 'stored', null, 'given', :'reference'),
  'it is no replay'
);
select is(credits_tests.grant_credits(:'other', 100, 'pack 100')::text, :'other',
          'the reference that the pack had is free there');

select * from finish();
rollback;
