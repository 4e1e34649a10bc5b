select severity, rule, expected, found
  from credits.check_integrity();
