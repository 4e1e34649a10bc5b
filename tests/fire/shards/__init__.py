"""Shards on two servers and a proxy on a third, as docs/sharding.md has them."""
