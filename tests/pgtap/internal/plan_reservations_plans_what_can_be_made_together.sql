begin;
\ir ../helpers.psql
select plan(21);

-- Three elements of a profile that has 500 + 5000 credits, and what is special about the second one:
-- which are made together. What has no effect is passed over; where one needs a closer look, all are
-- planned one after another.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
create temporary table tested as
select c.*, credits_tests.profile(500, 5000) as profile_id, gen_random_uuid() as first,
       gen_random_uuid() as second
  from (values
    ('nothing', '{}'::jsonb, '1 2 3'),
    ('free', '{"cost": 0}', '1 2 3'),
    ('metadata', '{"meta": {"model": "xl"}}', '1 2 3'),
    ('a hold', '{"hold_for": "1 hour"}', '1 2 3'),
    ('a spender', '{"spender": "ann"}', '1 2 3'),
    ('a spender without a name', '{"spender": ""}', '1 3'),
    ('all there is', '{"cost": 5484}', '1 2 3'),
    ('no cost', '{"cost": null}', '1 3'),
    ('a cost below 0', '{"cost": -1}', '1 3'),
    ('a cost above the maximum', '{"cost": 9007199254740992}', '1 3'),
    ('no job', '{"job_id": null}', '1 3'),
    ('metadata that is not an object', '{"meta": [1]}', '1 3'),
    ('a reserved key', '{"meta": {"credit_cost": 1}}', '1 3'),
    ('a hold without time', '{"hold_for": "0"}', '1 3'),
    ('reserved before', '{}', '1 3'),
    ('more than there is', '{"cost": 5493}', null),
    ('the maximum', '{"cost": 9007199254740991}', null),
    ('more than there is for the last', '{"cost": 5485}', null),
    ('twice', '{}', null),
    ('a closed profile', '{}', null),
    ('a pack', '{}', null)
  ) c (what, more, planned);

select count(credits.reserve_credits(t.profile_id, t.second, 8))
         filter (where t.what = 'reserved before') as reserved,
       count(credits_tests.close(t.profile_id))
         filter (where t.what = 'a closed profile') as closed,
       count(credits_tests.pack(t.profile_id, 9, '2030-01-09 00:00Z'))
         filter (where t.what = 'a pack') as packs
  from tested t
\gset
create temporary table batch as
select t.*,
       jsonb_build_array(
         e.common || jsonb_build_object('job_id', t.first),
         e.common
           || jsonb_build_object('job_id', case t.what when 'twice' then t.first else t.second end)
           || t.more,
         e.common || jsonb_build_object('job_id', gen_random_uuid())) as elements
  from tested t
 cross join lateral jsonb_build_object('profile_id', t.profile_id, 'cost', 8) e (common);
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset

select is(
  (select string_agg(p.position::text, ' ' order by p.position)
     from credits._draft_reservations(
            credits._read_batch('batch', b.elements,
                                array['profile_id', 'job_id', 'cost', 'meta', 'hold_for',
                                      'spender'])) d,
          lateral (select array(select p from credits.profiles p where p.id = b.profile_id)) l (locked),
          lateral credits._plan_reservations(d, l.locked, credits._now()) p
    where credits._can_be_made_together(d, l.locked)),
  b.planned,
  format('%s: %s', b.what, b.more)
)
from batch b;

select * from finish();
rollback;
