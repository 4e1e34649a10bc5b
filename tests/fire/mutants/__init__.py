"""Named edits of the SQL and the client, each of which breaks one rule. A test has to go red."""
