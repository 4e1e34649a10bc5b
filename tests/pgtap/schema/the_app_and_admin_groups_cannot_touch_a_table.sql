begin;
\ir ../helpers.psql
select plan(216);

select credits_tests.member_of('credits_app') as app,
       credits_tests.member_of('credits_admin') as admin,
       credits_tests.profile(500, 5000) as profile
\gset

select is(
  credits_tests.outcome(m.role, s.statement),
  -- Nobody can write through a view with a join or a group.
  case when s.statement ~ '^(in|up|de).*(balances|flows|usage_daily|metrics)' then '55000'
       else '42501' end,
  format('%s: %s', m.name, s.statement)
)
from (values ('app', :'app'), ('admin', :'admin')) m (name, role),
     (select format(o.operation, t.name, t.column_name)
        from credits_tests.relations() t,
             (values ('select from credits.%I'),
                     ('insert into credits.%I default values'),
                     ('update credits.%1$I set %2$I = default'),
                     ('delete from credits.%I')) o (operation)
      union all
      select format('truncate credits.%I cascade', t.name)
        from credits_tests.relations() t
        where t.name not in ('balances', 'ledger_entries', 'grants', 'daily_flows', 'job_flows',
                             'usage_daily', 'metrics')) s (statement);

select * from finish();
rollback;
