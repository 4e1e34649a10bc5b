-- A with job ids in the order of time (UUID version 7), which go to one end of the index.
\set profile random(:first, :last)
\set cost random(1, 9)
select * from credits.reserve_credits(
  ('00000000-0000-4000-8000-' || :profile)::uuid, uuidv7(), :cost);
