"""Many databases as one: which of them owns a profile, and the proxy in front of them."""
