begin;
\ir ../helpers.psql
select plan(41);

select credits_tests.member_of('credits_reader') as reader,
       credits_tests.profile(500, 5000) as profile
\gset

select is(credits_tests.outcome(:'reader', s.statement), '42501', s.statement)
  from (select format(o.operation, t.name, t.column_name)
          from credits_tests.relations() t,
               (values ('insert into credits.%I default values'),
                       ('update credits.%1$I set %2$I = default'),
                       ('delete from credits.%I')) o (operation)
        union all
        select format('truncate credits.%I cascade', t.name)
          from credits_tests.relations() t
         where t.name not in ('balances', 'ledger_entries', 'grants')) s (statement);

select * from finish();
rollback;
