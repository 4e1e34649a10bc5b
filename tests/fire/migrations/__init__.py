"""Migrations under traffic, from every earlier state, and killed at every statement.

The earlier states are the first 1, 2, 3 ... numbered migrations with rows in their tables, and the
whole schema with work done in it. They are brought to this version and to a later one that is made
up (tests/later_version.py). What two installers do at once is in tests/migrations.
"""
