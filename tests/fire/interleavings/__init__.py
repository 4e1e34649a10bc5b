"""Two and three real sessions whose turns are decided, and nothing but serial outcomes.

A step is started; then the runner waits until it has finished or the server itself says whom it
waits for. What was answered and what is stored afterwards must be what the model of tests/laws says
of one of the serial orders: exactly, row by row. A wait must happen where the contract says so, and
nowhere else.

``named.py`` has the list of interleavings that somebody thought of; ``pairs.py`` makes every writer
meet every other. ``PYTHONPATH=tests python -m fire.interleavings`` runs both for as long as asked.
"""
