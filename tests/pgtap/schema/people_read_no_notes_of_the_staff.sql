begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.person() as person, credits_tests.profile(500, 5000) as profile,
       gen_random_uuid() as job
\gset
select credits.adjust_credits(:'profile', 'case-secret', -10, 5, 'secret: fraud', 'secret ann')
    as done
\gset
select credits.grant_addon(:'profile', 100, 'order-1', reason => 'secret discount') as done \gset
select credits.revoke_grant(:'profile', 'order-1', 'secret-1', 60, 'secret reason', 'secret ann')
    as done
\gset
select credits.reinstate_grant(:'profile', 'order-1', 'secret-1', 'secret friend', 'secret ann')
    as done
\gset
select credits.open_profile('33333333-3333-4333-8333-333333333333', 3, 4) as done \gset
select credits.move_credits('33333333-3333-4333-8333-333333333333', :'profile', 'secret merge',
                            'secret twin', 'secret ann') as done
\gset
select credits.set_overdraft_limit(:'profile', 9, 'secret trust', 'secret ann') as done \gset
select credits.reserve_credits(:'profile', :'job', 30, '{"secret": "the model"}') as done \gset
select credits.refund_job(:'job', 10, 'secret-refund', 'secret complaint') as done \gset
select set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset

-- The role may read every table, every column and every view, which is more than the recipe grants.
select is(
  credits_tests.seen_by(
    :'person', format('select count(*) from credits.%I r where r::text ~ ''secret''', r.relation)),
  '0',
  format('%s shows none', r.relation)
)
from (select * from credits_tests.own_views()
      union all
      values ('ledger'), ('ledger_entries')) r (relation);
select is(
  credits_tests.seen_by(
    :'person',
    'select string_agg(s.kind || coalesce('' '' || s.reference, ''''), '', '' order by s.seq)
       from credits.my_statement s'),
  'open, adjust, grant order-1, revoke, reinstate, move, adjust, reserve, refund',
  'each row of the ledger is there, and the key of a grant'
);
select is(
  credits_tests.seen_by(
    :'person',
    'select string_agg(s.description, '', '' order by s.seq) from credits.my_statement s'),
  'Opening balance, Adjustment, Credits added, Credits withdrawn, Credits restored, '
  'Accounts merged, Setting changed, Job, Job refunded',
  'and what it was, for a customer to read'
);
select matches(
  pg_get_viewdef('credits.my_statement'),
  (select string_agg(format('(?=.*WHEN ''%s''::text THEN)', k.kind), '')
     from regexp_matches(
            (select substring(r.source
                              from 'kind <> all \(''({[a-z,\s]+})''[^'']*''ledger_kind_known''')
               from credits_tests.rules_of('ledger') r), '[{,]\s*([a-z]+)', 'g') m (found)
    cross join lateral (select m.found[1] as kind) k),
  'each kind has words for a customer'
);

select * from finish();
rollback;
