"""What nobody should send: a table of bad inputs through three entries, and generated ones."""
