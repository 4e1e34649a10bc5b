begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 5000) as one, credits_tests.profile(500, 5000) as two,
       credits_tests.profile(0, 0) as empty
\gset
update credits.profiles p set credits_remaining = 7 where p.id in (:'one', :'two');
select credits_tests.job(:'one', 5) as job \gset
update credits.jobs j set meta_json = '{}' where j.id = :'job';

create temporary table piece as
with recursive piece as (
  select c.*, 1 as number
    from credits.check_profiles(null, 2) c
  union all
  select c.*, p.number + 1
    from piece p, credits.check_profiles(p.last_id, 2) c
   where p.last_id is not null
     and p.number <= (select count(*) from credits.profiles) -- there are never more
)
select p.last_id, p.profiles, p.checked, p.entries, p.findings from piece p;

select is((select sum(p.profiles)::bigint from piece p), (select count(*) from credits.profiles p),
          'each profile once');
select is((select sum(p.checked)::bigint from piece p), (select count(*) from credits.profiles p),
          'and none is left out');
select is((select sum(p.entries)::bigint from piece p), (select count(*) from credits.ledger p),
          'with all that its ledger has');
select is(
  (select array_agg(p.last_id order by p.last_id) from piece p),
  (select array_agg(p.last_id) from piece p), 'in the order of their ids'
);
select is(
  (select p::text from piece p where p.last_id is null), '(,0,0,0,[])',
  'the last piece is empty, and says so'
);
select ok((select count(*) from credits.check_integrity()) > 2, 'something is wrong');
select bag_eq(
  'select f.* from piece p
    cross join lateral jsonb_populate_recordset(null::credits.finding, p.findings) f',
  'select f.* from credits.check_integrity() f',
  'all pieces together find what is found of all'
);
select bag_eq(
  'select f.profile_id from piece p
    cross join lateral jsonb_populate_recordset(null::credits.finding, p.findings) f',
  'select f.profile_id from credits.profiles p cross join credits.check_integrity(p.id) f',
  'and what is found of each'
);

select * from finish();
rollback;
