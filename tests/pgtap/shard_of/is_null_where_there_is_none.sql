begin;
\ir ../helpers.psql
select plan(4);

select is(credits.shard_of(null, 64), null, 'for no profile');
select is(credits.shard_of(credits.id_of('p'), null), null, 'for no number of shards');
select is(credits.shard_of(credits.id_of('p'), 0), null, 'of no shards');
select is(credits.shard_of(credits.id_of('p'), -1), null, 'of fewer than none');

select * from finish();
rollback;
