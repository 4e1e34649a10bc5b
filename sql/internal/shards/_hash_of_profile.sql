-- _hash_of_profile: the part of a profile's hash that says which shard has it, and that the ids of
-- its jobs carry: 28 bits, as hexadecimal digits.
-- Never change it: the profiles stay where they are.

create or replace function credits._hash_of_profile(profile_id uuid)
returns text
language sql immutable parallel safe
as $$
  select left(encode(sha256(uuid_send(_hash_of_profile.profile_id)), 'hex'), 7)
$$;
