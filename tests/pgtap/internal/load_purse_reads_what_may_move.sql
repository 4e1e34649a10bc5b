begin;
\ir ../helpers.psql
select plan(14);

-- A profile with a job of each of four months and of the time before; with a pack that is empty, one
-- that is not, and one that is over.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(1000, 1000) as profile, credits_tests.profile(0, 0) as other
\gset
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.pack(:'other', 7, '2030-09-01 00:00Z'),
       credits_tests.pack(:'profile', 5, '2030-05-01 00:00Z'),
       credits_tests.pack(:'profile', 10, '2030-06-01 00:00Z'),
       credits_tests.pack(:'profile', 30, '2030-01-02 00:00Z', 'paid', 9)
\gset pack_
select credits_tests.job(:'profile', 1) as before, credits_tests.job(:'profile', 1004) as packed \gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 100),
       credits_tests.job(:'profile', 1) as february
\gset
select credits_tests.renew(:'profile', '2030-03-01 00:00Z', 100),
       credits_tests.job(:'profile', 1) as march
\gset
select credits_tests.settle(credits_tests.job(:'profile', 1)) as settled \gset
select credits_tests.renew(:'profile', '2030-04-01 00:00Z', 100),
       credits_tests.job(:'profile', 1) as april
\gset
select credits_tests.set_time('2030-01-03 00:00Z') as now,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as lapsed
\gset

-- The amounts of the packs and the starts of the months that are read for some jobs.
create function pg_temp.read(profile_id uuid, jobs uuid[], draws boolean)
returns text
language sql
as $$
  select format('packs: %s, months: %s',
           case when l.packs is null then 'not read'
                else (select string_agg(k.amount::text, ' ') from unnest(l.packs) k) end,
           case when l.renewals is null then 'not read'
                else (select string_agg(to_char(r.period_start at time zone 'UTC', 'MM'), ' ')
                        from unnest(l.renewals) r) end)
    from credits.profiles p
   cross join lateral credits._load_purse(
           p, array(select j from credits.jobs j where j.id = any (read.jobs)), read.draws) l
   where p.id = read.profile_id
$$;

select is(
  pg_temp.read(
    :'profile',
    array(select case j.name when 'before' then :'before' when 'packed' then :'packed'
                             when 'february' then :'february' when 'march' then :'march'
                             when 'settled' then :'settled' when 'april' then :'april' end::uuid
            from unnest(string_to_array(c.jobs, ' ')) j (name)),
    c.draws),
  c.found,
  format('jobs: %s; %s', c.jobs, case when c.draws then 'packs may be spent' else 'returns only' end)
)
from (values
  ('', true, 'packs: 10, months: not read'),
  ('', false, 'packs: not read, months: not read'),
  ('april', true, 'packs: 10, months: not read'),
  ('april', false, 'packs: not read, months: not read'),
  ('packed', false, 'packs: 5, months: 02 03 04'),
  ('packed', true, 'packs: 5 10, months: 02 03 04'),
  ('before', false, 'packs: not read, months: 02 03 04'),
  ('february', false, 'packs: not read, months: 03 04'),
  ('march', false, 'packs: not read, months: 04'),
  ('settled', false, 'packs: not read, months: 04'),
  ('march february', false, 'packs: not read, months: 03 04'),
  ('april march', false, 'packs: not read, months: 04')
) c (jobs, draws, found);

update credits.settings set closed_period_refund = 'restore';
select is(
  pg_temp.read(:'profile', array[:'packed']::uuid[], false), 'packs: 5, months: not read',
  'no month takes anything up under restore'
);
select credits_tests.profile(5, 5) as bare \gset
select is(
  (select (credits._load_purse(p, null, true)).packs is null
     from credits.profiles p
    where p.id = :'bare'),
  true, 'a profile without packs reads none'
);

select * from finish();
rollback;
