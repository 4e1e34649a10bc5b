-- Jobs number $1 to $2, on $4 profiles from number $3 on, to be refunded.
select count(*)
  from generate_series($1::bigint, $2::bigint) n,
       lateral credits.reserve_credits(
         ('00000000-0000-4000-8000-' || $3::bigint + n % $4::bigint)::uuid,
         md5('job ' || n)::uuid, 5)
