"""Showing what the schema does: the demo, and the replay of a trace."""
