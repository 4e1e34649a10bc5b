"""Moving in: the tables of an application that had credits before."""
