begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
create temporary table profiles (like credits.profiles);
create temporary table jobs (like credits.jobs);
create temporary table ledger (like credits.ledger);
create domain pg_temp.uuid as integer;
create domain pg_temp.jsonb as integer;
create domain pg_temp.timestamptz as integer;

select r.monthly_deducted, r.addon_deducted
  from credits.reserve_credits(:'profile', :'job', 2000) r \gset
select is(concat(:'monthly_deducted', ' + ', :'addon_deducted'), '500 + 1500', 'reserve_credits');
select g.new_balance from credits.grant_addon(:'profile', 700, 'order-1') g \gset
select is(:'new_balance'::text, '4200', 'grant_addon');
select r.monthly_refunded, r.addon_refunded from credits.refund_job(:'job', 1600, 'part-1') r \gset
select is(concat(:'monthly_refunded', ' + ', :'addon_refunded'), '100 + 1500', 'refund_job');
select r.monthly_refunded, r.addon_refunded from credits.rollback_reservation(:'job') r \gset
select is(concat(:'monthly_refunded', ' + ', :'addon_refunded'), '400 + 0', 'rollback_reservation');
select b.available from credits.get_balance(:'profile') b \gset
select is(:'available'::text, '6200', 'get_balance');

select * from finish();
rollback;
