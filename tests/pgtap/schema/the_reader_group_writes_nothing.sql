begin;
\ir ../helpers.psql
select plan(85);

select credits_tests.member_of('credits_reader') as reader,
       credits_tests.profile(500, 5000) as profile
\gset

-- Nobody can write through a view with a join or a group.
select is(credits_tests.outcome(:'reader', s.statement),
          case when s.statement ~ '^(in|up|de).*(balances|flows|usage_daily|metrics)' then '55000'
               else '42501' end,
          s.statement)
  from (select format(o.operation, t.name, t.column_name)
          from credits_tests.relations() t,
               (values ('insert into credits.%I default values'),
                       ('update credits.%1$I set %2$I = default'),
                       ('delete from credits.%I')) o (operation)
        union all
        select format('truncate credits.%I cascade', t.name)
          from credits_tests.relations() t
         where t.name not in ('balances', 'ledger_entries', 'grants', 'daily_flows', 'job_flows',
                             'usage_daily', 'metrics')) s (statement);

select * from finish();
rollback;
