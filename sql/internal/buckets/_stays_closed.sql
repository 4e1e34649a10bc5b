-- _stays_closed: whether what comes back to a pack at a moment lapses at once. A paid pack takes
-- everything back; a promo pack nothing once it has expired.
-- Pure.

create or replace function credits._stays_closed(pack credits.packs, at timestamptz)
returns boolean
language sql immutable
as $$
  select (_stays_closed.pack).kind = 'promo' and (_stays_closed.pack).expires_at <= _stays_closed.at
$$;
