begin;
\ir ../helpers.psql
select plan(10);

-- What is found after this change in two profiles, of which one was moved to the other with a pack.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(30, 20);
  v_other uuid := credits_tests.profile(0, 0);
begin
  perform credits_tests.pack(v_profile, 50, '2099-01-01 00:00Z');
  perform credits_tests.move(v_profile, v_other);
  execute format(found_after.change, v_profile, v_other);
  return (select string_agg(concat_ws(', ', case f.profile_id when v_other then 'the other' end,
                                      f.rule, f.expected, f.found), '; '
                            order by f.rule collate "C", f.expected)
            from (select * from credits.check_integrity(v_profile)
                  union all
                  select * from credits.check_integrity(v_other)) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('select %L', null),
    ('update credits.moves m set monthly_rest = ''addon'' where m.profile_id = %L',
     'monthly credits went where the move says, 0, 30'),
    ('update credits.moves m set seq = 1 where m.profile_id = %L',
     'move has its ledger row, merge-1'),
    ('update credits.moves m set move_id = ''merge-2'' where m.profile_id = %L',
     'move has its ledger row, merge-2, merge-1'),
    ('update credits.profiles p set closed_at = null where p.id = %L',
     'moved profile is closed, true, false'),
    ('update credits.move_entries e set seq = 1 where e.profile_id = %L and e.to_seq = 3',
     'successor took what was moved, 100, 50; the other, what was taken was moved, move, open'),
    ('update credits.move_entries e set to_seq = 1 where e.profile_id = %1$L and e.to_seq = 3',
     'the other, successor took what was moved, -50, 0; successor took what was moved, 100, 50; '
     'the other, what was taken was moved, move, open'),
    ('delete from credits.move_entries e where e.profile_id = %1$L and e.to_seq = 3',
     'the other, successor took what was moved, -50, 0; successor took what was moved, 100, 50'),
    ('delete from credits.moves m where m.profile_id = %L',
     'successor took what was moved, 100, 0'),
    ('update credits.profiles p set addon_credits = 5 where p.id = %L',
     'addon bucket is the newest ledger balance, 0, 5; moved profile keeps nothing, 0, 5')
  ) c (change, finding);

select * from finish();
rollback;
