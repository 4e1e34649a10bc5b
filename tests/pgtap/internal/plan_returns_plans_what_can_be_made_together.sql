begin;
\ir ../helpers.psql
select plan(32);

-- Three elements of a profile, and what is special about the second one: which are planned. What has
-- no effect is passed over; what needs a closer look is planned by itself with all after it.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
create temporary table tested as
select c.*, credits_tests.profile(500, 5000) as profile_id
  from (values
    ('settle', 'nothing', 8, '{}'::jsonb, '1 2 3'),
    ('settle', 'free', 0, '{}', '1 2 3'),
    ('settle', 'for less', 8, '{"actual_cost": 7}', '1 2 3'),
    ('settle', 'an unknown job', 8, '{"job_id": "ffffffff-ffff-4fff-8fff-ffffffffffff"}', '1 3'),
    ('settle', 'another profile', 8, '{"profile_id": "ffffffff-ffff-4fff-8fff-ffffffffffff"}',
     '1 3'),
    ('settle', 'a cost below 0', 8, '{"actual_cost": -1}', '1 3'),
    ('settle', 'a cost above the maximum', 8, '{"actual_cost": 9007199254740992}', '1 3'),
    ('settle', 'an unknown overage', 8, '{"overage": "other"}', '1 3'),
    ('settle', 'settled', 8, '{}', '1 3'),
    ('settle', 'rolled back', 8, '{}', '1 3'),
    ('settle', 'refunded', 8, '{}', '1 3'),
    ('settle', 'expired', 8, '{}', '1'),
    ('settle', 'for more', 8, '{"actual_cost": 9}', '1'),
    ('settle', 'refunded in part', 8, '{}', '1'),
    ('settle', 'refunded in part', 600, '{}', '1'),
    ('settle', 'from a pack', 600, '{}', '1'),
    ('settle', 'of another period', 8, '{}', '1'),
    ('settle', 'imported', 8, '{}', '1'),
    ('settle', 'twice', 8, '{}', null),
    ('refund', 'nothing', 8, '{}', '1 2 3'),
    ('refund', 'free', 0, '{}', '1 2 3'),
    ('refund', 'settled', 8, '{}', '1 2 3'),
    ('refund', 'a blank reason', 8, '{"reason": " "}', '1 3'),
    ('refund', 'rolled back', 8, '{}', '1 3'),
    ('refund', 'refunded', 8, '{}', '1 3'),
    ('refund', 'expired', 8, '{}', '1 3'),
    ('refund', 'a part', 8, '{"amount": 1, "refund_id": "part"}', '1'),
    ('refund', 'an amount without a key', 8, '{"amount": 1}', '1'),
    ('refund', 'a key without an amount', 8, '{"refund_id": "part"}', '1'),
    ('refund', 'refunded in part', 600, '{}', '1'),
    ('refund', 'from a pack', 600, '{}', '1'),
    ('refund', 'of another period', 8, '{}', '1')
  ) c (kind, what, cost, more, planned);

select count(credits_tests.pack(t.profile_id, 100, '2030-01-09 00:00Z'))
         filter (where t.what = 'from a pack') as packs
  from tested t
\gset
create temporary table special as
select t.*, credits_tests.job(t.profile_id, t.cost) as second from tested t;
select count(credits_tests.settle(s.second)) filter (where s.what = 'settled') as settled,
       count(credits_tests.roll_back(s.second)) filter (where s.what = 'rolled back') as rolled_back,
       count(credits_tests.refund(s.second)) filter (where s.what = 'refunded') as refunded,
       count(credits_tests.refund(s.second, 1, 'part'))
         filter (where s.what = 'refunded in part') as parts,
       count(credits_tests.expire(s.second)) filter (where s.what = 'expired') as expired,
       count(credits_tests.renew(s.profile_id, '2030-01-01 00:00Z', 500))
         filter (where s.what = 'of another period') as renewed
  from special s
\gset
select count(credits._bring_up_to_date(p)) as up_to_date from credits.profiles p \gset
update credits.jobs j
   set breakdown_source = 'ledger', monthly_held_at_import = 8, addon_held_at_import = 0
  from special s
 where j.id = s.second
   and s.what = 'imported';
create temporary table batch as
select s.*,
       jsonb_build_array(
         jsonb_build_object('job_id', s.first),
         jsonb_build_object('job_id', case s.what when 'twice' then s.first else s.second end)
           || s.more,
         jsonb_build_object('job_id', credits_tests.job(s.profile_id, 8))) as elements
  from (select s.*, credits_tests.job(s.profile_id, 8) as first from special s) s;
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset

select is(
  (select string_agg(p.position::text, ' ' order by p.position)
     from credits._plan_returns(
            b.kind,
            credits._read_batch('batch', b.elements,
                                array['job_id', 'actual_cost', 'overage', 'amount', 'refund_id',
                                      'reason', 'profile_id']),
            array(select p from credits.profiles p where p.id = b.profile_id)) p),
  b.planned,
  format('%s: %s, cost %s, %s', b.kind, b.what, b.cost, b.more)
)
from batch b;

select * from finish();
rollback;
