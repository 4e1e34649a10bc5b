begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  (select to_jsonb(p) from credits.profiles p where p.id = :'profile'),
  '{"overdraft_limit": 0, "period_start": null, "next_pack_expiry": null, "closed_at": null}',
  'a new profile has no overdraft, no period, no pack and is open'
);

select * from finish();
rollback;
