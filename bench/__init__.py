"""What pgcredits costs, measured side by side with what it is compared to.

``make bench`` runs everything and writes RESULTS.md; ``make bench-quick`` is the same in two
minutes. What is compared ran alternately on one server.
"""
