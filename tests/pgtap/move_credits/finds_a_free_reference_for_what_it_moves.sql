begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other,
       credits_tests.profile(0, 0) as third
\gset
select credits_tests.pack(:'profile', 100, '2030-02-01Z') as pack,
       credits_tests.job(:'profile', 40) as job, credits_tests.job(:'profile', 60) as second
\gset
-- Whatever the ledger rows of the moves will be.
select count(credits_tests.grant_credits(:'other', 1, format('move %s/%s/2', :'profile', n))) as n
  from generate_series(4, 10) n
\gset
select credits_tests.refund(:'job', 10, 'before') as done,
       credits.move_credits(:'profile', :'other', 'merge', 'one person', 'ann') as moved
\gset
select is(credits_tests.buckets(:'other'), '0 + 17', 'what is left is there');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'other'), '0 + 47', 'and what follows');
select matches(
  (select string_agg(g.reference, ' ' order by g.seq)
     from credits.addon_grants g
    where g.profile_id = :'other'
      and g.amount > 1),
  '^move \S+/\d+/2\+ move \S+/\d+/2\+$', 'under references that nobody had'
);

select g.reference as of_a_pack
  from credits.addon_grants g
 where g.profile_id = :'other'
   and g.amount > 1
 order by g.seq
 limit 1
\gset
select throws_like(
  format('select credits.move_credits(%L, %L, %L, ''why'', ''who'')', :'other', :'third',
         :'of_a_pack'),
  'reference_conflict', 'one of them is no move_id'
);
select credits.move_credits(:'other', :'third', format('move %s/99/2', :'profile'), 'why', 'who')
       as moved
\gset
select is(credits_tests.buckets(:'third'), '0 + 47', 'another one is');
select credits_tests.refund(:'second') as done \gset
select is(credits_tests.buckets(:'third'), '0 + 107', 'and all of it follows');
select credits_tests.sound(:'other', 'the books of the second are sound');
select credits_tests.sound(:'third', 'the books of the third are sound');

-- The move_id of a successor that is moved itself is what a later pack would be called.
select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.pack(:'profile', 100, '2030-02-01Z') as pack,
       credits_tests.job(:'profile', 40) as job,
       credits.move_credits(:'profile', :'other', 'merge', 'why', 'who') as moved
\gset
select p.seq + 2 as seq from credits.profiles p where p.id = :'profile' \gset
select credits.move_credits(:'other', :'third', format('move %s/%s/2', :'profile', :'seq'), 'why',
                            'who') as moved
\gset
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'third'), '0 + 207', 'what comes back gets past it');

select * from finish();
rollback;
