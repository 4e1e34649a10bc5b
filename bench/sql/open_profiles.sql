-- Profiles number $1 to $2, each with more monthly credits than any run takes.
-- Their ids end in twelve digits, so that pgbench can make them from a number.
select count(*)
  from generate_series($1::bigint, $2::bigint) n,
       lateral credits.open_profile(
         profile_id => ('00000000-0000-4000-8000-' || n)::uuid,
         credits_remaining => 1000000000000)
