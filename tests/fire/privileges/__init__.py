"""Who may do what: a matrix for people to read, compared with the catalogue and tried."""
