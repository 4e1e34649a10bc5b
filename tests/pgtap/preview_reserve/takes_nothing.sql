begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(50, 30) as profile \gset
select to_jsonb(p) as before from credits.profiles p where p.id = :'profile' \gset
select is(
  (select concat(v.monthly_deducted, ' + ', v.addon_deducted)
     from credits.preview_reserve(:'profile', 60) v),
  '50 + 10', 'it says what it would take'
);
select is(
  (select to_jsonb(p) from credits.profiles p where p.id = :'profile'), :'before'::jsonb,
  'and takes nothing'
);

select * from finish();
rollback;
