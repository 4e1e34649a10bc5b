-- A: the function.
\set profile random(:first, :last)
\set cost random(1, 9)
select * from credits.reserve_credits(
  ('00000000-0000-4000-8000-' || :profile)::uuid, gen_random_uuid(), :cost);
