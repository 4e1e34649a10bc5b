"""Faults under load: what was acknowledged stays, and nothing ever happens twice.

The workload of ``fire.checker`` runs against servers that are killed, cut off, copied, promoted and
restored. Three campaigns, each with a server, a run and a check of its own:

    storm       one durable server behind a proxy and a pooler, and every kind of fault
    failover    a primary and a synchronous standby, which takes over again and again
    restore     point-in-time recovery of a loaded run, to positions in the log taken at random

``PYTHONPATH=tests python -m fire.faults --seconds N --seed S --report FILE`` runs all of them.
"""
