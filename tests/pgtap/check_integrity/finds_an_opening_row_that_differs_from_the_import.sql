begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_story() as changed,
       credits_tests.imported(null, -3, '{}', '{}',
                              '{null_balance,negative_balance,balance_mismatch}') as debtor,
       credits_tests.imported(7, 0, '{}', '{}', '{history_truncated}') as other_kind
\gset
update credits.legacy_profiles p
   set addon_credits = p.addon_credits + 1
 where p.profile_id in (:'changed', :'debtor');
alter table credits.ledger disable trigger ledger_refuse_change;
update credits.ledger l set kind = 'adjust' where l.profile_id = :'other_kind' and l.seq = 1;

select results_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', c.profile),
  format($$
    values ('error', %L::uuid, null::uuid, 'first ledger row carries what was imported',
            %L, %L::text)
  $$, c.profile, c.expected, c.found),
  c.description
)
from (values
  (:'changed', '5501', '5500', 'of an imported balance'),
  (:'debtor', '-2', '-3', 'of an imported debt'),
  (:'other_kind', '7', null, 'a row of another kind')
) c (profile, expected, found, description);

select * from finish();
rollback;
