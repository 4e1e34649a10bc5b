begin;
\ir ../helpers.psql
select plan(3);

create temporary view asked as
select c.conrelid::regclass::text as relation, c.convalidated,
       pg_get_constraintdef(c.oid) as definition, f.*
  from pg_constraint c
  join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = c.oid
                  and d.refclassid = 'pg_proc'::regclass
  join pg_proc f on f.oid = d.refobjid
 where c.connamespace = 'credits'::regnamespace;

select set_eq(
  'select relation, proname::text, definition from asked where convalidated',
  $$values ('credits.profiles', '_check_profiles_1',
            'CHECK (credits._check_profiles_1(profiles.*))'),
           ('credits.jobs', '_check_jobs_1', 'CHECK (credits._check_jobs_1(jobs.*))'),
           ('credits.ledger', '_check_ledger_1', 'CHECK (credits._check_ledger_1(ledger.*))'),
           ('credits.packs', '_check_packs_1', 'CHECK (credits._check_packs_1(packs.*))'),
           ('credits.pack_draws', '_check_pack_draws_1',
            'CHECK (credits._check_pack_draws_1(pack_draws.*))'),
           ('credits.raises', '_check_raises_1', 'CHECK (credits._check_raises_1(raises.*))'),
           ('credits.limits', '_check_limits_1', 'CHECK (credits._check_limits_1(limits.*))')$$,
  'these tables have a function with their rules'
);
select is_empty(
  $$select a.proname
      from asked a
     where a.provolatile <> 'i'
        or a.prosecdef
        or a.proconfig <> array['search_path=pg_catalog, pg_temp']
        or a.proargtypes <> array['record'::regtype]::oidvector
        or a.prosrc ~* '\m(from|select|perform|execute)\M|credits\.'$$,
  'each is immutable, takes any row, has a search path of its own and asks nothing else'
);

-- A dump brings functions first and tables afterwards.
select is_empty(
  $$select d.refobjid
      from asked a
      join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = a.oid
     where d.refclassid <> all (array['pg_namespace', 'pg_language']::regclass[])$$,
  'and depends on nothing'
);

select * from finish();
rollback;
