"""Migrations under traffic, from every earlier state, and killed at every statement.

No version has been released, so the earlier states are the first 1, 2, 3 ... numbered migrations
with rows in their tables. What two installers do at once is in tests/migrations.
"""
