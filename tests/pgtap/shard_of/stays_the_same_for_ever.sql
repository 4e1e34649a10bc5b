begin;
\ir ../helpers.psql
select plan(3);

-- printf '11111111111141118111111111111111' | xxd -r -p | sha256sum: e3e6ae2...
select is(
  credits.shard_of('11111111-1111-4111-8111-111111111111', 268435456), 238971618,
  'the first 28 bits of the hash of the 16 bytes'
);
select is(
  credits.shard_of('11111111-1111-4111-8111-111111111111', 64), 34,
  'and what is left of them by the number of shards'
);
select is(
  credits.shard_of('11111111-1111-4111-8111-111111111111', 64) % 16,
  credits.shard_of('11111111-1111-4111-8111-111111111111', 16),
  'so that four shards of 64 are one of 16'
);

select * from finish();
rollback;
