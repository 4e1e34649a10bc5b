"""The laws: a model without SQL, a machine that drives it beside the database, and their tests."""
