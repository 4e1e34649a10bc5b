begin;
\ir ../helpers.psql
select plan(17);

select is(
  credits_tests.damage(d.monthly, d.addon, d.jobs, d.entries), d.found, d.kind
)
from credits_tests.damaged_profiles() d;
select is(
  (select array_agg(d.kind order by d.kind) from credits_tests.damaged_profiles() d),
  (select array_agg(distinct k.kind order by k.kind)
     from (
       select (regexp_matches(p.prosrc, '''([a-z]+_[a-z]+)''', 'g'))[1] as kind
         from pg_catalog.pg_proc p
        where p.oid = 'credits._check_damage_kinds(text[])'::regprocedure
     ) k),
  'these are all that can be accepted'
);

select * from finish();
rollback;
