begin;
\ir ../helpers.psql
select plan(3);

select array[
         row('late', '2025-01-03', 'reset', null, 500, null),
         row('third', '2025-01-02', 'deduct', credits_tests.old_id('A'), -700, null),
         row('early', '2025-01-01', 'open', null, 500, null),
         row('fourth', '2025-01-02', 'deduct', credits_tests.old_id('B'), -20, null),
         row('second', '2025-01-01', 'addon', null, 1000, null)
       ]::credits.legacy_entry[] as entries
\gset
select credits_tests.imported(
  500, 780, array[credits_tests.old_job('A', 700), credits_tests.old_job('B', 20)], :'entries'
) as profile \gset

select is(
  (select string_agg(e.entry_id, ' ' order by e.position)
     from credits.legacy_entries e where e.profile_id = :'profile'),
  'early second third fourth late',
  'the ledger, in whatever order it was given'
);
select is(
  credits_tests.split(credits_tests.old_id(c.name)), c.split, format('job %s', c.name)
)
from (values ('A', '500 + 200 ledger'), ('B', '0 + 20 ledger')) c (name, split);

select * from finish();
rollback;
