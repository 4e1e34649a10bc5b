"""The database as a whole: connecting to it, migrating it, and a server of one's own."""
