"""A cluster of three servers under Patroni and etcd, as docs/high-availability.md has it."""
