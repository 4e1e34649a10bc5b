begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01Z');
select credits_tests.profile(500, 5000) as old, credits_tests.profile(500, 5000) as changed,
       credits_tests.profile(0, 0) as empty
\gset
select credits_tests.set_time('2030-01-02Z');
select credits_tests.job(:'changed', 5) as job \gset
update credits.profiles p set overdraft_limit = 5, credits_remaining = 7
 where p.id in (:'old', :'changed', :'empty');

-- Of these profiles, those in which something is found.
create function credits_tests.found_since(since timestamptz, profiles uuid[])
returns uuid[]
language sql
as $$
  select coalesce(array_agg(distinct f.profile_id order by f.profile_id), '{}')
    from credits.check_profiles(null, 1000000, found_since.since) p
   cross join lateral jsonb_populate_recordset(null::credits.finding, p.findings) f
   where f.profile_id = any (found_since.profiles)
$$;

select is(
  credits_tests.found_since('2030-01-02Z', array[:'old', :'changed', :'empty']::uuid[]),
  array[:'changed']::uuid[], 'who has a ledger row of then or later is checked'
);
select is(
  credits_tests.found_since('2030-01-02 00:00:01Z', array[:'old', :'changed']::uuid[]), '{}',
  'who has none is not'
);
update credits.profiles p set changed_at = null where p.id = :'empty';
select is(
  cardinality(credits_tests.found_since('2030-01-01Z', array[:'old', :'empty']::uuid[])), 2,
  'who does not say when it changed counts from when it was opened'
);
select is(
  (select p.profiles = (select count(*) from credits.profiles) and p.checked = 1
     from credits.check_profiles(null, 1000000, '2030-01-02Z') p),
  true, 'the others are looked at, and left out'
);
select is(
  (select p.entries from credits.check_profiles(null, 1000000, '2030-01-02Z') p),
  (select p.seq from credits.profiles p where p.id = :'changed'), 'with their ledger'
);

select * from finish();
rollback;
