begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(30, 40) as one, credits_tests.profile(0, 0) as other,
       credits_tests.profile(50, 0) as closed
\gset
select credits.close_profile(:'closed', 'why', 'who') as done \gset

create temporary table answer as
select r.*
  from credits.grant_addon_many(jsonb_build_array(
         jsonb_build_object('profile_id', :'one', 'amount', 5, 'reference', 'order',
                            'reason', 'thanks'),
         jsonb_build_object('profile_id', :'closed', 'amount', 5, 'reference', 'order'),
         jsonb_build_object('profile_id', :'one', 'amount', 300, 'reference', 'pack',
                            'expires_at', '2999-01-01T00:00:00Z', 'kind', 'promo', 'priority', 7),
         jsonb_build_object('profile_id', :'other', 'amount', 6, 'reference', 'order',
                            'kind', null),
         jsonb_build_object('profile_id', :'one', 'amount', 5, 'reference', 'order'),
         jsonb_build_object('profile_id', :'one', 'amount', 6, 'reference', 'order'),
         jsonb_build_object('profile_id', :'one', 'amount', 9007199254740991 - 374,
                            'reference', 'too much'),
         jsonb_build_object('profile_id', :'one', 'amount', 9007199254740991 - 375,
                            'reference', 'all there is'),
         jsonb_build_object('profile_id', :'other', 'amount', 5, 'reference', ' '),
         jsonb_build_object('profile_id', :'other', 'amount', 5, 'reference', 'late',
                            'expires_at', '2020-01-01T00:00:00Z'))) r;
select is(
  (select string_agg(coalesce(a.error ->> 'message',
                              case when (a.granted).replayed then 'replayed' else 'done' end), ' '
                     order by a.position)
     from answer a),
  'done profile_closed done done replayed reference_conflict invalid_amount done '
  'invalid_reference invalid_interval',
  'each has its own answer, and who is closed stops nobody'
);
select is(
  (select to_jsonb(a.granted) from answer a where a.position = 3),
  jsonb_build_object(
    'profile_id', :'one', 'reference', 'pack', 'amount', 300,
    'expires_at', timestamptz '2999-01-01Z', 'kind', 'promo', 'priority', 7,
    'previous_balance', 75, 'new_balance', 375, 'seq', 3, 'replayed', false),
  'the answer is that of grant_addon'
);
select is(
  (select string_agg(concat(l.reference, ' ', l.addon_delta, ' ', l.reason), '; ' order by l.seq)
     from credits.ledger l
    where l.profile_id = :'one'
      and l.seq between 2 and 3),
  'order 5 addon grant: order (addon: +5): thanks; pack 300 addon grant: pack (addon: +300)',
  'the ledger has a row for each, with its reference and note'
);
select is(
  (select concat(k.seq, ' ', k.amount, ' ', k.remaining, ' ', k.kind, ' ', k.priority, ' ',
                 p.next_pack_expiry = k.expires_at)
     from credits.packs k
     join credits.profiles p on p.id = k.profile_id
    where k.profile_id = :'one'),
  '3 300 300 promo 7 t',
  'a pack is stored with its grant'
);
select is(
  (select array_agg(concat(g.reference, ' ', g.amount, ' ', g.kind) order by g.seq)
     from credits.addon_grants g
    where g.profile_id = :'other'),
  array['order 6 paid'],
  'so is who was granted what'
);
select is(
  (select concat(r.monthly_deducted, ' + ', r.addon_deducted)
     from credits.grant_addon_many(jsonb_build_array(
            jsonb_build_object('profile_id', credits_tests.profile(30, 0), 'amount', 12,
                               'reference', 'early',
                               'expires_at', '2999-01-01T00:00:00Z', 'priority', -1))) g,
          lateral credits.reserve_credits((g.granted).profile_id, gen_random_uuid(), 20) r),
  '8 + 12',
  'an early pack is spent before the month'
);
select is_empty(
  format('select * from credits.check_integrity(%L) union all select * from credits.check_integrity(%L)',
         :'one', :'other'),
  'the books are sound'
);

select * from finish();
rollback;
