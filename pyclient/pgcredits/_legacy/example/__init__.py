"""Old tables that are made up, to try an import on and to test it."""
