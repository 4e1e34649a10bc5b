"""Calls over other drivers than asyncpg: one module each, imported when the client is given one.

``executor`` gives what makes calls over an object of the driver for ``Credits``, ``sync_executor``
the same for ``pgcredits.sync.Credits``; None where that is for the other of the two. With
``savepoints`` each call has a savepoint of its own while a transaction is open.
"""
