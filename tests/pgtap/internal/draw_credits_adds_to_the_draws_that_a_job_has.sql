begin;
\ir ../helpers.psql
select plan(1);

-- What a change says of its job's draws is whole, since the next change of the same plan begins
-- with it.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.pack(:'profile', 100, '2099-01-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 30) as job \gset
select is(
  (select array_agg(format('%s: %s', d.draw, d.amount) order by d.draw)
     from credits.jobs j
     join credits.profiles p on p.id = j.profile_id
    cross join credits._draw_credits(
            credits._load_purse(p, array[j], true),
            credits._load_change(j), 20, 'reject', 2, credits._now()) n
    cross join unnest((n.change).draws) d
    where j.id = :'job'),
  array['1: 30', '2: 20'], 'the first draw and the second'
);

select * from finish();
rollback;
