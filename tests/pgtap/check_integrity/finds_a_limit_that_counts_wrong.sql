begin;
\ir ../helpers.psql
select plan(9);

-- What is found after this change of two limits of 100, of which 20 and 30 are spent.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 500);
begin
  perform credits_tests.limit_spender(v_profile, null, 'total', 100);
  perform credits_tests.limit_spender(v_profile, 'ann', 'day', 100);
  perform credits_tests.spend(v_profile, 'bob', 10);
  perform credits_tests.spend(v_profile, 'ann', 20);
  execute format(found_after.change, v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ' order by f.rule)
            from credits.check_integrity(v_profile) f);
end
$$;
select credits_tests.set_time('2030-01-09 10:00Z') as now \gset
set timezone to 'UTC';
select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('select %1$L', null),
    ('update credits.limits l set spent = 21 where l.profile_id = %1$L and l.spender = ''ann''',
     'limit of ann per day: it counts what jobs drew in its window, 20, 21'),
    ('update credits.limits l set spent = 20 where l.profile_id = %1$L and l.spender = ''''',
     'limit of the profile per total: it counts what jobs drew in its window, 30, 20'),
    ('update credits.limits l set since_seq = 5 where l.profile_id = %1$L and l.spender = ''ann''',
     'limit of ann per day: it counts what jobs drew in its window, 0, 20'),
    ('update credits.limits l set window_start = ''2030-01-09 01:00Z''
       where l.profile_id = %1$L and l.spender = ''ann''',
     'limit of ann per day: its window begins where the calendar says, 2030-01-09 00:00:00+00, '
     '2030-01-09 01:00:00+00'),
    ('update credits.limits l set resets_at = ''2030-01-11 00:00Z''
       where l.profile_id = %1$L and l.spender = ''ann''',
     'limit of ann per day: its window ends where the calendar says, 2030-01-10 00:00:00+00, '
     '2030-01-11 00:00:00+00'),
    ('update credits.limits l set window_start = ''2099-01-01 00:00Z'',
                                resets_at = ''2099-01-02 00:00Z''
       where l.profile_id = %1$L and l.spender = ''ann''',
     'limit of ann per day: its window has begun, true, false'),
    ('update credits.profiles p set limited = false where p.id = %1$L',
     'limit of ann per day: its profile knows that it has limits, true, false; '
     'limit of the profile per total: its profile knows that it has limits, true, false')
  ) c (change, finding);
select credits_tests.profile(0, 50) as profile, credits_tests.profile(0, 50) as other \gset
select credits_tests.limit_spender(:'other', 'ann', 'day', 5) as l \gset
update credits.limits l set spent = 1 where l.profile_id = :'other';
select credits_tests.sound(:'profile', 'another profile is not concerned');

select * from finish();
rollback;
