"""Many databases as one: which shard has which profile, where it is, and working on all of them."""
