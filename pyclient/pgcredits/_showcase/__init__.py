"""Showing what the schema does: the demo, and the simulation of a trace."""
