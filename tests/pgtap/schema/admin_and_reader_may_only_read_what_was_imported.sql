begin;
\ir ../helpers.psql
select plan(32);

select credits_tests.imported_story() as profile, credits_tests.person() as person,
       credits_tests.member_of('credits_app') as app,
       credits_tests.member_of('credits_admin') as admin,
       credits_tests.member_of('credits_reader') as reader
\gset

select is(
  credits_tests.seen_by(m.role, format('select count(*) from credits.%I t where t.profile_id = %L',
                                       t.name, :'profile')),
  t.rows,
  format('%s reads %s', m.name, t.name)
)
from (values ('admin', :'admin'), ('reader', :'reader')) m (name, role),
     (values ('legacy_profiles', '1'), ('legacy_entries', '4')) t (name, rows);
select is(
  credits_tests.outcome(:'app', format('select count(*) from credits.%I', t)), '42501',
  format('app does not read %s', t)
)
from unnest(array['legacy_profiles', 'legacy_entries']) t;
select set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset
select is(
  credits_tests.seen_by(:'person', format('select count(*) from credits.%I', t)), '0',
  format('a person sees nothing in %s, not even of their own', t)
)
from unnest(array['legacy_profiles', 'legacy_entries']) t;

select is(
  credits_tests.outcome(m.role, format(s.statement, t.name)), '42501',
  format('%s: %s', m.name, format(s.statement, t.name))
)
from (values ('app', :'app'), ('admin', :'admin'), ('reader', :'reader')) m (name, role),
     (values ('legacy_profiles'), ('legacy_entries')) t (name),
     (values ('insert into credits.%I default values'),
             ('update credits.%I set profile_id = default'),
             ('delete from credits.%I'),
             ('truncate credits.%I cascade')) s (statement);

select * from finish();
rollback;
