begin;
\ir ../helpers.psql
select plan(24);

select credits_tests.imported_story() as profile,
       credits_tests.member_of('credits_app') as app,
       credits_tests.member_of('credits_admin') as admin,
       credits_tests.member_of('credits_reader') as reader
\gset

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
