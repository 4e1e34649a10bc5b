"""The command line. It stands on all other parts, and none of them knows of it."""
