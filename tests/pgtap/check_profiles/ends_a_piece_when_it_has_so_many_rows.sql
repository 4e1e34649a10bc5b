begin;
\ir ../helpers.psql
select plan(4);

-- Three profiles after all that are there, with 1, 3 and 1 ledger rows.
create function credits_tests.last_profile(number integer)
returns uuid
language sql
as $$
  select b.profile_id
    from credits.open_profile(('ffffffff-ffff-4fff-8fff-00000000000' || number)::uuid, 50, 5) b
$$;
select credits_tests.last_profile(1) as one, credits_tests.last_profile(2) as two,
       credits_tests.last_profile(3) as three
\gset
select credits_tests.job(:'two', 5), credits_tests.job(:'two', 5);

create function credits_tests.piece(after_id uuid, batch_size bigint)
returns text
language sql
as $$
  select format('%s profiles, %s rows, up to %s', p.profiles, p.entries, right(p.last_id::text, 1))
    from credits.check_profiles(piece.after_id, piece.batch_size) p
$$;

select is(credits_tests.piece('ffffffff-ffff-4fff-8fff-000000000000', 2),
          '1 profiles, 1 rows, up to 1', 'a profile counts one, and its ledger');
select is(credits_tests.piece('ffffffff-ffff-4fff-8fff-000000000000', 3),
          '2 profiles, 4 rows, up to 2', 'one is never cut in two');
select is(credits_tests.piece('ffffffff-ffff-4fff-8fff-000000000000', 7),
          '3 profiles, 5 rows, up to 3', 'another one, if there is room');
select is(credits_tests.piece(:'one', 1), '1 profiles, 3 rows, up to 2', 'one at least');

select * from finish();
rollback;
