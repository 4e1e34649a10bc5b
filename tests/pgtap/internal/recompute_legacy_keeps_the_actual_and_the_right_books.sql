begin;
\ir ../helpers.psql
select plan(9);

create function credits_tests.books(story text, opening bigint, most_addon boolean)
returns text
language sql
as $$
  select format('%s + %s, lost %s, gained %s, parts %s', b.monthly, b.addon, b.addon_lost,
                b.monthly_gained, b.addon_parts)
    from credits._recompute_legacy(
           (select array_agg(
                     row(null, r.place, null, split_part(r.step, ' ', 2)::bigint,
                         nullif(split_part(r.step, ' ', 3), '')::bigint, null,
                         case when split_part(r.step, ' ', 1) in ('deduct', 'refund') then 2 end,
                         split_part(r.step, ' ', 1), null, null, null)::credits.legacy_entries
                     order by r.place)
              from string_to_table(books.story, ', ') with ordinality r (step, place)),
           books.opening, books.most_addon) b
$$;

select is(credits_tests.books(c.story, c.opening, c.most_addon), c.books, c.description)
from (values
  ('addon 50, deduct -20', 5, false, '0 + 35, lost 0, gained 0, parts {0,15}',
   'monthly first, the rest from addon'),
  ('addon 50, deduct -20, refund 20', 5, false, '20 + 35, lost 15, gained 15, parts {0,15,15}',
   'a refund puts everything into the monthly bucket'),
  ('addon 50, deduct -20, refund 20 15', 5, false, '5 + 50, lost 0, gained 0, parts {0,15,0}',
   'unless it says otherwise'),
  ('addon 50, deduct -20, refund 18 3', 5, false, '15 + 38, lost 12, gained 12, parts {0,15,12}',
   'addon comes back first'),
  ('addon 50, deduct -20, refund 20, refund 20', 5, false,
   '40 + 35, lost 15, gained 15, parts {0,15,15,0}', 'a second time nothing of it'),
  ('addon 50, deduct -20, refund 20, reset -15', 5, false,
   '5 + 35, lost 15, gained 0, parts {0,15,15,0}', 'a new month forgets what was gained'),
  ('addon -3, deduct -20 8', -4, false, '-16 + -11, lost 0, gained 0, parts {0,8}',
   'what is stated may lead below zero'),
  ('addon 50, deduct -20, refund 20', null, false, '0 + 50, lost 0, gained 0, parts {0,0,0}',
   'without an opening nothing is sure'),
  ('addon 50, deduct -20, refund 20', null, true, '20 + 30, lost 20, gained 20, parts {0,20,20}',
   'and all is possible')
) c (story, opening, most_addon, books, description);

select * from finish();
rollback;
