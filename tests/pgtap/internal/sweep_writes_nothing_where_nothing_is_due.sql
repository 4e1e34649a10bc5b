begin;
\ir ../helpers.psql
select plan(2);

-- Somebody else has processed what was due, since the sweeper looked.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as without, credits_tests.profile(500, 5000) as later
\gset
select credits_tests.hold(:'later', 8, '1 hour') as hold \gset
create temporary table before as select p.id, p.ctid as place from credits.profiles p;
select sum(cardinality(credits._sweep(b.id, credits._now(), 9)))::integer as changes from before b \gset
select is(:changes, 0, 'nothing is due');
select is_empty(
  'select b.id from before b join credits.profiles p on p.id = b.id where p.ctid <> b.place',
  'and no profile is written'
);

select * from finish();
rollback;
