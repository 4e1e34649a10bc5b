begin;
\ir ../helpers.psql
select plan(4);

select gen_random_uuid() as profile \gset
select credits_tests.answer(format('credits.open_profile(%L, 500, 5000)', :'profile')) as answer
\gset

select credits_tests.shows(
  :'answer',
  jsonb_build_object('profile_id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000,
                     'available', 5500, 'seq', 1, 'replayed', false),
  'the answer has both buckets, their sum and the first seq'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'the profile has both buckets');
select is(
  (select p.seq from credits.profiles p where p.id = :'profile'),
  1::bigint,
  'the profile counts its opening row'
);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  (select to_jsonb(p) from credits.profiles p where p.id = :'profile'),
  '{"overdraft_limit": 0, "period_start": null, "next_pack_expiry": null, "closed_at": null}',
  'a new profile has no overdraft, no period, no pack and is open'
);

select * from finish();
rollback;
