begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as other, credits_tests.profile(500, 5000) as opened \gset
select to_jsonb(p) as before from credits.profiles p where p.id = :'other' \gset
select credits_tests.imported(0, 0, '{}', '{}') as profile \gset

select is(
  (select to_jsonb(p) from credits.profiles p where p.id = :'other'), :'before'::jsonb,
  'an imported profile'
);
select is(credits_tests.buckets(:'opened'), '500 + 5000', 'a profile opened here');

select * from finish();
rollback;
